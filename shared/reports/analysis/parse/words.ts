import type { AnalysisFunction, DatePart } from '../model.ts'

/** Letters and digits only, so that spellings with and without `_` are the same. */
export const squash = (word: string): string => word.toLowerCase().replaceAll(/[^a-z\d]/g, '')

const byWord = <T extends string>(words: Readonly<Record<T, string>>): ReadonlyMap<string, T> =>
  new Map((Object.keys(words) as T[]).flatMap((name) => words[name].split(' ').map((word) => [word, name] as const)))

const FUNCTIONS = byWord<AnalysisFunction>({
  count: 'count countcolumn countrows',
  distinct: 'distinct countdistinct distinctcount uniquecount countunique unique nunique',
  sum: 'sum total',
  avg: 'avg average mean',
  min: 'min minimum',
  max: 'max maximum',
  median: 'median',
})

const PARTS = byWord<DatePart>({
  day: 'day days date daily',
  week: 'week weeks weekly',
  month: 'month months monthly yearmonth monthyear',
  quarter: 'quarter quarters quarterly yearquarter',
  year: 'year years yearly annual',
  'fiscal-period': 'fiscalquarter fiscalperiod fiscalmonth',
  'fiscal-year': 'fiscalyear',
  'month-of-year': 'monthofyear monthname',
  weekday: 'weekday dayofweek weekdays dayname',
})

const UNITS = byWord<'days' | 'hours'>({
  days: 'days day dd daysbetween datediffdays',
  hours: 'hours hour hh hoursbetween',
})

export const functionOf = (word: string): AnalysisFunction | undefined => FUNCTIONS.get(squash(word))
export const partOf = (word: string): DatePart | undefined => PARTS.get(squash(word))
export const unitOf = (word: string): 'days' | 'hours' | undefined => UNITS.get(squash(word))
export const isBand = (word: string): boolean => /^(?:bands?|buckets?|bins?|ranges?)$/.test(squash(word))
export const isDateDiff = (word: string): boolean => squash(word) === 'datediff'
export const isShare = (word: string): boolean => squash(word) === 'share'

/** What a part is called where it is written. */
export const PART_NAMES: Readonly<Record<DatePart, string>> = {
  day: 'day',
  week: 'week',
  month: 'month',
  quarter: 'quarter',
  year: 'year',
  'fiscal-period': 'fiscal_period',
  'fiscal-year': 'fiscal_year',
  'month-of-year': 'month_of_year',
  weekday: 'weekday',
}
