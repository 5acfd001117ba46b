import { collationKey } from './collation.ts'
import { requireProperty } from '../odata/properties.ts'
import type { Entity } from '../schema/schema.ts'
import type { Reader } from '../security/security.ts'
import type { Row } from '../store/store.ts'
import { keyOf, valueOf } from '../store/store.ts'
import { DataverseFault } from '../http/errors.ts'
import { parseKey } from '../http/path.ts'

export type KeyColumns = readonly { readonly column: string; readonly text: string }[]

/** The columns of an alternate key with their values. @throws DataverseFault 400 for columns that are no key */
export function keyColumns(entity: Entity, columns: ReadonlyMap<string, string>): KeyColumns {
  const wanted = [...columns].map(([name, text]) => ({ column: requireProperty(entity, name).column.name, text }))
  const names = wanted.map(({ column }) => column).sort()
  const isKey = (entity.keys ?? []).some((key) => [...key.columns].sort().join() === names.join())
  if (isKey) return wanted
  const text = `The specified key attributes are not a defined key for the ${entity.logicalName} entity`
  throw new DataverseFault(400, '0x80060890', text)
}

export function findByColumns(wanted: KeyColumns, rows: readonly Row[]): Row | undefined {
  return rows.find((row) => wanted.every(({ column, text }) => keyOf(valueOf(row, column)) === collationKey(text)))
}

/** The readable row that a key means. @throws DataverseFault 400 for a bad key, 404 for no row */
export function rowOf(entity: Entity, keyText: string, reader: Reader): Row {
  const key = parseKey(keyText)
  if ('id' in key) return reader.require(entity, key.id)
  const found = findByColumns(keyColumns(entity, key.columns), reader.rows(entity))
  if (found) return found
  const text = `A record with the specified key values does not exist in ${entity.logicalName} entity`
  throw new DataverseFault(404, '0x80060891', text)
}
