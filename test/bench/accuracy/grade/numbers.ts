import { withoutTimes } from './dates.ts'
import { isLetterOrDigit } from './plain.ts'

export type Currency = 'GBP' | 'EUR' | 'USD'
export type Amount = {
  /** NaN for what cannot be read in one way. */
  readonly value: number
  readonly isPercent: boolean
  /** What it counts, where that is a time: `day`, `hour`, or `working day`, which is not a day of the calendar. */
  readonly time?: string
}

const CURRENCIES: readonly (readonly [Currency, RegExp])[] = [
  ['GBP', /£|\bgbp\b|\bpounds?\b|\bsterling\b/],
  ['EUR', /€|\beur\b|\beuros?\b/],
  ['USD', /\$|\busd\b|\bdollars?\b/],
]
const WORDS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'
const NOTHING = /\b(?:none|nothing|nobody|no one)\b/
const TIMES: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mn: 1e6,
  million: 1e6,
  bn: 1e9,
  billion: 1e9,
}

export function currenciesIn(text: string): Currency[] {
  return CURRENCIES.flatMap(([currency, form]) => (form.test(text) ? [currency] : []))
}

const FORMS: readonly (readonly [form: RegExp, groups: string, point: string])[] = [
  [/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/, ',', '.'],
  [/^\d{1,3}(?: \d{3})+(?:[.,]\d+)?$/, ' ', '.'],
  [/^\d{1,3}(?:'\d{3})+(?:\.\d+)?$/, "'", '.'],
  [/^\d{1,3}(?:\.\d{3})+,\d+$/, '.', ','],
  [/^\d{1,3}(?:\.\d{3}){2,}$/, '.', ','],
  [/^\d+(?:\.\d+)?$/, ',', '.'],
]

function valueOf(digits: string): number {
  const form = FORMS.find(([pattern]) => pattern.test(digits))
  if (!form) return Number.NaN
  const [, groups, point] = form
  return Number(digits.replaceAll(groups, '').replace(point, '.').replace(',', '.'))
}

const TOKEN = /\d+(?:(?:[,.']| (?=\d{3}(?!\d)))\d+)*/g
const LONGEST_SUFFIX = 20
const SUFFIX = /^ ?(k|m|mn|bn|thousand|million|billion|%|percent|per cent)(?![\p{L}\p{N}])/u

const TIME =
  /^ ?(?:calendar )?((?:(?:working|business) )?(?:second|sec|minute|min|hour|hr|day|week|month|quarter|year))s?(?![\p{L}\p{N}])/u

/** A ratio as a number: "2.5 to 1", "2.5:1" and "2.5x" are 2.5. */
export function withoutToOne(text: string): string {
  return text.replaceAll(/(?<=\d)(?: ?: ?| to )(?:1|one)(?![\p{L}\p{N}]|[.,:]\d)|(?<=\d) ?[x×](?![\p{L}\p{N}])/gu, ' ')
}

/** Digits within a word or a number of something, such as HP-2003 or H0P, count nothing. */
function isPartOfWord(text: string, from: number, after: string): boolean {
  const before = text[from - 1]
  const beforeThat = text[from - 2]
  if (isLetterOrDigit(before) || (before === '-' && isLetterOrDigit(beforeThat)) || before === '#') return true
  return /^(?!(?:k|m|mn|bn)(?![\p{L}\p{N}]))\p{L}/u.test(after) || /^-\p{L}/u.test(after)
}

/**
 * Every number of a plain text, times and numbers of things left out. A lone `m` is a million only where money is
 * meant: elsewhere it is a metre.
 */
export function amountsIn(text: string, isMoney: boolean): Amount[] {
  const rest = withoutTimes(text)
  const amounts = [...rest.matchAll(TOKEN)].flatMap((match): Amount[] => {
    const to = match.index + match[0].length
    // Cut, so that a long text of numbers takes a time that grows as it does.
    const after = rest.slice(to, to + LONGEST_SUFFIX)
    if (isPartOfWord(rest, match.index, after)) return []
    const suffix = SUFFIX.exec(after)?.[1] ?? ''
    const isNegative = /(?:^|[^\p{L}\p{N}])-[£€$]?$|minus [£€$]?$/u.test(
      rest.slice(Math.max(0, match.index - 8), match.index),
    )
    const times = suffix === 'm' && !isMoney ? 1 : (TIMES[suffix] ?? 1)
    const value = Number((valueOf(match[0]) * times * (isNegative ? -1 : 1)).toFixed(6))
    const time = TIME.exec(after)?.[1]
    return [{ value, isPercent: suffix === '%' || suffix.startsWith('per'), ...(time && { time }) }]
  })
  return amounts.length > 0 ? amounts : spelledOut(rest)
}

function spelledOut(text: string): Amount[] {
  const found = WORDS.split(' ').flatMap((word, value) => (new RegExp(`\\b${word}\\b`).test(text) ? [value] : []))
  const values = found.length === 0 && NOTHING.test(text) ? [0] : found
  return values.map((value) => ({ value, isPercent: /\bper ?cent\b/.test(text) }))
}
