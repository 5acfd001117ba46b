/** A condition of such a period. */
export type Part = { readonly operator: string; readonly values: readonly string[] }

const FISCAL = /^FY ?(\d{4})(?:[ -]?P(\d{1,2}))?$/i
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

/** A period that people, and answers of ours (`FY2026-P4`), write as one word, as the conditions that all must hold. */
export function otherPeriod(value: string): readonly Part[] | undefined {
  const [, year, period] = FISCAL.exec(value) ?? []
  if (year !== undefined && period !== undefined)
    return [{ operator: 'in-fiscal-period-and-year', values: [String(Number(period)), year] }]
  if (year !== undefined) return [{ operator: 'in-fiscal-year', values: [year] }]
  const [, first, of, before = of, last = first] = HALF.exec(value) ?? []
  if (before !== undefined)
    return between(last === '1' ? [`${before}-01-01`, `${before}-06-30`] : [`${before}-07-01`, `${before}-12-31`])
  const [, past, unit, letter = ''] = TO_DATE.exec(value) ?? []
  const named = (unit ?? UNITS[letter.toLowerCase()])?.toLowerCase()
  if (named === undefined) return undefined
  return between(past === undefined ? [`this-${named}`, 'today'] : [`last-${named}`, BEFORE[named] ?? 'today'])
}

function between([from, to]: readonly [string, string]): readonly Part[] {
  return [
    { operator: 'ge', values: [from] },
    { operator: 'le', values: [to] },
  ]
}
