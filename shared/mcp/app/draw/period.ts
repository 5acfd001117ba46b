import type { Talk } from '../words/words.ts'

/** A group of an analysis by a part of a date. */
export type Period = {
  readonly text: string
  /** Of its start, in milliseconds; absent for what comes again each year or week. */
  readonly time?: number
  /** By which such groups follow each other. */
  readonly order: number
}

const NAMED = /^(day|week|month|quarter|year|month_of_year|weekday)\(/
const DAY_MS = 86_400_000
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** A Monday in January. */
const FIRST = Date.UTC(2024, 0, 1)

/** Whether a column's groups are parts of dates, by its name in the language of analyses. */
export function isPeriods(column: string): boolean {
  return NAMED.test(column)
}

/** Whether they follow each other without end, so that a line between them is one over time. */
export function isTime(column: string): boolean {
  return isPeriods(column) && !/^(?:month_of_year|weekday)/.test(column)
}

/** @returns nothing for a group that is no period, such as the one without a date */
export function periodOf(column: string, label: unknown, talk: Talk): Period | undefined {
  const [, part = ''] = NAMED.exec(column) ?? []
  const text = String(label)
  const write = (time: number, options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(talk.locale, { ...options, timeZone: 'UTC' }).format(time)
  if (part === 'weekday') return named(WEEKDAYS, text, (at) => write(FIRST + at * DAY_MS, { weekday: 'short' }))
  if (part === 'month_of_year') return named(MONTHS, text, (at) => write(Date.UTC(2024, at), { month: 'short' }))
  const [, year, quarter, week, month, day] =
    /^(\d{4})(?:-(?:Q(\d)|W(\d\d)|(\d\d)(?:-(\d\d))?))?$/.exec(part === '' ? '' : text) ?? []
  if (year === undefined) return undefined
  const at = (months: number, days = 1): number => Date.UTC(Number(year), months, days)
  const dated = (time: number, written: string): Period => ({ text: written, time, order: time })
  if (quarter !== undefined) return dated(at(Number(quarter) * 3 - 3), talk.text('quarter', { n: quarter, year }))
  if (week !== undefined)
    return dated(weekStart(Number(year), Number(week)), talk.text('week', { n: String(Number(week)), year }))
  if (month === undefined) return dated(at(0), year)
  if (day === undefined)
    return dated(at(Number(month) - 1), write(at(Number(month) - 1), { month: 'short', year: 'numeric' }))
  const time = at(Number(month) - 1, Number(day))
  return dated(time, write(time, { dateStyle: 'medium' }))
}

/** The Monday of a week of ISO 8601: that which has the year's 4th of January is its first. */
function weekStart(year: number, week: number): number {
  const fourth = Date.UTC(year, 0, 4)
  const weekday = (new Date(fourth).getUTCDay() + 6) % 7
  return fourth + ((week - 1) * 7 - weekday) * DAY_MS
}

function named(names: readonly string[], label: string, write: (at: number) => string): Period | undefined {
  const order = names.indexOf(label)
  return order < 0 ? undefined : { text: write(order), order }
}
