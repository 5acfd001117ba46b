import type { Column, Table } from '../../metadata/model.ts'
import type { Attribute, Order } from '../model/query.ts'

const UNSORTED = new Set(['Memo', 'MultiSelectPicklist', 'PartyList', 'Image', 'File'])
const MOST = 5

/** Rows that tie would change places between two pages: the primary id comes last. */
export function endingWithId(orders: readonly Order[], { entity }: Table): readonly Order[] {
  const byId = orders.some(({ attribute, entityName }) => attribute === entity.idColumn && entityName === undefined)
  return byId ? orders : [...orders, { attribute: entity.idColumn, descending: false }]
}

/** Distinct rows have no id: without an order of its own they are ordered by what was asked for. */
export function orderOfDistinct(
  orders: readonly Order[],
  attributes: readonly Attribute[],
  { byName }: Table,
): readonly Order[] {
  if (orders.length > 0) return orders
  const sorted = (column: Column | undefined): boolean => column !== undefined && !UNSORTED.has(column.type)
  return attributes
    .filter(({ name }) => sorted(byName.get(name)))
    .slice(0, MOST)
    .map(({ name }) => ({ attribute: name, descending: false }))
}

/** Groups without an order of their own are ordered by what they are grouped by. */
export function orderOfGroups(attributes: readonly Attribute[]): Order[] {
  return attributes.flatMap(({ alias, groupBy }) =>
    groupBy && alias !== undefined ? [{ alias, descending: false }] : [],
  )
}
