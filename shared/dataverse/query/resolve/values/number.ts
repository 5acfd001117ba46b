import { QueryError } from '../../../errors.ts'
import { invalidValue, quoted } from '../../say/refusals.ts'
import type { Asked, ValueContext } from './asked.ts'
import { readNumeral } from './numeral.ts'

const LARGEST = 2_147_483_647

/** @throws QueryError `invalid_value`, `ambiguous_value` */
export function numeralOf(written: string, { column, say, values }: Asked, { note }: ValueContext): string {
  const shown = quoted(written.trim())
  const isWhole = column.type === 'Integer'
  const instead = (number: string): string => say({ values: values.map((one) => (one === written ? number : one)) })
  const read = readNumeral(written)
  if (read.kind === 'unsure')
    throw new QueryError(
      'ambiguous_value',
      `${shown} may be ${read.readings.join(' or ')}: a dot before three digits groups them in some countries.`,
      `Write: ${read.readings
        .filter((one) => !isWhole || !one.includes('.'))
        .map(instead)
        .join(' or ')}.`,
    )
  if (read.kind === 'none') {
    const { near = '250000' } = read
    throw invalidValue(
      `The column ${column.name} holds numbers, and ${shown} is none.`,
      `Write digits, with a decimal point if any: ${instead(isWhole ? wholeBelow(near) : near)}.`,
    )
  }
  const { value } = read
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
