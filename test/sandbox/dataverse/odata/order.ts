import { collationKey } from '../query/collation.ts'
import { comparable } from '../query/operands.ts'
import type { Comparable } from '../query/operands.ts'
import { notEmulated } from '../http/errors.ts'
import type { Column, Entity } from '../schema/schema.ts'
import type { Reader } from '../security/security.ts'
import type { Row } from '../store/store.ts'
import { isReference, nameOf, valueOf } from '../store/store.ts'
import type { Order } from './options.ts'
import { requireProperty } from './properties.ts'

const collator = new Intl.Collator('en-GB', { sensitivity: 'base' })

/** SQL Server's order: null first, text without case and accents. */
export function compareForOrder(left: Comparable | null, right: Comparable | null): number {
  if (left === right) return 0
  if (left === null) return -1
  if (right === null) return 1
  if (typeof left === 'string' && typeof right === 'string') return collator.compare(left, right)
  return left < right ? -1 : 1
}

/** What a row is sorted by: a lookup by the name of its target. */
export function sortKey(row: Row, column: Column, reader: Reader): Comparable | null {
  const value = valueOf(row, column.name)
  if (!isReference(value)) return comparable(column, value, reader.caller.timeZone)
  const target = reader.store.get(value.entity, value.id)
  const name = target && nameOf(target)
  return typeof name === 'string' ? collationKey(name) : null
}

export function orderRows(
  rows: readonly Row[],
  orders: readonly Order[],
  entity: Entity,
  reader: Reader,
): readonly Row[] {
  if (orders.length === 0) return rows
  const columns = orders.map(({ name, descending }) => {
    if (name.includes('/')) throw notEmulated(`$orderby on a related table's column ('${name}')`)
    return { column: requireProperty(entity, name).column, sign: descending ? -1 : 1 }
  })
  const keyed = rows.map((row) => ({ row, keys: columns.map(({ column }) => sortKey(row, column, reader)) }))
  keyed.sort((left, right) => {
    for (let index = 0; index < columns.length; index++) {
      const compared = compareForOrder(left.keys[index] ?? null, right.keys[index] ?? null)
      if (compared !== 0) return compared * (columns[index]?.sign ?? 1)
    }
    return left.row.id < right.row.id ? -1 : 1
  })
  return keyed.map(({ row }) => row)
}
