import { startOfDay, dayIn, isoInZone } from '../../../local-time.ts'
import { allOf, oneOf, test, type Meaning } from '../../model/meaning.ts'
import type { Clock } from './clock.ts'
import { addDays, addMonths, firstOf } from './dates/day.ts'

/** Where a day begins in the person's time zone, or an instant in ms since 1970. */
export type Bound = { readonly day: string } | { readonly at: number }

/** Half open; an absent end is open. */
export type DateRange = { readonly start?: Bound; readonly end?: Bound }

const STEPS: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1, last: -1, this: 0, next: 1 }
const LENGTHS: Readonly<Record<string, { readonly days?: number; readonly months?: number; readonly ms?: number }>> = {
  minute: { ms: 60_000 },
  hour: { ms: 3_600_000 },
  day: { days: 1 },
  week: { days: 7 },
  month: { months: 1 },
  year: { months: 12 },
}

/**
 * What an operator on dates holds for, as Dataverse counts: weeks begin on Sunday, `last-x-days` ends now.
 * @param values as FetchXML takes them
 * @returns undefined for an operator that is no single range, and where the fiscal calendar that it needs is not known
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/operators
 */
export function rangeOf(operator: string, values: readonly string[], clock: Clock): DateRange | undefined {
  const [first = '', second = ''] = values
  if (operator === 'on') return wholeDay(first)
  if (operator === 'on-or-after') return { start: { day: first } }
  if (operator === 'on-or-before') return { end: { day: addDays(first, 1) } }
  const [, how = '', count, unit = 'day'] =
    /^(yesterday|today|tomorrow|last|this|next|olderthan)(?:-(x|seven))?(?:-([a-z-]+?)s?)?$/.exec(operator) ?? []
  if (how === '') return fiscalRange(operator, Number(first), Number(second), clock)
  const step = STEPS[how] ?? 0
  if (count === undefined) return periods(unit, step, step + 1, clock)
  return countedRange(how, unit, count === 'seven' ? 7 : Number(first), clock)
}

export function wholeDay(day: string): DateRange {
  return { start: { day }, end: { day: addDays(day, 1) } }
}

function countedRange(how: string, unit: string, count: number, clock: Clock): DateRange | undefined {
  if (unit.startsWith('fiscal'))
    return how === 'last' ? periods(unit, -count, 0, clock) : periods(unit, 1, count + 1, clock)
  const now: Bound = { at: clock.now }
  if (how === 'next') {
    const end = unit === 'hour' ? ago(unit, -count - 1, clock) : { day: moved(addDays(clock.today, 1), unit, count) }
    return { start: now, end }
  }
  const start = ago(unit, count, clock)
  return how === 'last' ? { start, end: now } : { end: start }
}

/** So long before today, or before the current hour or minute. */
export function ago(unit: string, count: number, { now, today }: Clock): Bound {
  const ms = LENGTHS[unit]?.ms
  return ms === undefined ? { day: moved(today, unit, -count) } : { at: now - (now % ms) - count * ms }
}

function moved(day: string, unit: string, count: number): string {
  const { days = 0, months = 0 } = LENGTHS[unit] ?? {}
  return addMonths(addDays(day, days * count), months * count)
}

/** From the start of one period to the start of another, counted from the current one. */
function periods(unit: string, from: number, to: number, clock: Clock): DateRange | undefined {
  const { today, fiscal } = clock
  if (unit.startsWith('fiscal')) {
    if (!fiscal) return undefined
    const months = unit === 'fiscal-year' ? 12 : fiscal.periodMonths
    const start = fiscalStart(months, fiscal, today)
    return { start: { day: addMonths(start, from * months) }, end: { day: addMonths(start, to * months) } }
  }
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay()
  const starts: Readonly<Record<string, string>> = {
    week: addDays(today, -weekday),
    month: `${today.slice(0, 7)}-01`,
    year: `${today.slice(0, 4)}-01-01`,
  }
  const start = starts[unit] ?? today
  return { start: { day: moved(start, unit, from) }, end: { day: moved(start, unit, to) } }
}

