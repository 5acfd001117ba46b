import { instantOf, localTime } from '../../query/dates.ts'

/** Where the sandbox's people live while the variety seed is loaded. */
export const ZONES = ['Europe/London', 'America/New_York', 'Europe/Berlin'] as const

const SECOND = 1000
const HOUR = 3_600_000
const DAYS = [
  -1100, -735, -731, -366, -365, -181, -92, -91, -90, -61, -31, -30, -29, -28, -22, -21, -15, -14, -13, -9, -8, -7, -6,
  -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 21, 22, 28, 29, 30, 31, 32, 61, 91, 93, 365, 366,
  367, 731,
]
const MONTHS = [-25, -24, -15, -13, -12, -11, -7, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 7, 12, 13, 15, 24, 25]
const HOURS = [-49, -48, -25, -13, -12, -3, -2, -1, 0, 1, 2, 3, 12, 24, 49]

const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z')

/** Around midnight so many days from today, in each zone: a second before, then, and an hour after. */
export function instantsAtMidnights(now: Date, days: readonly number[]): string[] {
  const starts = ZONES.flatMap((zone) => {
    const { year, month, day } = localTime(now.getTime(), zone)
    return days.map((after) => instantOf(Date.UTC(year, month - 1, day + after), zone))
  })
  const edges = starts.flatMap((time) => [time - SECOND, time, time + HOUR])
  return [...new Set(edges)].sort((left, right) => left - right).map(iso)
}

function midnights(now: Date, zone: string): number[] {
  const { year, month, day } = localTime(now.getTime(), zone)
  return [
    ...DAYS.map((days) => instantOf(Date.UTC(year, month - 1, day + days), zone)),
    ...MONTHS.map((months) => instantOf(Date.UTC(year, month - 1 + months, 1), zone)),
  ]
}

/** Instants on both sides of every boundary of a relative-date condition, in each zone, and around `now` itself. */
export function instantsAround(now: Date): string[] {
  const edges = ZONES.flatMap((zone) => midnights(now, zone)).flatMap((time) => [time - SECOND, time, time + HOUR])
  const hour = Math.floor(now.getTime() / HOUR) * HOUR
  const near = HOURS.flatMap((hours) => [
    hour + hours * HOUR - SECOND,
    hour + hours * HOUR,
    now.getTime() + hours * HOUR,
  ])
  const minutes = [-91, -90, -61, -60, -31, -30, -5, -1, 1].map((minute) => now.getTime() + minute * 60_000)
  return [...new Set([...edges, ...near, ...minutes])].sort((left, right) => left - right).map(iso)
}

/** The dates among those: for columns that hold a date without a time. */
export function datesAround(now: Date): string[] {
  const fixed = ['2028-02-28', '2028-02-29', '2028-03-01', '2024-02-29', '2027-12-31', '2027-01-01']
  const dates = ZONES.flatMap((zone) => midnights(now, zone)).map((time) => iso(time + 12 * HOUR).slice(0, 10))
  return [...new Set([...dates, ...fixed])].sort()
}
