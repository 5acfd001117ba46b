import { z } from 'zod'
import type { ToolResult } from '../chatgpt/client.ts'

const labelled = z.looseObject({ label: z.string() })

/** A value as a person reads it: the label of a choice, a lookup or an amount, else the value itself. */
export function cell(value: unknown): string {
  const named = labelled.safeParse(value)
  if (named.success) return named.data.label
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

const rowsSchema = z.looseObject({
  rows: z.array(z.record(z.string(), z.unknown())),
  more: z.boolean(),
  cursor: z.string().optional(),
  total: z.number().optional(),
  currency: z.string().optional(),
})
export type Row = Readonly<Record<string, unknown>>
export type Rows = z.output<typeof rowsSchema>

/** @throws ZodError when the answer holds no rows, as an error's does not */
export const rowsOf = ({ structuredContent }: ToolResult): Rows => rowsSchema.parse(structuredContent)

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