/** The first day of the current period of so many months. */
function fiscalStart(months: number, fiscal: NonNullable<Clock['fiscal']>, today: string): string {
  const lastYear = Number(today.slice(0, 4)) - 1
  const first = addDays(firstOf(lastYear, fiscal.startMonth), fiscal.startDay - 1)
  const starts = Array.from({ length: 24 / months }, (_one, index) => addMonths(first, index * months))
  return starts.findLast((start) => start <= today) ?? first
}

/** Organizations name a fiscal year by the year it begins or ends in: only one that is the calendar year is sure. */
function fiscalRange(operator: string, one: number, two: number, { fiscal }: Clock): DateRange | undefined {
  if (fiscal?.startMonth !== 1 || fiscal.startDay !== 1) return undefined
  if (operator === 'in-fiscal-year') return { start: { day: firstOf(one, 1) }, end: { day: firstOf(one + 1, 1) } }
  const start: Bound = { day: firstOf(two, (one - 1) * fiscal.periodMonths + 1) }
  const end: Bound = { day: firstOf(two, one * fiscal.periodMonths + 1) }
  if (operator === 'in-fiscal-period-and-year') return { start, end }
  if (operator === 'in-or-after-fiscal-period-and-year') return { start }
  return operator === 'in-or-before-fiscal-period-and-year' ? { end } : undefined
}

export type Side = 'lt' | 'ge' | 'le' | 'gt'

/** Before or from where a range begins (`lt`, `ge`), or up to or after where it ends (`le`, `gt`). */
export function beside(side: Side, bound: Bound, dateOnly: boolean, { zone }: Clock): Meaning {
  const isBefore = side === 'lt' || side === 'le'
  if (!dateOnly) {
    if ('at' in bound) return test(isBefore ? 'lt' : 'ge', isoOf(bound.at))
    return isBefore ? test('on-or-before', addDays(bound.day, -1)) : test('on-or-after', bound.day)
  }
  const day = 'day' in bound ? bound.day : dayFrom(bound.at, zone)
  return side === 'lt' || side === 'ge' ? test(side, day) : test(side, addDays(day, -1))
}

/** A column of days holds midnights: the first that an instant does not come after. */
function dayFrom(at: number, zone: string): string {
  const day = dayIn(at, zone)
  return startOfDay(day, zone) >= at ? day : addDays(day, 1)
}

/** A range in words: its first day, or the moment, and its last; a column of days has no other moments than midnights. */
export function daysIn({ start, end }: DateRange, dateOnly: boolean, clock: Clock): string {
  const first = start && boundIn(start, 'beginning', dateOnly, clock)
  const last = end && boundIn(end, 'end', dateOnly, clock)
  if (first === undefined || last === undefined) return first === undefined ? `up to ${last}` : `${first} and later`
  const isEmpty = start && end && dateOnly && last < first
  return isEmpty ? 'no day' : first === last ? first : `${first} to ${last}`
}

export type Part = 'beginning' | 'end'

/** Where a range begins or ends, in words: its first or last day, or the moment. */
export function boundIn(bound: Bound, part: Part, dateOnly: boolean, { now, zone }: Clock): string {
  const shown = dateOnly && 'at' in bound ? { day: dayFrom(bound.at, zone) } : bound
  if ('day' in shown) return addDays(shown.day, part === 'end' ? -1 : 0)
  return shown.at === now ? 'now' : isoInZone(shown.at, zone)
}

/** ISO 8601 in UTC. */
export function isoOf(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

/** The values of a column that lie in a range. */
export function within({ start, end }: DateRange, dateOnly: boolean, clock: Clock): Meaning {
  if (start && end && 'day' in start && 'day' in end && end.day === addDays(start.day, 1))
    return test(dateOnly ? 'eq' : 'on', start.day)
  return allOf([
    ...(start ? [beside('ge', start, dateOnly, clock)] : []),
    ...(end ? [beside('le', end, dateOnly, clock)] : []),
  ])
}

/** The values of a column that lie before or after a range; an empty cell does neither. */
export function outside({ start, end }: DateRange, dateOnly: boolean, clock: Clock): Meaning {
  return oneOf([
    ...(start ? [beside('lt', start, dateOnly, clock)] : []),
    ...(end ? [beside('gt', end, dateOnly, clock)] : []),
  ])
}
