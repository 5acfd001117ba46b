import type { Talk } from '../words/words.ts'

/** Which part of a date the groups of a column are: `time` goes on without end, the others come again. */
export type PartOfDate = 'time' | 'weekday' | 'month_of_year'
/** A group by a part of a date. */
export type Period = {
  readonly text: string
  /** Of its start, in milliseconds; absent for what comes again each year or week. */
  readonly time?: number
  /** By which such groups follow each other. */
  readonly order: number
}

const NAMED = /^(day|week|month|quarter|year|month_of_year|weekday)\(/
const WRITTEN = /^(\d{4})(?:-(?:Q(\d)|W(\d\d)|(\d\d)(?:-(\d\d))?))?$/
const DAY_MS = 86_400_000
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** A Monday in January. */
const FIRST = Date.UTC(2024, 0, 1)

/**
 * By the column's name in the language of analyses, or else by what its groups are called: a bare year may be any number.
 * @param groups the labels of those that have a value
 */
export function partOfDate(column: string, groups: readonly unknown[]): PartOfDate | undefined {
  const [, part] = NAMED.exec(column) ?? []
  if (part !== undefined) return part === 'weekday' || part === 'month_of_year' ? part : 'time'
  const isWritten = (label: unknown): boolean => typeof label === 'string' && label.includes('-') && WRITTEN.test(label)
  return groups.length > 0 && groups.every(isWritten) ? 'time' : undefined
}

/** @returns nothing for a group that is no period, such as the one without a date */
export function periodOf(part: PartOfDate, label: unknown, talk: Talk): Period | undefined {
  const text = String(label)
  const write = (time: number, options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(talk.locale, { ...options, timeZone: 'UTC' }).format(time)
  if (part === 'weekday') return named(WEEKDAYS, text, (at) => write(FIRST + at * DAY_MS, { weekday: 'short' }))
  if (part === 'month_of_year') return named(MONTHS, text, (at) => write(Date.UTC(2024, at), { month: 'short' }))
  const [, year, quarter, week, month, day] = WRITTEN.exec(text) ?? []
  if (year === undefined) return undefined
  const at = (months: number, days = 1): number => Date.UTC(Number(year), months, days)
  const dated = (time: number, written: string): Period => ({ text: written, time, order: time })
  if (quarter !== undefined) return dated(at(Number(quarter) * 3 - 3), talk.text('quarter', { n: quarter, year }))
  if (week !== undefined) {
    const n = Number(week)
    return dated(weekStart(Number(year), n), talk.text('week', { n: String(n), year }))
  }
  if (month === undefined) return dated(at(0), year)
  const start = at(Number(month) - 1, Number(day ?? 1))
  return dated(start, write(start, day === undefined ? { month: 'short', year: 'numeric' } : { dateStyle: 'medium' }))
}

/** Weeks are Dataverse's: they begin on Sunday, the first with the year, and the last ends with it. */
function weekStart(year: number, week: number): number {
  const first = Date.UTC(year, 0, 1)
  return Math.max(first, first + (7 * (week - 1) - new Date(first).getUTCDay()) * DAY_MS)
}

function named(names: readonly string[], label: string, write: (at: number) => string): Period | undefined {
  const order = names.indexOf(label)
  return order < 0 ? undefined : { text: write(order), order }
}
