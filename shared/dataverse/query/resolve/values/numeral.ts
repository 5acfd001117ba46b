const CURRENCY = /^([-+]?) ?[£$€¥] ?/
/** Digits in groups, and what stands after them. */
const AMOUNT = /^([-+]?)((?:\d[.,_ ]?)*\d|\.\d+)(?:e([-+]?\d{1,2})| ?(k|m|bn))?(?: ?%)?$/i
const POWERS: Readonly<Record<string, number>> = { k: 3, m: 6, bn: 9 }
const PLAIN = /^-?\d+(?:\.\d+)?$/
const GROUPED = /^\d{1,3}([,_ ])\d{3}(?:\1\d{3})*(?:\.\d+)?$/
const UNSURE = /^[1-9]\d{0,2}\.\d{3}$/
const LONGEST = 60
/** A number of the language has no more. */
const MOST_DIGITS = 15

/** What a text says as a number: one, one of two, or none, with one that is near. */
export type Numeral =
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'unsure'; readonly readings: readonly string[] }
  | { readonly kind: 'none'; readonly near: string | undefined }

/** Reads a number as people write one: `£50k`, `50 000`, `1.5m`, `50%`. */
export function readNumeral(written: string): Numeral {
  const text = written.trim().replaceAll(/\s+/g, ' ').replace(CURRENCY, '$1')
  const [, sign = '', digits = '', exponent = '0', scale = ''] = text.length > LONGEST ? [] : (AMOUNT.exec(text) ?? [])
  const power = Number(exponent) + (POWERS[scale.toLowerCase()] ?? 0)
  const meant = (plain: string): string => scaled(`${sign === '-' ? '-' : ''}${plain}`, power)
  // Nobody abbreviates a number that has its thousands written out.
  if (power === 0 && UNSURE.test(digits))
    return { kind: 'unsure', readings: [meant(digits), meant(digits.replace('.', ''))] }
  const plain = GROUPED.test(digits) ? digits.replaceAll(/[,_ ]/g, '') : digits
  const value = meant(plain)
  if (PLAIN.test(value)) return { kind: 'number', value }
  // Groups have three digits: a date that is written with points is no number that was meant.
  const pointed = meant(plain.replaceAll(/[. ](?=\d{3}(?!\d))/g, '').replace(',', '.'))
  return { kind: 'none', near: PLAIN.test(pointed) ? pointed : undefined }
}

/** A numeral times a power of ten: 1.1e6 is exactly 1100000. */
function scaled(plain: string, power: number): string {
  return power === 0 && plain.length > MOST_DIGITS ? plain : String(Number(`${plain}e${power}`))
}
