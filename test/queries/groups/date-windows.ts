/** A column that holds times, as SQL sees it: its wall clock, and whether it lies before now. */
export type DateColumn = {
  readonly entity: string
  readonly key: string
  readonly name: string
  readonly wall: string
  readonly past: string
  readonly future: string
  readonly hasTime: boolean
}

export const SCHEDULED_END: DateColumn = {
  entity: 'task',
  key: 'activityid',
  name: 'scheduledend',
  wall: 'local(scheduledend)',
  past: 'scheduledend < now_utc()',
  future: 'scheduledend >= now_utc()',
  hasTime: true,
}
export const CLOSE_DATE: DateColumn = {
  entity: 'opportunity',
  key: 'opportunityid',
  name: 'estimatedclosedate',
  wall: "(estimatedclosedate || ' 00:00:00')",
  past: "(estimatedclosedate || ' 00:00:00') < now_local()",
  future: "(estimatedclosedate || ' 00:00:00') >= now_local()",
  hasTime: false,
}

export type DateCase = {
  readonly operator: string
  readonly values: readonly string[]
  /** The condition in SQL. */
  readonly where: (column: DateColumn) => string
  /** Only for columns that hold a time of day. */
  readonly timed?: true
}

/** Sunday is a week's first day. */
const WEEK = "date(today(), '-6 days', 'weekday 0')"
const MONTH = "date(today(), 'start of month')"
const YEAR = "date(today(), 'start of year')"
const QUARTER = "date(today(), 'start of month', '-' || ((strftime('%m', today()) - 1) % 3) || ' months')"

const shifted = (start: string, by: number, unit: string): string => `date(${start}, '${by} ${unit}')`
const span =
  (start: string, unit: string, from: number, to: number) =>
  ({ wall }: DateColumn): string =>
    `${wall} >= ${shifted(start, from, unit)} and ${wall} < ${shifted(start, to, unit)}`

const named = (operator: string, where: DateCase['where']): DateCase => ({ operator, values: [], where })
const trio = (name: string, start: string, unit: string, size: number): DateCase[] => [
  named(`last-${name}`, span(start, unit, -size, 0)),
  named(`this-${name}`, span(start, unit, 0, size)),
  named(`next-${name}`, span(start, unit, size, 2 * size)),
]

/** A counted step back that ends at the last day of a shorter month, as .NET and SQL Server count. */
const back = (count: number, unit: string): string => `date(today(), '-${count} ${unit}', 'floor')`
const ahead = (count: number, unit: string): string => `date(today(), '+1 day', '+${count} ${unit}', 'floor')`

const lastX = (operator: string, count: number, start: string): DateCase => ({
  operator,
  values: [String(count)],
  where: ({ wall, past }) => `${wall} >= ${start} and ${past}`,
})
const nextX = (operator: string, count: number, end: string): DateCase => ({
  operator,
  values: [String(count)],
  where: ({ wall, future }) => `${future} and ${wall} < ${end}`,
})
const olderThan = (operator: string, count: number, end: string): DateCase => ({
  operator,
  values: [String(count)],
  where: ({ wall }) => `${wall} < ${end}`,
})
/** Hours and minutes are cut to the full hour or minute before counting. */
const timed = (operator: string, count: number, where: (column: string) => string): DateCase => ({
  operator,
  values: [String(count)],
  where: ({ name }) => where(name),
  timed: true,
})
const hours = (by: string): string => `strftime('%Y-%m-%dT%H:00:00Z', now_utc(), '${by} hours')`
const minutes = (by: string): string => `strftime('%Y-%m-%dT%H:%M:00Z', now_utc(), '${by} minutes')`

const FIXED: readonly DateCase[] = [
  named('today', span('today()', 'days', 0, 1)),
  named('yesterday', span('today()', 'days', -1, 0)),
  named('tomorrow', span('today()', 'days', 1, 2)),
  ...trio('week', WEEK, 'days', 7),
  ...trio('month', MONTH, 'months', 1),
  ...trio('year', YEAR, 'years', 1),
  ...trio('fiscal-period', QUARTER, 'months', 3),
  ...trio('fiscal-year', YEAR, 'years', 1),
  named('last-seven-days', ({ wall, past }) => `${wall} >= date(today(), '-7 days') and ${past}`),
  named('next-seven-days', ({ wall, future }) => `${future} and ${wall} < date(today(), '+8 days')`),
]

