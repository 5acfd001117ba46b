import { QueryError } from '../errors.ts'
import { findColumn, isLookup } from '../query/resolve/names/find-column.ts'
import type { Column, Table } from '../metadata/model.ts'

export type KeyValue = { readonly column: string; readonly value: string }

const GUID = /^\{?([0-9a-f]{8}(-?)(?:[0-9a-f]{4}\2){3}[0-9a-f]{12})\}?$/i
const NUMBERS = new Set(['Integer', 'BigInt', 'Decimal', 'Double', 'Money', 'Picklist', 'State', 'Status'])

/** @returns the id without braces, with hyphens and in lower case, or `undefined` for what is no GUID */
export function readGuid(text: string): string | undefined {
  const digits = GUID.exec(text.trim())?.[1]?.replaceAll('-', '').toLowerCase()
  return digits?.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/**
 * The key predicate of an alternate key, percent-encoded, e.g. `accountnumber='A%2FB'`.
 * @throws QueryError `unknown_key` when the columns are no alternate key of the table, `invalid_key` for a wrong value
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/use-alternate-key-reference-record
 */
export function keyPredicate(table: Table, values: readonly KeyValue[]): string {
  const given = values.map(({ column: name, value }) => ({ column: findColumn(table, name), value }))
  const names = given.map(({ column }) => column?.name)
  const key = table.keys.find(
    (columns) => columns.length === names.length && columns.every((one) => names.includes(one)),
  )
  if (!key) throw unknownKey(table, values)
  return given.map(({ column, value }) => (column ? `${column.name}=${literal(column, value)}` : '')).join(',')
}

function literal(column: Column, value: string): string {
  const text = value.trim()
  if (isLookup(column) || column.type === 'Uniqueidentifier') return readGuid(text) ?? wrong(column, 'a GUID')
  if (NUMBERS.has(column.type)) return /^-?\d+(?:\.\d+)?$/.test(text) ? text : wrong(column, 'a number')
  // Quotes are doubled before the URL is encoded: Dataverse decodes the whole of it before it parses.
  return encodeURIComponent(`'${value.toWellFormed().replaceAll("'", "''")}'`).replaceAll("'", '%27')
}

function wrong(column: Column, expected: string): never {
  throw new QueryError('invalid_key', `The key column ${column.name} takes ${expected}.`, `Give ${expected} for it.`)
}

function unknownKey(table: Table, values: readonly KeyValue[]): QueryError {
  const { entity, keys } = table
  const [first, ...others] = values
  const isName = first && others.length === 0 && findColumn(table, first.column)?.name === entity.nameColumn
  const byName = isName ? `Pass the name as id: ${JSON.stringify({ entity: entity.name, id: first.value })}. ` : ''
  const names = values.map(({ column }) => column)
  const known = keys.map((columns) => columns.join(' + ')).join('; ')
  return new QueryError(
    'unknown_key',
    `${names.join(' + ').slice(0, 200)} is no alternate key of ${entity.name}.`,
    byName + (known === '' ? `${entity.name} has none: pass an id or the name.` : `Its alternate keys are: ${known}.`),
  )
}
