import { instantsOfClock, isoInZone, localOffset } from '../../local-time.ts'
import type { Clock } from '../../query/resolve/values/clock.ts'
import { isoOf, rangeOf } from '../../query/resolve/values/date-range.ts'
import { nativeNamed, pointNamed } from '../../query/resolve/values/dates/date-words.ts'
import { otherOrders, readDay, type Written } from '../../query/resolve/values/dates/day.ts'
import type { Scalar } from '../model.ts'
import { pass, passLike, refusedAt, written, type Place } from './place.ts'

const EXAMPLE = 'T09:00'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** `YYYY-MM-DD`. @throws ValueRefused `value_invalid` for a time, for words, and for a day that does not exist */
export function readDate(to: Exclude<Scalar, null>, place: Place, clock: Clock): string {
  const found = typeof to === 'string' ? readDay(to) : undefined
  if (found && found.clock === undefined) return found.day
  const days = found ? [found.day] : daysMeant(to, clock)
  throw refusedAt(
    place,
    'value_invalid',
    found
      ? `${place.label} holds days, and ${written(to)} is a time.`
      : `${place.label} holds days written as year-month-day from 1753 on, and ${written(to)} is none.`,
    days.length > 0 ? pass(place, ...days.map((day) => day.slice(0, 10))) : passLike(place, clock.today),
  )
}

/** The same, of a column that holds the instant at which a day begins. */
export function readDayShown(to: Exclude<Scalar, null>, place: Place, clock: Clock): string {
  const day = readDate(to, place, clock)
  if (readDay(startOfDate(day, clock)) === undefined) throw beyond(to, place)
  return day
}

/** An instant, and how a clock of the person shows it. */
export type Moment = {
  /** ISO 8601 with the offset of the person's zone, to the second. */
  readonly local: string
  /** The same in UTC, ending in `Z`. */
  readonly utc: string
}

/**
 * A time with an offset, or one that the person's own clock shows.
 * @throws ValueRefused `value_invalid` for what is no time, for the hour that a change of the clock leaves out, and for
 * one that it repeats, unless its offset says which
 */
export function readMoment(to: Exclude<Scalar, null>, place: Place, clock: Clock): Moment {
  const { day, clock: shown, zone } = timeOf(to, place, clock)
  const wall = `${day}T${toSecond(shown)}`
  const instants = zone === undefined ? instantsOfClock(wall, clock.zone) : [Date.parse(`${wall}${zone}`)]
  const [instant, ...others] = instants
  if (instant === undefined) {
    // An hour ahead and behind, as clocks on either side of the change would show it.
    const near = [-HOUR_MS, HOUR_MS].map((by) => new Date(Date.parse(`${wall}Z`) + by).toISOString().slice(0, 19))
    throw refusedAt(
      place,
      'value_invalid',
      `On ${day} the clock of ${clock.zone} skips ${toSecond(shown)}.`,
      `Ask the person. ${pass(place, ...near)}`,
    )
  }
  if (others.length > 0)
    throw refusedAt(
      place,
      'value_invalid',
      `On ${day} the clock of ${clock.zone} shows ${toSecond(shown)} twice.`,
      `Ask the person which is meant. ${pass(place, ...instants.map((one) => isoInZone(one, clock.zone)))}`,
    )
  if (!isKept(instant, clock)) throw beyond(to, place)
  const moment = { local: isoInZone(instant, clock.zone), utc: isoOf(instant) }
  if (moment.local !== to)
    place.note(`${place.label}: ${written(to)} is ${moment.local} in ${clock.zone}, ${moment.utc}.`)
  return moment
}

/** Whether an instant, and the day on which a clock of the person shows it, are ones that Dataverse has. */
function isKept(instant: number, { zone }: Clock): boolean {
  return [isoOf(instant), isoInZone(instant, zone)].every((text) => readDay(text) !== undefined)
}

function beyond(to: Scalar, place: Place) {
  const text = `${place.label} holds times from 1753 to 9999 in UTC and on the clock of the person, and ${written(to)} is none of them.`
  return refusedAt(
    place,
    'out_of_range',
    text,
    `Ask the person for a later day than 1753-01-01, and an earlier one than 9999-12-31, for ${place.column}.`,
  )
}

/** Where a day begins for the person: of a column that shows days and holds times. */
export function startOfDate(day: string, { zone }: Clock): string {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  const [first] = instantsOfClock(`${day}T00:00:00`, zone)
  // Where clocks skip midnight, by the offset of before.
  return isoOf(first ?? midnight - localOffset(midnight - DAY_MS, zone))
}

/** What a clock shows, wherever it hangs: `YYYY-MM-DDThh:mm:ss`. @throws ValueRefused `value_invalid` for an offset */
export function readWallTime(to: Exclude<Scalar, null>, place: Place, clock: Clock): string {
  const { day, clock: shown, zone } = timeOf(to, place, clock)
  const wall = `${day}T${toSecond(shown)}`
  if (zone === undefined) return wall
  throw refusedAt(
    place,
    'value_invalid',
    `${place.label} holds what a clock shows, in no time zone, and ${written(to)} has one.`,
    `Ask the person whether the clock there shows it. ${pass(place, wall)}`,
  )
}

function timeOf(to: Scalar, place: Place, clock: Clock): Written & { readonly clock: string } {
  const found = typeof to === 'string' ? readDay(to) : undefined
  if (found?.clock !== undefined) return { ...found, clock: found.clock }
  const point = typeof to === 'string' ? pointNamed(to, clock) : undefined
  const days = found ? [found.day] : daysMeant(to, clock)
  const isMeant = point?.includes('T') === true || days.length > 0
  const asking = days.some((day) => day.includes('T')) ? '' : 'Ask the person for the time. '
  const offered = point?.includes('T')
    ? [point.slice(0, 19)]
    : days.map((day) => (day.includes('T') ? day : day + EXAMPLE))
  throw refusedAt(
    place,
    'value_invalid',
    found
      ? `${place.label} holds a day with a time, and ${written(to)} is a day alone.`
      : `${place.label} holds a day with a time, like ${clock.today}${EXAMPLE}, and ${written(to)} is none.`,
    `${asking}${isMeant ? pass(place, ...offered) : passLike(place, `${clock.today}${EXAMPLE}`)}`,
  )
}

/** The days that words, or another order of day and month, may mean, with the time where one was written. */
function daysMeant(to: Scalar, clock: Clock): readonly string[] {
  if (typeof to !== 'string') return []
  const native = nativeNamed(to)
  const start = native && rangeOf(native.operator, native.values, clock)?.start
  const point = pointNamed(to, clock)
  if (point !== undefined) return [point.slice(0, 10)]
  return start && 'day' in start ? [start.day] : otherOrders(to)
}

function toSecond(clock: string): string {
  return clock.length === 5 ? `${clock}:00` : clock.slice(0, 8)
}
