/** Half open, in milliseconds since 1970; an absent end is open. */
export type Window = { readonly from?: number; readonly to?: number }

const HOUR = 3_600_000
const MINUTE = 60_000
const floorTo = (instant: number, unit: number): number => Math.floor(instant / unit) * unit
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  formatters.set(timeZone, made)
  return made
}

export type LocalTime = {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/** What a time zone's clock shows, as `Date.UTC` of it. */
function shown(instant: number, timeZone: string): number {
  const parts = formatter(timeZone).formatToParts(instant)
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((one) => one.type === type)?.value)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

/** No zone changes its offset within a quarter of an hour, and asking for it is slow. */
const QUARTER_HOUR = 900_000
const MANY = 100_000
const offsets = new Map<string, Map<number, number>>()

function offset(instant: number, timeZone: string): number {
  const start = floorTo(instant, QUARTER_HOUR)
  const ofZone = offsets.get(timeZone) ?? new Map<number, number>()
  offsets.set(timeZone, ofZone)
  const known = ofZone.get(start)
  if (known !== undefined) return known
  if (ofZone.size >= MANY) ofZone.clear()
  const found = shown(start, timeZone) - start
  ofZone.set(start, found)
  return found
}

export function localTime(instant: number, timeZone: string): LocalTime {
  const local = new Date(instant + offset(instant, timeZone))
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
  }
}

/** The instant of a wall-clock time, given as `Date.UTC` of its parts. */
export function instantOf(wallClock: number, timeZone: string): number {
  const guess = wallClock - offset(wallClock, timeZone)
  return wallClock - offset(guess, timeZone)
}

export function localDate(instant: number, timeZone: string): string {
  const { year, month, day } = localTime(instant, timeZone)
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10)
}

/** The instants of a calendar day `YYYY-MM-DD` where the user is. */
export function dayWindow(date: string, timeZone: string): { readonly from: number; readonly to: number } {
  const midnight = Date.parse(`${date}T00:00:00Z`)
  return { from: instantOf(midnight, timeZone), to: instantOf(midnight + 24 * HOUR, timeZone) }
}

/** A fiscal year, or one period of it: the sandbox's fiscal year is the calendar year, its periods are quarters. */
export function fiscalWindow(
  year: number,
  period: number | undefined,
  timeZone: string,
): { readonly from: number; readonly to: number } {
  const month = period === undefined ? 0 : (period - 1) * 3
  const start = (months: number): number => instantOf(Date.UTC(year, month + months, 1), timeZone)
  return { from: start(0), to: start(period === undefined ? 12 : 3) }
}

type Clock = {
  readonly now: number
  /** Midnight in the user's time zone, days first: a day that the month then lacks is its last, as SQL Server counts. */
  readonly midnight: (years: number, months: number, days: number) => number
  readonly monthStart: (months: number) => number
  readonly weekday: number
  readonly month: number
}

function clockOf(now: number, timeZone: string): Clock {
  const { year, month, day } = localTime(now, timeZone)
  const at = (y: number, m: number, d: number): number => instantOf(Date.UTC(y, m - 1, d), timeZone)
  const midnight: Clock['midnight'] = (years, months, days) => {
    const moved = new Date(Date.UTC(year, month - 1, day + days))
    const [y, m] = [moved.getUTCFullYear() + years, moved.getUTCMonth() + 1 + months]
    return at(y, m, Math.min(moved.getUTCDate(), new Date(Date.UTC(y, m, 0)).getUTCDate()))
  }
  return {
    now,
    midnight,
    monthStart: (months) => at(year, month + months, 1),
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
    month,
  }
}

const days = (clock: Clock, from: number, to: number): Window => ({
  from: clock.midnight(0, 0, from),
  to: clock.midnight(0, 0, to),
})
const months = (clock: Clock, from: number, to: number): Window => ({
  from: clock.monthStart(from),
  to: clock.monthStart(to),
})
/** Weeks begin on Sunday. */
const week = (clock: Clock, weeks: number): Window =>
  days(clock, weeks * 7 - clock.weekday, weeks * 7 - clock.weekday + 7)
const year = (clock: Clock, years: number): Window =>
  months(clock, years * 12 + 1 - clock.month, years * 12 + 13 - clock.month)
/** The fiscal year of the sandbox is the calendar year, its periods are quarters. */
const quarter = (clock: Clock, quarters: number): Window => {
  const start = quarters * 3 - ((clock.month - 1) % 3)
  return months(clock, start, start + 3)
}

