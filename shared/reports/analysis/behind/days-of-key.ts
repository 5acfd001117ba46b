import { addDays, firstOf } from '../../../dataverse/query/resolve/values/dates/day.ts'
import type { DatePart, Key } from '../model.ts'

const DAY_MS = 86_400_000

/** The year and the period of a fiscal part of a date. */
export function fiscalOfKey(part: DatePart, key: Key): readonly [year: number, period?: number] | undefined {
  const [, year, period] = /^FY(\d{4})(?:-P(\d{1,2}))?$/.exec(String(key)) ?? []
  if (year === undefined) return undefined
  if (part === 'fiscal-year') return [Number(year)]
  return part === 'fiscal-period' && period !== undefined ? [Number(year), Number(period)] : undefined
}

/** The first and the last day of a part of a date; none of what comes round again, and of fiscal parts. */
export function daysOfKey(part: DatePart, key: Key): readonly [first: string, last: string] | undefined {
  if (typeof key !== 'string') return undefined
  const [year = 0, second = 0, third = 0] = key.split(/-[QW]?/).map(Number)
  if (part === 'day') return third > 0 ? [key, key] : undefined
  if (part === 'year') return months(year, 1, 12)
  if (part === 'quarter') return months(year, second * 3 - 2, 3)
  if (part === 'month') return months(year, second, 1)
  return part === 'week' ? week(year, second) : undefined
}

function months(year: number, month: number, count: number): readonly [string, string] {
  return [firstOf(year, month), addDays(firstOf(year, month + count), -1)]
}

/** From Sunday to Saturday; the first and the last of a year are cut off at its ends. */
function week(year: number, at: number): readonly [string, string] {
  const [first, last] = months(year, 1, 12)
  const start = addDays(first, 7 * (at - 1) - new Date(Date.parse(first)).getUTCDay())
  const end = new Date(Date.parse(start) + 6 * DAY_MS).toISOString().slice(0, 10)
  return [start < first ? first : start, end > last ? last : end]
}
