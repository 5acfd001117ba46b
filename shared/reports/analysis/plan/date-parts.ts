import type { DateGrouping } from '../../../dataverse/query/model/query.ts'
import type { DatePart, Key } from '../model.ts'

type PartOfDate = {
  /** What Dataverse groups by for it: those that come round again with what they are parts of. */
  readonly asked: readonly DateGrouping[]
  /** @param values those of `asked`, in their order */
  readonly key: (values: readonly number[]) => Key
  /** Whether several of Dataverse's groups are one of these. */
  readonly isWider: boolean
}

const two = (value: number): string => String(value).padStart(2, '0')
const exact = { isWider: false } as const
const wider = { isWider: true } as const

/** No document shows the raw value of a fiscal period: where its year stands in front of it, as 20262, it is cut off. */
const periodOf = (value: number): number => (value > 9999 ? Number(String(value).slice(4)) : value)

/**
 * Weeks are Dataverse's, SQL Server's with Sunday first: the first holds 1 January, and the year's last ends with it.
 * @see https://learn.microsoft.com/sql/t-sql/functions/datepart-transact-sql
 */
export const DATE_PARTS: Readonly<Record<DatePart, PartOfDate>> = {
  year: { asked: ['year'], key: ([year = 0]) => String(year), ...exact },
  quarter: { asked: ['year', 'quarter'], key: ([year = 0, quarter = 0]) => `${year}-Q${quarter}`, ...exact },
  month: { asked: ['year', 'month'], key: ([year = 0, month = 0]) => `${year}-${two(month)}`, ...exact },
  week: { asked: ['year', 'week'], key: ([year = 0, week = 0]) => `${year}-W${two(week)}`, ...exact },
  day: {
    asked: ['year', 'month', 'day'],
    key: ([year = 0, month = 0, day = 0]) => `${year}-${two(month)}-${two(day)}`,
    ...exact,
  },
  'fiscal-year': { asked: ['fiscal-year'], key: ([year = 0]) => `FY${year}`, ...exact },
  'fiscal-period': {
    asked: ['fiscal-year', 'fiscal-period'],
    key: ([year = 0, period = 0]) => `FY${year}-P${periodOf(period)}`,
    ...exact,
  },
  'month-of-year': { asked: ['year', 'month'], key: ([, month = 0]) => month, ...wider },
  weekday: {
    asked: ['year', 'month', 'day'],
    key: ([year = 0, month = 0, day = 0]) => weekdayOf(Date.UTC(year, month - 1, day)),
    ...wider,
  },
}

/** From 1, Monday, to 7. */
function weekdayOf(midnight: number): number {
  return new Date(midnight).getUTCDay() || 7
}

/**
 * What Dataverse's grouping gives of a day.
 * @param midnight of the day, as UTC
 * @param periodMonths of a fiscal calendar that begins with the year
 */
export function groupingOf(midnight: number, grouping: DateGrouping, periodMonths: number): number {
  const date = new Date(midnight)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  if (grouping === 'day') return date.getUTCDate()
  if (grouping === 'month') return month + 1
  if (grouping === 'quarter') return Math.floor(month / 3) + 1
  if (grouping === 'fiscal-period') return Math.floor(month / periodMonths) + 1
  return grouping === 'week' ? weekOf(midnight, year) : year
}

const DAY_MS = 86_400_000

function weekOf(midnight: number, year: number): number {
  const start = Date.UTC(year, 0, 1)
  return Math.floor(((midnight - start) / DAY_MS + new Date(start).getUTCDay()) / 7) + 1
}
