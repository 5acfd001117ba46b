import { nearest } from '../../suggest.ts'
import { kindOf } from '../model/column-kind.ts'
import type { Attribute, Order } from '../model/query.ts'
import { invalidFetch, quoted } from '../say/refusals.ts'
import { severalParties } from './names/find-column.ts'
import { comparedColumn, safeAlias, scopeNamed, type Resolving, type Scope } from './names/scope.ts'

/** An order as it was written, in the entity or link that it was written in. */
export type PlacedOrder = { readonly order: Order; readonly scope: Scope }

/** Orders of rows, all in the entity: there they keep their sequence whatever table a column is of. @throws QueryError */
export function resolveRowOrders(
  placed: readonly PlacedOrder[],
  attributes: readonly Attribute[],
  resolving: Resolving,
): Order[] {
  const orders = placed.map(({ order, scope: own }): Order => {
    const scope = order.entityName === undefined ? own : scopeNamed(order.entityName, resolving)
    const column = comparedColumn(scope, attributeOf(order, attributes, resolving), resolving)
    if (kindOf(column) === 'parties') throw severalParties(scope.table, column, resolving.values.notation)
    return {
      attribute: column.name,
      ...(scope.alias !== undefined && { entityName: scope.alias }),
      descending: order.descending,
    }
  })
  return once(orders)
}

function attributeOf(order: Order, attributes: readonly Attribute[], { note }: Resolving): string {
  if (order.attribute !== undefined) return order.attribute
  const alias = order.alias ?? ''
  const aliased = attributes.find((one) => one.alias?.toLowerCase() === safeAlias(alias).toLowerCase())
  if (!aliased) return alias
  note(`Rows are ordered by a column: the alias ${quoted(alias)} was read as ${aliased.name}.`)
  return aliased.name
}

/** Orders of an aggregate, by the aliases of its columns. @throws QueryError `invalid_fetchxml` with the nearest aliases */
export function resolveAggregateOrders(
  orders: readonly Order[],
  attributes: readonly Attribute[],
  { note }: Resolving,
): Order[] {
  const resolved = orders.map((order): Order => {
    const written = order.alias ?? order.attribute ?? ''
    const alias = aliasOf(written, attributes)
    if (order.alias === undefined || !hasAlias(written, attributes))
      note(`An aggregate is ordered by alias: ${quoted(written)} was read as ${alias}.`)
    return { alias, descending: order.descending }
  })
  return once(resolved)
}

function aliasOf(written: string, attributes: readonly Attribute[]): string {
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

function hasAlias(written: string, attributes: readonly Attribute[]): boolean {
  return attributes.some(({ alias }) => alias?.toLowerCase() === safeAlias(written).toLowerCase())
}

function nearestAlias(wanted: string, attributes: readonly Attribute[]): Attribute | undefined {
  const [name] = nearest(
    wanted,
    attributes.flatMap(({ alias }) => (alias === undefined ? [] : [{ name: alias, aliases: [] }])),
  )
  return attributes.find(({ alias }) => alias === name)
}

function once(orders: readonly Order[]): Order[] {
  const key = (order: Order): string => `${order.entityName ?? ''}.${order.attribute ?? ''}.${order.alias ?? ''}`
  return [...new Map(orders.toReversed().map((order) => [key(order), order])).values()].toReversed()
}
