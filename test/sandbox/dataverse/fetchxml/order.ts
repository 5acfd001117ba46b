import { collationKey } from '../query/collation.ts'
import { comparable } from '../query/operands.ts'
import type { Comparable } from '../query/operands.ts'
import { DataverseFault } from '../http/errors.ts'
import { labelledBy, optionLabel } from '../store/format-values.ts'
import { compareForOrder } from '../odata/order.ts'
import { isChoice } from '../schema/schema.ts'
import type { Reader } from '../security/security.ts'
import { isReference, nameOf } from '../store/store.ts'
import type { Bindings, Field, Source } from './bind.ts'
import { fieldOf, sourceNamed } from './bind.ts'
import type { Tuple } from './evaluate.ts'

export type Sorter = { readonly source: Source; readonly field: Field; readonly descending: boolean }

/** The orders of the entity come before those of its links, whatever the document order. */
export function sortersOf(root: Source, bindings: Bindings): Sorter[] {
  const own = root.orders.map(({ attribute, alias, entityName, descending }) => {
    if (alias !== undefined) {
      throw new DataverseFault(
        400,
        '0x80041132',
        'An alias cannot be specified for an order clause for a non-aggregate Query. Use an attribute.',
      )
    }
    if (attribute === undefined) {
      throw new DataverseFault(
        400,
        '0x80041133',
        'An attribute is required for an order clause for a non-aggregate Query.',
      )
    }
    const source = entityName === undefined ? root : sourceNamed(entityName, bindings)
    return { source, field: fieldOf(source.entity, attribute, bindings.reader), descending }
  })
  return [...own, ...root.links.flatMap((link) => sortersOf(link, bindings))]
}

function sortKey(tuple: Tuple, { source, field }: Sorter, reader: Reader, raw: boolean): Comparable | null {
  const row = tuple.get(source.alias)
  const value = row ? field.read(row) : null
  if (isReference(value)) {
    const target = reader.store.get(value.entity, value.id)
    const name = target && nameOf(target)
    return typeof name === 'string' ? collationKey(name) : null
  }
  if (value !== null && isChoice(field.column) && !raw)
    return optionLabel(row ? labelledBy(row, field.column) : field.column, value) ?? null
  return comparable(field.column, value, reader.caller.timeZone)
}

export function orderTuples(
  tuples: readonly Tuple[],
  sorters: readonly Sorter[],
  reader: Reader,
  raw: boolean,
): readonly Tuple[] {
  if (sorters.length === 0) return tuples
  const keyed = tuples.map((tuple) => {
    const keys = sorters.map((sorter) => sortKey(tuple, sorter, reader, raw))
    return { tuple, keys, id: tuple.get('')?.id ?? '' }
  })
  keyed.sort((left, right) => {
    for (let index = 0; index < sorters.length; index++) {
      const compared = compareForOrder(left.keys[index] ?? null, right.keys[index] ?? null)
      if (compared !== 0) return sorters[index]?.descending ? -compared : compared
    }
    return left.id < right.id ? -1 : 1
  })
  return keyed.map(({ tuple }) => tuple)
}
