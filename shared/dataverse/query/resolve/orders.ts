import type { Column, Table } from '../../metadata/model.ts'
import { nearest } from '../../advice/suggest.ts'
import { kindOf } from '../model/column-kind.ts'
import type { Attribute, Order } from '../model/query.ts'
import { sayOwnCurrency } from '../say/own-currency.ts'
import { invalidFetch, quoted } from '../say/refusals.ts'
import { severalParties } from './names/find-column.ts'
import type { ResolvedAttribute } from './attributes.ts'
import { comparedColumn, safeAlias, scopeNamed, type Resolving, type Scope } from './names/scope.ts'

const UNSORTED = new Set(['Memo', 'MultiSelectPicklist', 'PartyList', 'Image', 'File'])
const MOST = 5

/** An order as it was written, in the entity or link that it was written in. */
export type PlacedOrder = { readonly order: Order; readonly scope: Scope }

/** Orders of rows, all in the entity: there they keep their sequence whatever table a column is of. @throws QueryError */
export function resolveRowOrders(
  placed: readonly PlacedOrder[],
  attributes: readonly Attribute[],
  resolving: Resolving,
): Order[] {
  const orders = placed.map(({ order, scope: own }): Order => {
    const { descending, entityName } = order
    const scope = entityName === undefined ? own : scopeNamed(entityName, resolving)
    const column = comparedColumn(scope, attributeOf(order, attributes), resolving)
    sayOwnCurrency(column, scope.table, resolving.note)
    if (kindOf(column) === 'parties') throw severalParties(scope.table, column, resolving.values.notation)
    return { attribute: column.name, ...(scope.alias !== undefined && { entityName: scope.alias }), descending }
  })
  return once(orders)
}

/** Rows are ordered by a column: by the one that has the alias. */
function attributeOf({ attribute, alias = '' }: Order, attributes: readonly Attribute[]): string {
  return attribute ?? attributes.find((one) => hasAlias(one, alias))?.name ?? alias
}

/**
 * Orders of an aggregate, by the aliases of its columns. A part of a date comes in the order of time: after what it was
 * grouped by too, as a month would else stand beside the same one of other years.
 * @throws QueryError `invalid_fetchxml` with the nearest aliases
 */
export function resolveAggregateOrders(
  orders: readonly Order[],
  resolved: readonly ResolvedAttribute[],
  { note }: Resolving,
): Order[] {
  const attributes = resolved.map(({ attribute }) => attribute)
  return once(
    orders.flatMap(({ alias: byAlias, attribute = '', descending }): Order[] => {
      const written = byAlias ?? attribute
      const meant = meantBy(written, attributes)
      if (!hasAlias(meant, written))
        note(`An aggregate is ordered by alias: ${quoted(written)} was read as ${meant.alias}.`)
      const { within = [] } = resolved.find((one) => one.attribute === meant) ?? {}
      return [...within, meant.alias].map((alias) => ({ alias, descending }))
    }),
  )
}

type Aliased = Attribute & { readonly alias: string }

function meantBy(written: string, attributes: readonly Attribute[]): Aliased {
  const wanted = safeAlias(written).toLowerCase()
  const aliased = attributes.filter((one): one is Aliased => one.alias !== undefined)
  const [near] = nearest(
    wanted,
    aliased.map(({ alias }) => ({ name: alias })),
  )
  const found =
    aliased.find((one) => hasAlias(one, written)) ??
    aliased.find(({ name, groupBy }) => groupBy && name === wanted) ??
    aliased.find(({ name }) => name === wanted) ??
    aliased.find(({ alias }) => alias === near)
  if (found) return found
  throw invalidFetch(
    `No column of the aggregate has the alias ${quoted(written)}.`,
    `Order by one of: ${aliased.map(({ alias }) => alias).join(', ')}.`,
  )
}

function hasAlias({ alias }: Attribute, written: string): boolean {
  return alias?.toLowerCase() === safeAlias(written).toLowerCase()
}

function once(orders: readonly Order[]): Order[] {
  const key = (order: Order): string => `${order.entityName ?? ''}.${order.attribute ?? ''}.${order.alias ?? ''}`
  return [...new Map(orders.toReversed().map((order) => [key(order), order])).values()].toReversed()
}

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
  const sorted = (column: Column | undefined): boolean =>
    column !== undefined && !UNSORTED.has(column.type) && isOrderable(column)
  return attributes
    .filter(({ name }) => sorted(byName.get(name)))
    .slice(0, MOST)
    .map(({ name }) => ({ attribute: name, descending: false }))
}

/** Rows in the order of what an administrator keeps would tell it. */
function isOrderable({ hiding, unnamed }: Column): boolean {
  return hiding === undefined && !unnamed
}

/** Groups without an order of their own are ordered by what they are grouped by. */
export function orderOfGroups(attributes: readonly Attribute[], { byName }: Table): Order[] {
  return attributes.flatMap(({ name, alias, groupBy }) => {
    const column = byName.get(name)
    return groupBy && alias !== undefined && (!column || isOrderable(column)) ? [{ alias, descending: false }] : []
  })
}
