import { nearest } from '../../suggest.ts'
import type { FetchAttribute, FetchOrder } from '../model/query.ts'
import { invalidFetch, quoted } from '../../fetchxml/invalid-fetch.ts'
import { comparedColumn, safeAlias, scopeNamed, type Resolving, type Scope } from './names/scope.ts'

/** An order as it was written, in the entity or link that it was written in. */
export type PlacedOrder = { readonly order: FetchOrder; readonly scope: Scope }

/** Orders of rows, all in the entity: there they keep their sequence whatever table a column is of. @throws QueryError */
export function resolveRowOrders(
  placed: readonly PlacedOrder[],
  attributes: readonly FetchAttribute[],
  resolving: Resolving,
): FetchOrder[] {
  const orders = placed.map(({ order, scope: own }): FetchOrder => {
    const scope = order.entityName === undefined ? own : scopeNamed(order.entityName, resolving)
    const column = comparedColumn(scope, attributeOf(order, attributes, resolving), resolving)
    return {
      attribute: column.name,
      ...(scope.alias !== undefined && { entityName: scope.alias }),
      descending: order.descending,
    }
  })
  return once(orders)
}

function attributeOf(order: FetchOrder, attributes: readonly FetchAttribute[], { note }: Resolving): string {
  if (order.attribute !== undefined) return order.attribute
  const alias = order.alias ?? ''
  const aliased = attributes.find((one) => one.alias?.toLowerCase() === safeAlias(alias).toLowerCase())
  if (!aliased) return alias
  note(`Rows are ordered by a column: the alias ${quoted(alias)} was read as ${aliased.name}.`)
  return aliased.name
}

/** Orders of an aggregate, by the aliases of its columns. @throws QueryError `invalid_fetchxml` with the nearest aliases */
export function resolveAggregateOrders(
  orders: readonly FetchOrder[],
  attributes: readonly FetchAttribute[],
  { note }: Resolving,
): FetchOrder[] {
  const resolved = orders.map((order): FetchOrder => {
    const written = order.alias ?? order.attribute ?? ''
    const alias = aliasOf(written, attributes)
    if (order.alias === undefined || !hasAlias(written, attributes))
      note(`An aggregate is ordered by alias: ${quoted(written)} was read as ${alias}.`)
    return { alias, descending: order.descending }
  })
  return once(resolved)
}

function aliasOf(written: string, attributes: readonly FetchAttribute[]): string {
  const wanted = safeAlias(written).toLowerCase()
  const found =
    attributes.find(({ alias }) => alias?.toLowerCase() === wanted) ??
    attributes.find(({ name, groupBy }) => groupBy && name === wanted) ??
    attributes.find(({ name }) => name === wanted) ??
    nearestAlias(wanted, attributes)
  if (found?.alias !== undefined) return found.alias
  const aliases = attributes.flatMap(({ alias }) => (alias === undefined ? [] : [alias]))
  throw invalidFetch(
    `No column of the aggregate has the alias ${quoted(written)}.`,
    `Order by one of: ${aliases.join(', ')}.`,
  )
}

function hasAlias(written: string, attributes: readonly FetchAttribute[]): boolean {
  return attributes.some(({ alias }) => alias?.toLowerCase() === safeAlias(written).toLowerCase())
}

function nearestAlias(wanted: string, attributes: readonly FetchAttribute[]): FetchAttribute | undefined {
  const [name] = nearest(
    wanted,
    attributes.flatMap(({ alias }) => (alias === undefined ? [] : [{ name: alias, aliases: [] }])),
  )
  return attributes.find(({ alias }) => alias === name)
}

function once(orders: readonly FetchOrder[]): FetchOrder[] {
  const key = (order: FetchOrder): string => `${order.entityName ?? ''}.${order.attribute ?? ''}.${order.alias ?? ''}`
  return [...new Map(orders.toReversed().map((order) => [key(order), order])).values()].toReversed()
}
