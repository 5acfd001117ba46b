import { inflateRawSync } from 'node:zlib'
import { TableClient, TableServiceClient } from '@azure/data-tables'
import type { Azurite } from '../../sandbox/azurite.ts'

export type Row = { readonly table: string; readonly properties: Readonly<Record<string, unknown>> }
export type Cell = { readonly where: string; readonly value: unknown }

const LOCAL = { allowInsecureConnection: true }

/** Every row of every table. */
export async function dumpTables({ connectionString }: Azurite): Promise<Row[]> {
  const rows: Row[] = []
  for await (const { name = '' } of TableServiceClient.fromConnectionString(connectionString, LOCAL).listTables()) {
    for await (const row of TableClient.fromConnectionString(connectionString, name, LOCAL).listEntities())
      rows.push({ table: name, properties: row })
  }
  return rows
}

/** Every property of the rows, keys included. */
export const cellsOf = (rows: readonly Row[]): Cell[] =>
  rows.flatMap(({ table, properties }) =>
    Object.entries(properties).map(([name, value]) => ({ where: `${table}.${name}`, value })),
  )

function inflated(bytes: Buffer): string[] {
  try {
    return [inflateRawSync(bytes).toString('latin1')]
  } catch {
    return []
  }
}

/** All the ways in which a thief would read a cell: as text, decoded, inflated. */
function readings(value: unknown): string[] {
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value)
    return [bytes.toString('latin1'), bytes.toString('utf16le'), ...inflated(bytes)]
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return [text, Buffer.from(text, 'base64').toString('latin1'), Buffer.from(text, 'hex').toString('latin1')]
}

const writings = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('base64').replaceAll('=', ''),
  Buffer.from(secret).toString('base64url'),
  Buffer.from(secret).toString('hex'),
]

/** Where any of the secrets stands, in any reading and without regard to case. */
export function findSecrets(cells: readonly Cell[], secrets: Readonly<Record<string, string>>): string[] {
  const wanted = Object.entries(secrets).map(([name, secret]) => ({
    name,
    forms: writings(secret).map((form) => form.toLowerCase()),
  }))
  return cells.flatMap(({ where, value }) => {
    const texts = readings(value).map((text) => text.toLowerCase())
    return wanted
      .filter(({ forms }) => forms.some((form) => texts.some((text) => text.includes(form))))
      .map(({ name }) => `${name} in ${where}`)
  })
}

/** How the first letters of a JSON Web Token look as they are, in base64 and in hex; each match may overlap the next. */
const TOKENS: readonly (readonly [RegExp, read: (match: string) => string])[] = [
  [/(?=(eyJ[\w-]+))/g, (match) => match],
  [/(?=(ZXlK[\w+/-]+))/g, (match) => Buffer.from(match, 'base64').toString('latin1')],
  [/(?=(65794a[\da-f]+))/gi, (match) => Buffer.from(match, 'hex').toString('latin1')],
]

/** RFC 7515, section 4.1.1: a header says its algorithm. Random text may hold `eyJ` by chance, and never this. */
function isHeader(part: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof (header as { readonly alg?: unknown } | null)?.alg === 'string'
  } catch {
    return false
  }
}

/** Where any JSON Web Token stands, whoever made it, in any reading. */
export const findTokens = (cells: readonly Cell[]): string[] =>
  cells
    .filter(({ value }) =>
      readings(value).some((text) =>
        TOKENS.some(([form, read]) =>
          [...text.matchAll(form)].some(([, match = '']) => isHeader(/^[\w-]*/.exec(read(match))?.[0] ?? '')),
        ),
      ),
    )
    .map(({ where }) => `a JSON Web Token in ${where}`)