const FIXED: Readonly<Record<string, (clock: Clock) => Window>> = {
  today: (clock) => days(clock, 0, 1),
  yesterday: (clock) => days(clock, -1, 0),
  tomorrow: (clock) => days(clock, 1, 2),
  'last-seven-days': (clock) => ({ from: clock.midnight(0, 0, -7), to: clock.now }),
  'next-seven-days': (clock) => ({ from: clock.now, to: clock.midnight(0, 0, 8) }),
  'last-week': (clock) => week(clock, -1),
  'this-week': (clock) => week(clock, 0),
  'next-week': (clock) => week(clock, 1),
  'last-month': (clock) => months(clock, -1, 0),
  'this-month': (clock) => months(clock, 0, 1),
  'next-month': (clock) => months(clock, 1, 2),
  'last-year': (clock) => year(clock, -1),
  'this-year': (clock) => year(clock, 0),
  'next-year': (clock) => year(clock, 1),
  'last-fiscal-year': (clock) => year(clock, -1),
  'this-fiscal-year': (clock) => year(clock, 0),
  'next-fiscal-year': (clock) => year(clock, 1),
  'last-fiscal-period': (clock) => quarter(clock, -1),
  'this-fiscal-period': (clock) => quarter(clock, 0),
  'next-fiscal-period': (clock) => quarter(clock, 1),
}

const lastX = (clock: Clock, from: number): Window => ({ from, to: clock.now })
const nextX = (clock: Clock, to: number): Window => ({ from: clock.now, to })

const COUNTED: Readonly<Record<string, (clock: Clock, n: number) => Window>> = {
  'last-x-hours': (clock, n) => lastX(clock, floorTo(clock.now, HOUR) - n * HOUR),
  'last-x-days': (clock, n) => lastX(clock, clock.midnight(0, 0, -n)),
  'last-x-weeks': (clock, n) => lastX(clock, clock.midnight(0, 0, -7 * n)),
  'last-x-months': (clock, n) => lastX(clock, clock.midnight(0, -n, 0)),
  'last-x-years': (clock, n) => lastX(clock, clock.midnight(-n, 0, 0)),
  'last-x-fiscal-periods': (clock, n) => ({ from: quarter(clock, -n).from, to: quarter(clock, 0).from }) as Window,
  'last-x-fiscal-years': (clock, n) => ({ from: year(clock, -n).from, to: year(clock, 0).from }) as Window,
  'next-x-hours': (clock, n) => nextX(clock, floorTo(clock.now, HOUR) + (n + 1) * HOUR),
  'next-x-days': (clock, n) => nextX(clock, clock.midnight(0, 0, n + 1)),
  'next-x-weeks': (clock, n) => nextX(clock, clock.midnight(0, 0, 7 * n + 1)),
  'next-x-months': (clock, n) => nextX(clock, clock.midnight(0, n, 1)),
  'next-x-years': (clock, n) => nextX(clock, clock.midnight(n, 0, 1)),
  'next-x-fiscal-periods': (clock, n) => ({ from: quarter(clock, 1).from, to: quarter(clock, n).to }) as Window,
  'next-x-fiscal-years': (clock, n) => ({ from: year(clock, 1).from, to: year(clock, n).to }) as Window,
  'olderthan-x-minutes': (clock, n) => ({ to: floorTo(clock.now, MINUTE) - n * MINUTE }),
  'olderthan-x-hours': (clock, n) => ({ to: floorTo(clock.now, HOUR) - n * HOUR }),
  'olderthan-x-days': (clock, n) => ({ to: clock.midnight(0, 0, -n) }),
  'olderthan-x-weeks': (clock, n) => ({ to: clock.midnight(0, 0, -7 * n) }),
  'olderthan-x-months': (clock, n) => ({ to: clock.midnight(0, -n, 0) }),
  'olderthan-x-years': (clock, n) => ({ to: clock.midnight(-n, 0, 0) }),
}

export function isFixedWindow(operator: string): boolean {
  return Object.hasOwn(FIXED, operator)
}

export function isCountedWindow(operator: string): boolean {
  return Object.hasOwn(COUNTED, operator)
}

/** The instants that a relative-date operator means to this user now; undefined for another operator. */
export function relativeWindow(operator: string, count: number, now: Date, timeZone: string): Window | undefined {
  const clock = clockOf(now.getTime(), timeZone)
  return FIXED[operator]?.(clock) ?? COUNTED[operator]?.(clock, count)
}
