export const MONTHS = 'january february march april may june july august september october november december'.split(' ')
const MONTH = `(${MONTHS.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|')})`
const DAY = String.raw`(\d{1,2})(?:st|nd|rd|th)?`

/** A day as people and machines write it; slashes are British, as the organisation's own format is. */
const DAYS: readonly { readonly form: RegExp; readonly order: readonly [number, number, number] }[] = [
  { form: /\b(\d{4})-(\d\d)-(\d\d)(?:t[\d:.]+z?)?\b/g, order: [1, 2, 3] },
  { form: new RegExp(String.raw`\b${DAY} (?:of )?${MONTH}\.?,? (\d{4})\b`, 'g'), order: [3, 2, 1] },
  { form: new RegExp(String.raw`\b${MONTH}\.? ${DAY},? (\d{4})\b`, 'g'), order: [3, 1, 2] },
  { form: /\b(\d{1,2})\/(\d{1,2})\/(\d{4})\b/g, order: [3, 2, 1] },
]
/** Times that are no whole date: what is left of a number in them is no answer. */
const PERIODS: readonly RegExp[] = [
  new RegExp(String.raw`\b${DAY} (?:of )?${MONTH}\b`, 'g'),
  new RegExp(String.raw`\b${MONTH}\.? (?:\d{4}|${DAY})\b`, 'g'),
  /\bq[1-4](?: \d{4})?\b/g,
  /\b\d{1,2}:\d\d(?::\d\d)?\b/g,
  // A year alone, unless it is an amount.
  /(?<![£€$\d.,-])\b20[123]\d\b(?![.,]?\d|[%km])/g,
]

function numberOfMonth(text: string): number {
  const named = MONTHS.findIndex((name) => name.slice(0, 3) === text.slice(0, 3))
  return named < 0 ? Number(text) : named + 1
}

/** Every whole date of a plain text, as `2026-11-24`. */
export function datesIn(text: string): string[] {
  const two = (value: number): string => String(value).padStart(2, '0')
  return DAYS.flatMap(({ form, order: [year, month, day] }) =>
    [...text.matchAll(form)].map(
      (match) => `${match[year] ?? ''}-${two(numberOfMonth(match[month] ?? ''))}-${two(Number(match[day]))}`,
    ),
  )
}

const SHORT = new RegExp(String.raw`\b${MONTH}\b\.?`, 'g')

/** Months by their full names where months are asked for: models write "Oct 2026" and "2026-10", too. */
export function withMonths(text: string, known: readonly string[]): string {
  if (!MONTHS.every((name) => known.includes(name))) return text
  const nameOf = (month: string): string | undefined => MONTHS[numberOfMonth(month) - 1]
  return text
    .replaceAll(/\b20\d\d-(\d\d)\b(?!-?\d)/g, (whole, month: string) => nameOf(month) ?? whole)
    .replaceAll(SHORT, (whole, month: string) => nameOf(month) ?? whole)
}

/** The text without dates, months, quarters, years and times. */
export function withoutTimes(text: string): string {
  const forms = [...DAYS.map(({ form }) => form), ...PERIODS]
  return forms.reduce((rest, form) => rest.replaceAll(form, ' '), text)
}
