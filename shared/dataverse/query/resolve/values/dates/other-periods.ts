import type { Notation } from '../../../say/notation.ts'
import type { Asked } from '../asked.ts'

/** By its first and its last day, or words for them, or by the fiscal calendar. */
export type Period =
  | { readonly from: string; readonly to: string }
  | { readonly year: string; readonly period?: string }
/** A condition of one. */
export type Part = { readonly operator: string; readonly values: readonly string[] }
type Conditions = Pick<Asked, 'operator' | 'values' | 'isNegated' | 'say'>

const FISCAL = /^FY ?(\d{4})(?:[ -]?P(0?[1-9]|1[0-3]))?$/i
const HALF = /^(?:H([12])[ -]?(\d{4})|(\d{4})[ -]?H([12]))$/i
const TO_DATE = /^(?:(?:this|current|(last|previous|past))[ -])?(?:(year|quarter|month|week)[ -]to[ -]date|([yqm])td)$/i
const UNITS: Readonly<Record<string, string>> = { y: 'year', q: 'quarter', m: 'month' }
/** Today, one such period before. */
const BEFORE: Readonly<Record<string, string>> = {
  year: '12-months-ago',
  quarter: '3-months-ago',
  month: '1-month-ago',
  week: '7-days-ago',
}

/** Whether each, and not both, of the ends of a period are compared with. */
const ENDS: Readonly<Record<string, 'from' | 'to'>> = {
  lt: 'from',
  ge: 'from',
  'on-or-after': 'from',
  gt: 'to',
  le: 'to',
  'on-or-before': 'to',
}

/** A period that people, and answers of ours (`FY2026-P4`), write as one word. */
export function otherPeriod(value: string): Period | undefined {
  const [, year, period] = FISCAL.exec(value) ?? []
  if (year !== undefined) return { year, ...(period !== undefined && { period: String(Number(period)) }) }
  const [, first, of, before = of, last = first] = HALF.exec(value) ?? []
  if (before !== undefined)
    return last === '1'
      ? { from: `${before}-01-01`, to: `${before}-06-30` }
      : { from: `${before}-07-01`, to: `${before}-12-31` }
  const [, past, unit, letter = ''] = TO_DATE.exec(value) ?? []
  const named = (unit ?? UNITS[letter.toLowerCase()])?.toLowerCase()
  if (named === undefined) return undefined
  return past === undefined
    ? { from: `this-${named}`, to: 'today' }
    : { from: `last-${named}`, to: BEFORE[named] ?? 'today' }
}

/** The conditions that must all hold within it. */
export function conditionsOf(period: Period): readonly Part[] {
  if ('from' in period)
    return [
      { operator: 'ge', values: [period.from] },
      { operator: 'le', values: [period.to] },
    ]
  return period.period === undefined
    ? [{ operator: 'in-fiscal-year', values: [period.year] }]
    : [{ operator: 'in-fiscal-period-and-year', values: [period.period, period.year] }]
}

/** What to write for conditions with such a word, for the rows that are meant; undefined where there is no such word or way. */
export function withoutPeriods(asked: Conditions, notation: Notation): string | undefined {
  const { operator, values, isNegated, say } = asked
  const periods = values.map((value) => otherPeriod(value.trim()))
  const [one, other] = periods
  if (periods.every((period) => period === undefined)) return undefined
  if (operator.name === 'between') return betweenEnds(asked, [one, other])
  if (values.length > 1) {
    const each = periods.map((period, at) =>
      period ? bracketed(inside(period, asked)) : say({ operator: 'eq', values: [values[at] ?? ''] }),
    )
    return isNegated ? undefined : each.join(' or ')
  }
  if (!one) return undefined
  const end = ENDS[operator.name]
  if ('from' in one && end) return say({ values: [one[end]] })
  if ('from' in one && isNegated) return say({ operator: 'not-between', values: [one.from, one.to] })
  if (!end && (!isNegated || notation === 'odata'))
    return `${isNegated ? 'not ' : ''}${inside(one, asked).join(' and ')}`
  return undefined
}

function betweenEnds({ values, say }: Conditions, [first, last]: readonly (Period | undefined)[]): string | undefined {
  if ((first && !('from' in first)) || (last && !('from' in last))) return undefined
  return say({ values: [first?.from ?? values[0] ?? '', last?.to ?? values[1] ?? ''] })
}

function inside(period: Period, { say }: Conditions): readonly string[] {
  return conditionsOf(period).map(say)
}

function bracketed(conditions: readonly string[]): string {
  return conditions.length > 1 ? `(${conditions.join(' and ')})` : conditions.join('')
}
