import { isoInZone } from '../../../local-time.ts'
import { addDays, readDay } from '../../../query/resolve/values/dates/day.ts'
import type { Clock } from '../../../query/resolve/values/clock.ts'
import type { AskedChange, Problem } from '../../model.ts'
import { readMoment, startOfDate } from '../../values/dates.ts'
import { ValueRefused } from '../../values/place.ts'
import type { Kind } from './kinds.ts'

export type Times = {
  /** By the names of columns. */
  readonly changes: readonly AskedChange[]
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
}

const ALL_DAY = 'isalldayevent'
const MINUTE_MS = 60_000
const MOST_MINUTES = 60 * 24 * 366

/**
 * Start and end of an appointment by what was said: a day alone lasts all of it, and minutes are counted from the start.
 * Where it says neither, the values are read as they stand.
 */
export function appointmentTimes(values: ReadonlyMap<string, AskedChange>, clock: Clock): Times {
  const [when, ended, minutes] = ['when', 'end', 'minutes'].map((name) => values.get(name))
  const end = ended && onDayOf(when, ended)
  const days = [when, end].map((one) => (one ? dayAlone(one) : undefined))
  const [first, last = first] = days
  if (when && first !== undefined && last !== undefined && !minutes && (!end || days[1] !== undefined))
    return allDay(first, last, clock)
  const given = [when && { ...when, column: 'scheduledstart' }, end && { ...end, column: 'scheduledend' }]
  const changes = given.filter((one) => one !== undefined)
  if (!minutes) return { changes, problems: [], notes: [] }
  if (!when || end) return { changes, problems: [needless(minutes, end !== undefined)], notes: [] }
  return withMinutes(changes, when, minutes, clock)
}

/** An end of which only the time is said is on the day of the start. */
function onDayOf(when: AskedChange | undefined, end: AskedChange): AskedChange {
  const day = typeof when?.to === 'string' ? readDay(when.to)?.day : undefined
  const time = typeof end.to === 'string' ? end.to.trim() : ''
  return day !== undefined && /^\d\d:\d\d$/.test(time) ? { ...end, to: `${day}T${time}` } : end
}

function dayAlone({ to }: AskedChange): string | undefined {
  const read = typeof to === 'string' ? readDay(to) : undefined
  return read && read.clock === undefined ? read.day : undefined
}

/** From the midnight of the first day to that after the last, which are not always whole days of 24 hours. */
function allDay(first: string, last: string, clock: Clock): Times {
  const midnight = (day: string): string => isoInZone(Date.parse(startOfDate(day, clock)), clock.zone)
  return {
    changes: [
      { column: 'scheduledstart', to: midnight(first) },
      { column: 'scheduledend', to: midnight(addDays(last, 1)) },
      { column: ALL_DAY, to: true },
    ],
    problems: [],
    notes: [`No time is given: it lasts all day, ${first === last ? first : `${first} to ${last}`} in ${clock.zone}.`],
  }
}

function withMinutes(changes: readonly AskedChange[], when: AskedChange, minutes: AskedChange, clock: Clock): Times {
  const count = Number(minutes.to)
  if (!Number.isInteger(count) || count < 1 || count > MOST_MINUTES)
    return { changes, problems: [noMinutes(minutes)], notes: [] }
  try {
    const place = { column: when.column, label: 'The start', note: () => undefined }
    const start = Date.parse(readMoment(when.to ?? '', place, clock).utc)
    const end = { column: 'scheduledend', to: isoInZone(start + count * MINUTE_MS, clock.zone) }
    return { changes: [...changes, end], problems: [], notes: [] }
  } catch (error) {
    // What is wrong about the start is said where it is read as a value of its column.
    if (error instanceof ValueRefused) return { changes, problems: [], notes: [] }
    throw error
  }
}

function needless({ column }: AskedChange, isEnded: boolean): Problem {
  return {
    code: isEnded ? 'column_twice' : 'required_missing',
    column,
    text: isEnded
      ? 'The end is given twice, by end and by minutes.'
      : 'Minutes are counted from a start, and none is given.',
    nextStep: isEnded ? 'Leave out end, or minutes.' : 'Add when, the start, to changes.',
  }
}

function noMinutes({ column, to }: AskedChange): Problem {
  return {
    code: 'value_invalid',
    column,
    text: `${JSON.stringify(to)} is no number of minutes.`,
    nextStep: `Write a whole number from 1 to ${MOST_MINUTES}, e.g. {"column":"minutes","to":30}.`,
  }
}

/** What ends before it begins. @param changes as they will be written, by the names of columns */
export function orderProblem(
  changes: readonly { readonly column: string; readonly to: unknown }[],
  { arguments: known }: Kind,
): Problem | undefined {
  const at = (name: string): number => Date.parse(String(changes.find(({ column }) => column === name)?.to))
  if (!(at('scheduledend') < at('scheduledstart'))) return undefined
  const end = known.find(({ column }) => column === 'scheduledend')?.name ?? 'end'
  return {
    code: 'out_of_range',
    column: end,
    text: 'It would end before it begins.',
    nextStep: `Ask the person for both times, and pass a later ${end}.`,
  }
}
