import type { Attribute, Link, Order, Query, Source } from '../../dataverse/query/model/query.ts'
import { returningSources } from '../../dataverse/query/model/walk.ts'
import { DATE_PARTS } from '../analysis/plan/date-parts.ts'

type Placed = { readonly attribute: Attribute; readonly beside: readonly Attribute[] }

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The column of a query that has an alias, and those of the same table. */
export function attributeWith(query: Query, alias: string | undefined): Placed | undefined {
  for (const { attributes } of returningSources<Source | Link>(query.entity)) {
    const attribute = attributes.find((one) => one.alias === alias)
    if (attribute) return { attribute, beside: attributes }
  }
  return undefined
}

/** The aliases of a part of a date and of what it is a part of, the widest first. */
function partsOf({ attribute, beside }: Placed): string[] {
  const { name, dateGrouping } = attribute
  if (dateGrouping === undefined) return []
  return DATE_PARTS[dateGrouping].asked.flatMap(
    (part) => beside.find((one) => one.name === name && one.dateGrouping === part)?.alias ?? [],
  )
}

/** What reads a part of a date from a row, as `2026-11` sorts; undefined for a column that is no part of one. */
export function dateLabel(
  query: Query,
  alias: string,
  groups: readonly string[],
): ((row: Readonly<Record<string, unknown>>) => unknown) | undefined {
  const placed = attributeWith(query, alias)
  const { dateGrouping } = placed?.attribute ?? {}
  if (!placed || dateGrouping === undefined) return undefined
  const parts = partsOf(placed)
  // Beside a year of its own, a month is compared with the same month of other years.
  if (!isOneTime(placed, alias, groups)) return (row) => alone(row[alias], dateGrouping)
  return (row) => {
    const values = parts.map((part) => row[part])
    return values.every((value) => typeof value === 'number') ? String(DATE_PARTS[dateGrouping].key(values)) : undefined
  }
}

function alone(value: unknown, grouping: Attribute['dateGrouping']): unknown {
  if (typeof value !== 'number') return undefined
  const month = grouping === 'month' ? MONTHS[value - 1] : undefined
  return month === undefined ? value : { value, label: month }
}

/**
 * Groups in the order of the axis, then of the series, and parts of dates in that of time: whoever orders by a month
 * means that of its year. Beside a year of its own it is compared with the same month of other years, and comes first.
 * @param isWritten whether the chart says an order
 */
export function inOrderOfTime(query: Query, groups: readonly string[], isWritten: boolean): Query {
  const placeOf = ({ alias = '' }: Order): number => {
    const place = groups.findIndex((one) => {
      const placed = attributeWith(query, one)
      return one === alias || (placed && isOneTime(placed, one, groups) && partsOf(placed).includes(alias))
    })
    return place < 0 ? groups.length : place
  }
  const { orders: resolved } = query.entity
  const inPlace = isWritten ? resolved : resolved.toSorted((a, b) => placeOf(a) - placeOf(b))
  const orders = inPlace.flatMap((order): Order[] => {
    const { alias = '', descending } = order
    const placed = attributeWith(query, alias)
    const parts = placed && isOneTime(placed, alias, groups) ? partsOf(placed) : []
    return parts.length > 0 ? parts.map((part) => ({ alias: part, descending })) : [order]
  })
  const once = orders.filter(({ alias }, at) => orders.findIndex((other) => other.alias === alias) === at)
  return { ...query, entity: { ...query.entity, orders: once } }
}

/** Whether a part of a date is told with what it is a part of, and not compared over it. */
function isOneTime(placed: Placed, alias: string, groups: readonly string[]): boolean {
  return !partsOf(placed).some((part) => part !== alias && groups.includes(part))
}
