import type { ComparisonOperator } from '../../from-odata/filter.ts'

/** A query function and, of those that count, how many. */
export type DateTest = { readonly name: string; readonly count?: number }
/** What a date is compared with: the start of a period and its end may both be wanted. */
export type DateWord =
  | { readonly kind: 'period'; readonly which: 'Last' | 'This' | 'Next'; readonly unit: Unit }
  | { readonly kind: 'span'; readonly which: 'Last' | 'Next'; readonly unit: Unit | 'Hour'; readonly count: number }
  | { readonly kind: 'ago'; readonly unit: Unit | 'Hour'; readonly count: number }
  | { readonly kind: 'now' }
type Unit = 'Day' | 'Week' | 'Month' | 'Year' | 'FiscalPeriod' | 'FiscalYear'

const DAYS: Readonly<Record<string, 'Last' | 'This' | 'Next'>> = { yesterday: 'Last', today: 'This', tomorrow: 'Next' }
const WHICH: Readonly<Record<string, 'Last' | 'This' | 'Next'>> = {
  last: 'Last',
  past: 'Last',
  previous: 'Last',
  this: 'This',
  current: 'This',
  next: 'Next',
}
const UNITS: Readonly<Record<string, Unit | 'Hour'>> = {
  hour: 'Hour',
  day: 'Day',
  week: 'Week',
  month: 'Month',
  year: 'Year',
  quarter: 'FiscalPeriod',
  fiscalperiod: 'FiscalPeriod',
  fiscalyear: 'FiscalYear',
}
const PHRASE = /^(last|past|previous|this|current|next)-(?:(\d{1,4})-)?(fiscal-?period|fiscal-?year|[a-z]+?)s?$/
const AGO = /^(\d{1,4})-([a-z]+?)s?-ago$/
/** The stretch that "from now on" and "up to now" are written with; Dataverse has no open one. */
const LONG_YEARS = 100

/** Reads `today`, `this-month`, `last 30 days`, `30-days-ago` and the like. Undefined for what is no such word. */
export function readDateWord(written: string): DateWord | undefined {
  const word = written
    .trim()
    .toLowerCase()
    .replace(/^@/, '')
    .replaceAll(/[\s_]+/g, '-')
    .replace(/\(\)$/, '')
  if (word === 'now') return { kind: 'now' }
  const day = Object.hasOwn(DAYS, word) ? DAYS[word] : undefined
  if (day) return { kind: 'period', which: day, unit: 'Day' }
  const ago = AGO.exec(word)
  const age = unitOf(ago?.[2])
  if (ago && age && !age.startsWith('Fiscal')) return { kind: 'ago', unit: age, count: Number(ago[1]) }
  const [, start = '', digits, name] = PHRASE.exec(spaced(word)) ?? []
  const [which, unit] = [WHICH[start], unitOf(name)]
  if (!which || !unit) return undefined
  if (digits === undefined) return unit === 'Hour' ? undefined : { kind: 'period', which, unit }
  return which === 'This' || Number(digits) < 1 ? undefined : { kind: 'span', which, unit, count: Number(digits) }
}

/** `thismonth` and `last7days` are Dataverse's own names in lower case. */
function spaced(word: string): string {
  return word
    .replace(/^(last|this|next)(x?)(?=\d|week|month|year|quarter|fiscal)/, '$1-')
    .replace(/(\d)(?=[a-z])/, '$1-')
}

function unitOf(name: string | undefined): Unit | 'Hour' | undefined {
  const key = name?.replace('-', '') ?? ''
  return Object.hasOwn(UNITS, key) ? UNITS[key] : undefined
}

/**
 * The query functions of which one must hold; undefined where Dataverse cannot express the comparison.
 * Without a clock of our own, "before this month" is "in the last month, or over a month old".
 */
export function dateTests(word: DateWord, operator: ComparisonOperator): readonly DateTest[] | undefined {
  switch (word.kind) {
    case 'now':
      if (operator === 'gt' || operator === 'ge') return [FUTURE]
      return operator === 'lt' || operator === 'le' ? [{ name: 'LastXYears', count: LONG_YEARS }] : undefined
    case 'ago':
      return agoTests(word, operator)
    case 'span':
      return spanTests(word, operator)
    default:
      return periodTests(word, operator)
  }
}

const FUTURE: DateTest = { name: 'NextXYears', count: LONG_YEARS }
const UP_TO_TODAY: readonly DateTest[] = [
  { name: 'Today' },
  { name: 'Yesterday' },
  { name: 'OlderThanXDays', count: 1 },
]

function periodTests(
  { which, unit }: Extract<DateWord, { kind: 'period' }>,
  operator: ComparisonOperator,
): readonly DateTest[] | undefined {
  const [last, now, next] = (['Last', 'This', 'Next'] as const).map((one) => ({ name: periodName(one, unit) }))
  if (!last || !now || !next) return undefined
  const before = unit.startsWith('Fiscal') ? undefined : [last, { name: `OlderThanX${unit}s`, count: 1 }]
  const from = [now, FUTURE]
  if (operator === 'eq') return [{ name: periodName(which, unit) }]
  if (which === 'This') {
    return { ge: from, lt: before, le: before && [now, ...before], gt: undefined, ne: undefined }[operator]
  }
  if (which === 'Last') return { ge: [last, ...from], gt: from, le: before, lt: undefined, ne: undefined }[operator]
  const through = before && [now, ...before]
  return { lt: through, le: through && [next, ...through], ge: undefined, gt: undefined, ne: undefined }[operator]
}

function periodName(which: 'Last' | 'This' | 'Next', unit: Unit): string {
  if (unit === 'Day') return { Last: 'Yesterday', This: 'Today', Next: 'Tomorrow' }[which]
  return `${which}${unit}`
}

function spanTests(
  { which, unit, count }: Extract<DateWord, { kind: 'span' }>,
  operator: ComparisonOperator,
): readonly DateTest[] | undefined {
  const span = { name: `${which}X${unit}s`, count }
  if (operator === 'eq') return [span]
  if (which === 'Next') return operator === 'lt' || operator === 'le' ? [...UP_TO_TODAY, span] : undefined
  if (operator === 'gt' || operator === 'ge') return [span, { name: 'Today' }, FUTURE]
  return operator === 'ne' || unit.startsWith('Fiscal') ? undefined : [{ name: `OlderThanX${unit}s`, count }]
}

function agoTests(
  { unit, count }: Extract<DateWord, { kind: 'ago' }>,
  operator: ComparisonOperator,
): readonly DateTest[] | undefined {
  if (operator === 'gt' || operator === 'ge') return [{ name: `LastX${unit}s`, count }, { name: 'Today' }, FUTURE]
  return operator === 'lt' || operator === 'le' ? [{ name: `OlderThanX${unit}s`, count }] : undefined
}
