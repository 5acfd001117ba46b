import { dayIn, isoInZone, startOfDay } from '../../dataverse/local-time.ts'
import type { Condition, Filter, Link, Query } from '../../dataverse/query/model/query.ts'
import { allLinks } from '../../dataverse/query/model/walk.ts'
import type { Clock } from '../../dataverse/query/resolve/values/clock.ts'
import { rangeOf, wholeDay, type Bound, type DateRange } from '../../dataverse/query/resolve/values/date-range.ts'
import { addDays, isDay } from '../../dataverse/query/resolve/values/dates/day.ts'

/** In ms since 1970, half open; an absent end is open. */
export type Span = { readonly from?: number; readonly to?: number }

/** The dates that a query asks for by one column; `unknown` names a fiscal period whose dates are not known here. */
export type Period = {
  readonly column: string
  /** The table of a link, where the column is not one of the rows themselves. */
  readonly table?: string
  readonly span: Span | { readonly unknown: string }
}

type Spans = ReadonlyMap<string, Period['span'] | 'unclear'>

/** The periods that the date conditions of a query ask for, as Dataverse counts them for the person of the clock. */
export function periodsOf({ entity }: Query, clock: Clock): Period[] {
  const own = periodsIn(entity.filters, clock)
  const linked = allLinks(entity).flatMap((link: Link) =>
    periodsIn(link.filters, clock).map((period) => ({ ...period, table: link.name })),
  )
  return [...own, ...linked]
}

function periodsIn(filters: readonly Filter[], clock: Clock): Period[] {
  const spans = allOf(filters.map((filter) => spansOf(filter, clock)))
  return [...spans].flatMap(([column, span]) => (span === 'unclear' ? [] : [{ column, span }]))
}

function spansOf(filter: Filter, clock: Clock): Spans {
  const parts = [
    ...filter.conditions.filter(({ entityName }) => entityName === undefined).map((one) => spanOf(one, clock)),
    ...filter.filters.map((inner) => spansOf(inner, clock)),
  ]
  if (filter.type === 'and') return allOf(parts)
  // A linked row, or another one's column, that is enough would let in dates outside of any period.
  const isOpen = filter.links.length > 0 || filter.conditions.some(({ entityName }) => entityName !== undefined)
  return isOpen ? new Map() : oneOf(parts)
}

function spanOf({ attribute, operator, values, otherColumn }: Condition, clock: Clock): Spans {
  if (operator === 'not-null') return new Map()
  const range = otherColumn === undefined ? (daysFrom(operator, values) ?? rangeOf(operator, values, clock)) : undefined
  if (range === undefined)
    return new Map([[attribute, operator.includes('fiscal') ? { unknown: operator } : ('unclear' as const)]])
  const instant = (bound: Bound): number => ('at' in bound ? bound.at : startOfDay(bound.day, clock.zone))
  const span: Span = {
    ...(range.start && { from: instant(range.start) }),
    ...(range.end && { to: instant(range.end) }),
  }
  return new Map([[attribute, span]])
}

/** Of a column of days, which is compared as numbers are. */
function daysFrom(operator: string, [day = '']: readonly string[]): DateRange | undefined {
  if (!isDay(day)) return undefined
  if (operator === 'eq') return wholeDay(day)
  if (operator === 'ge') return { start: { day } }
  if (operator === 'gt') return { start: { day: addDays(day, 1) } }
  if (operator === 'le') return { end: { day: addDays(day, 1) } }
  return operator === 'lt' ? { end: { day } } : undefined
}

function allOf(parts: readonly Spans[]): Spans {
  const all = new Map<string, Period['span'] | 'unclear'>()
  for (const part of parts)
    for (const [column, span] of part) {
      const other = all.get(column)
      all.set(column, other === undefined ? span : common(other, span))
    }
  return all
}

type Known = Period['span'] | 'unclear'

function common(one: Known, other: Known): Known {
  if (one === 'unclear' || other === 'unclear') return 'unclear'
  if ('unknown' in one) return one
  if ('unknown' in other) return other
  const from = Math.max(one.from ?? Number.NEGATIVE_INFINITY, other.from ?? Number.NEGATIVE_INFINITY)
  const to = Math.min(one.to ?? Number.POSITIVE_INFINITY, other.to ?? Number.POSITIVE_INFINITY)
  return spanFrom(from, to)
}

function spanFrom(from: number, to: number): Span {
  return { ...(Number.isFinite(from) && { from }), ...(Number.isFinite(to) && { to }) }
}

/** Of a column that every part bounds: from the first to the last day, where no day between them is left out. */
function oneOf(parts: readonly Spans[]): Spans {
  const [first, ...others] = parts
  const columns = [...(first?.keys() ?? [])].filter((column) => others.every((part) => part.has(column)))
  return new Map(columns.map((column) => [column, joined(parts.map((part) => part.get(column) ?? 'unclear'))]))
}

function joined(spans: readonly Known[]): Known {
  const unknown = spans.find((span) => span !== 'unclear' && 'unknown' in span)
  const known = spans.flatMap((span) => (span === 'unclear' || 'unknown' in span ? [] : [span]))
  if (known.length < spans.length) return unknown ?? 'unclear'
  const start = ({ from = Number.NEGATIVE_INFINITY }: Span): number => from
  const end = ({ to = Number.POSITIVE_INFINITY }: Span): number => to
  const [first, ...later] = known.toSorted((a, b) => start(a) - start(b))
  let reach = first ? end(first) : Number.NEGATIVE_INFINITY
  for (const span of later) {
    if (start(span) > reach) return 'unclear'
    reach = Math.max(reach, end(span))
  }
  return first ? spanFrom(start(first), reach) : 'unclear'
}

/** The first and the last day of a column that a query asks for, as far as it has one. */
export type Days = { readonly first?: string; readonly last?: string }

export function daysOf(query: Query, column: string, clock: Clock): Days {
  const period = periodsOf(query, clock).find((one) => one.table === undefined && one.column === column)
  if (!period || 'unknown' in period.span) return {}
  const { from, to } = period.span
  return {
    ...(from !== undefined && { first: dayIn(from, clock.zone) }),
    ...(to !== undefined && { last: dayIn(to - 1, clock.zone) }),
  }
}

/** Whether conditions leave out each other's dates. */
export function isEmpty({ from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: Span): boolean {
  return from >= to
}

/** `2026-10-01 to 2026-12-31`: the first and the last day, or an instant, that are in it. */
export function spanText(span: Span, clock: Clock): string {
  if (isEmpty(span)) return 'no day'
  const { from, to } = span
  const first = from === undefined ? undefined : edgeText(from, clock, 0)
  const last = to === undefined ? undefined : edgeText(to, clock, -1)
  if (first === undefined) return last === undefined ? 'of all time' : `until ${last}`
  return last === undefined ? `from ${first} on` : first === last ? first : `${first} to ${last}`
}

function edgeText(at: number, { now, zone }: Clock, days: number): string {
  const day = dayIn(at, zone)
  if (startOfDay(day, zone) === at) return addDays(day, days)
  return at === now ? 'now' : `${day} ${isoInZone(at, zone).slice(11, 16)}`
}
