import { z } from 'zod'
import { formatNumber } from '../../../shared/reports/rows/format.ts'
import type { ToolResult } from '../chatgpt/client.ts'

/** A value as a person reads it. */
export function cell(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? formatNumber(value) : ''
}

export const rowsSchema = z.looseObject({
  columns: z.array(z.looseObject({ name: z.string() })),
  rows: z.array(z.array(z.unknown())),
  more: z.boolean().default(false),
  cursor: z.string().optional(),
  total: z.number().optional(),
  currency: z.string().optional(),
})
export type Row = Readonly<Record<string, unknown>>
export type Rows = {
  readonly rows: readonly Row[]
  readonly cursor?: string | undefined
  readonly total?: number | undefined
  readonly currency?: string | undefined
}

/** Rows by the names of their columns. @throws ZodError when the answer holds no rows, as an error's does not */
export function rowsOf({ structuredContent }: ToolResult): Rows {
  const answer = rowsSchema.parse(structuredContent)
  const names = answer.columns.map(({ name }) => name)
  return { ...answer, rows: answer.rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]]))) }
}

export const cellsOf = (rows: readonly Row[], names: readonly string[]): string[][] =>
  rows.map((row) => names.map((name) => cell(row[name])))

export const identitySchema = z.looseObject({
  name: z.string(),
  signInName: z.string(),
  systemUserId: z.string(),
  businessUnit: z.looseObject({ name: z.string() }),
})

export const recordSchema = z.looseObject({
  entity: z.string(),
  record: z.record(z.string(), z.unknown()),
  link: z.string(),
})

export const columnsSchema = z.looseObject({
  columns: z.array(
    z.looseObject({
      name: z.string(),
      label: z.string().optional(),
      type: z.string(),
      leadsTo: z.string().optional(),
      choices: z.string().optional(),
    }),
  ),
})
