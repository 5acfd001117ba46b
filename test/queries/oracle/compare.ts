import { entityNamed } from '../../sandbox/dataverse/schema/schema.ts'
import type { SqlRow, SqlValue } from './oracle.ts'
import type { Query } from '../query.ts'

export type Json = Readonly<Record<string, unknown>>

/** The request below `/api/data/v9.2/` that asks a query. */
export function requestOf(query: Query): string {
  const set = entityNamed(query.entity).entitySetName
  if ('fetchXml' in query) return `${set}?fetchXml=${encodeURIComponent(query.fetchXml)}`
  const options = Object.entries(query.odata).map(([name, value]) => `$${name}=${encodeURIComponent(String(value))}`)
  return `${set}?${options.join('&')}`
}

/** SQL has no booleans, and money is told to a hundredth of a penny. */
function simple(value: unknown): SqlValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number') return Math.round(value * 1000) / 1000
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A key, or a path such as `parentaccountid/name` into expanded records. */
function read(row: Json, path: string): unknown {
  if (path in row) return row[path]
  const [first = '', rest] = path.split(/\/(.*)/s)
  const inner = row[first]
  return rest !== undefined && typeof inner === 'object' && inner !== null ? read(inner as Json, rest) : undefined
}

function flattened(rows: readonly Json[], collection: string | undefined): readonly Json[] {
  if (collection === undefined) return rows
  return rows.flatMap((row) => (row[collection] as Json[]).map((child) => ({ ...row, [collection]: child })))
}

export type Line = readonly SqlValue[]

/** In no order of their own, rows are compared in a fixed one. */
function settle(lines: readonly Line[], ordered: boolean): readonly Line[] {
  if (ordered) return lines
  const told = lines.map((line) => ({ line, text: JSON.stringify(line) }))
  return told.sort((left, right) => (left.text < right.text ? -1 : 1)).map(({ line }) => line)
}

/** The rows of an answer as lines of the SQL's columns. */
export function answeredLines(query: Query, columns: readonly string[], value: readonly Json[]): readonly Line[] {
  const lines = flattened(value, query.flatten).map((row) => columns.map((path) => simple(read(row, path))))
  return settle(lines, query.ordered === true)
}

export function expectedLines(query: Query, columns: readonly string[], rows: readonly SqlRow[]): readonly Line[] {
  return settle(
    rows.map((row) => columns.map((name) => simple(row[name]))),
    query.ordered === true,
  )
}