const COUNTED: readonly DateCase[] = [
  timed('last-x-hours', 3, (name) => `${name} >= ${hours('-3')} and ${name} < now_utc()`),
  timed('next-x-hours', 2, (name) => `${name} >= now_utc() and ${name} < ${hours('+3')}`),
  lastX('last-x-days', 1, "date(today(), '-1 days')"),
  lastX('last-x-days', 30, "date(today(), '-30 days')"),
  lastX('last-x-weeks', 2, "date(today(), '-14 days')"),
  lastX('last-x-months', 1, back(1, 'months')),
  lastX('last-x-months', 3, back(3, 'months')),
  lastX('last-x-years', 1, back(1, 'years')),
  lastX('last-x-years', 2, back(2, 'years')),
  nextX('next-x-days', 1, "date(today(), '+2 days')"),
  nextX('next-x-days', 14, "date(today(), '+15 days')"),
  nextX('next-x-weeks', 2, "date(today(), '+15 days')"),
  nextX('next-x-months', 1, ahead(1, 'months')),
  nextX('next-x-months', 3, ahead(3, 'months')),
  nextX('next-x-years', 1, ahead(1, 'years')),
  { operator: 'last-x-fiscal-periods', values: ['2'], where: span(QUARTER, 'months', -6, 0) },
  { operator: 'next-x-fiscal-periods', values: ['2'], where: span(QUARTER, 'months', 3, 9) },
  { operator: 'last-x-fiscal-years', values: ['1'], where: span(YEAR, 'years', -1, 0) },
  { operator: 'next-x-fiscal-years', values: ['1'], where: span(YEAR, 'years', 1, 2) },
  timed('olderthan-x-minutes', 30, (name) => `${name} < ${minutes('-30')}`),
  timed('olderthan-x-hours', 2, (name) => `${name} < ${hours('-2')}`),
  olderThan('olderthan-x-days', 28, "date(today(), '-28 days')"),
  olderThan('olderthan-x-weeks', 4, "date(today(), '-28 days')"),
  olderThan('olderthan-x-months', 1, back(1, 'months')),
  olderThan('olderthan-x-months', 3, back(3, 'months')),
  olderThan('olderthan-x-years', 1, back(1, 'years')),
]

const quarterOf = (wall: string): string => `((strftime('%m', ${wall}) + 2) / 3)`
const periodOf = (wall: string): string => `(strftime('%Y', ${wall}) * 10 + ${quarterOf(wall)})`
const fiscal = (operator: string, values: readonly string[], where: (wall: string) => string): DateCase => ({
  operator,
  values,
  where: ({ wall }) => where(wall),
})

/** The fiscal year is the calendar year, its periods are quarters. */
const ABSOLUTE: readonly DateCase[] = [
  fiscal('on', ['2026-11-24'], (wall) => `date(${wall}) = '2026-11-24'`),
  fiscal('on-or-after', ['2026-12-01'], (wall) => `${wall} >= '2026-12-01'`),
  fiscal('on-or-before', ['2026-10-31'], (wall) => `${wall} < '2026-11-01'`),
  fiscal('in-fiscal-year', ['2027'], (wall) => `strftime('%Y', ${wall}) = '2027'`),
  fiscal('in-fiscal-period', ['1'], (wall) => `${quarterOf(wall)} = 1`),
  fiscal('in-fiscal-period-and-year', ['4', '2026'], (wall) => `${periodOf(wall)} = 20264`),
  fiscal('in-or-before-fiscal-period-and-year', ['3', '2026'], (wall) => `${periodOf(wall)} <= 20263`),
  fiscal('in-or-after-fiscal-period-and-year', ['2', '2027'], (wall) => `${periodOf(wall)} >= 20272`),
]

export const DATE_CASES: readonly DateCase[] = [...FIXED, ...COUNTED, ...ABSOLUTE]
