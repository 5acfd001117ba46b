import { QueryError } from '../../../errors.ts'
import { invalidValue, quoted } from '../../say/refusals.ts'
import type { Asked, ValueContext } from './asked.ts'

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
const LARGEST = 2_147_483_647

/**
 * Reads a number as people write one: `£50k`, `50 000`, `1.5m`, `50%`.
 * @throws QueryError `invalid_value`, `ambiguous_value`
 */
export function numeralOf(written: string, { column, say, values }: Asked, { note }: ValueContext): string {
  const text = written.trim().replaceAll(/\s+/g, ' ').replace(CURRENCY, '$1')
  const [, sign = '', digits = '', exponent = '0', scale = ''] = text.length > LONGEST ? [] : (AMOUNT.exec(text) ?? [])
  const power = Number(exponent) + (POWERS[scale.toLowerCase()] ?? 0)
  const meant = (plain: string): string => scaled(`${sign === '-' ? '-' : ''}${plain}`, power)
  const shown = quoted(written.trim())
  const isWhole = column.type === 'Integer'
  const instead = (number: string): string => say({ values: values.map((one) => (one === written ? number : one)) })
  // Nobody abbreviates a number that has its thousands written out.
  if (power === 0 && UNSURE.test(digits)) {
    const readings = [meant(digits), meant(digits.replace('.', ''))]
    throw new QueryError(
      'ambiguous_value',
      `${shown} may be ${readings.join(' or ')}: a dot before three digits groups them in some countries.`,
      `Write: ${readings
        .filter((one) => !isWhole || !one.includes('.'))
        .map(instead)
        .join(' or ')}.`,
    )
  }
  const plain = GROUPED.test(digits) ? digits.replaceAll(/[,_ ]/g, '') : digits
  const value = meant(plain)
  if (!PLAIN.test(value)) {
    const pointed = meant(plain.replaceAll(/[. ]/g, '').replace(',', '.'))
    const known = PLAIN.test(pointed) ? pointed : '250000'
    throw invalidValue(
      `The column ${column.name} holds numbers, and ${shown} is none.`,
      `Write digits, with a decimal point if any: ${instead(isWhole ? wholeBelow(known) : known)}.`,
    )
  }
  if (!/^[-+]?[\d.]+$/.test(written.trim())) note(`${shown} was read as the number ${value}.`)
  if (isWhole && (Math.abs(Number(value)) > LARGEST || value.includes('.')))
    throw invalidValue(
      `The column ${column.name} holds whole numbers up to ${LARGEST}, and ${value} is none.`,
      `Compare with a whole number: ${say({ operator: 'gt', values: [wholeBelow(value)] })} or ${say({ operator: 'le', values: [wholeBelow(value)] })}.`,
    )
  return value
}

function wholeBelow(value: string): string {
  return String(Math.max(-LARGEST, Math.min(LARGEST, Math.floor(Number(value)))))
}

/** A numeral times a power of ten: 1.1e6 is exactly 1100000. */
function scaled(plain: string, power: number): string {
  return power === 0 && plain.length > MOST_DIGITS ? plain : String(Number(`${plain}e${power}`))
}
