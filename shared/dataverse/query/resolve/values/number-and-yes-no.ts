import { findOption, unknownOption } from './find-option.ts'
import { nameOf, type Context, type Target } from '../../../odata/context.ts'
import { compare, text, type ComparisonOperator, type Filter, type Literal } from '../../from-odata/filter.ts'
import { invalidValue, shown } from '../../../odata/invalid-filter.ts'
import { withEmptyRows } from '../empty-rows.ts'

const AMOUNT = /^[£$€¥]?\s*(-?\d{1,3}(?:,\d{3})+|-?\d+)(\.\d+)?\s*(?:(k|m)\s*)?%?$/i
const FACTORS: Readonly<Record<string, number>> = { k: 1_000, m: 1_000_000 }
const TRUE = new Set(['true', 'yes', '1', 'y'])
const FALSE = new Set(['false', 'no', '0', 'n'])

/** Compares a number, also one that was written as text. */
export function compareNumber(
  target: Target,
  operator: ComparisonOperator,
  literal: Literal,
  context: Context,
): Filter {
  const condition = compare(target.path, operator, { kind: 'number', value: numberOf(target, literal, context) })
  return operator === 'ne' ? withEmptyRows(condition, target, context) : condition
}

export function numberOf(target: Target, literal: Literal, context: Context): string {
  if (literal.kind === 'number') return literal.value
  const written = literal.kind === 'text' ? literal.value.trim() : ''
  const [, whole = '', fraction = '', suffix = ''] = AMOUNT.exec(written) ?? []
  const value = Number(`${whole.replaceAll(',', '')}${fraction}`) * (FACTORS[suffix.toLowerCase()] ?? 1)
  if (whole === '' || !Number.isSafeInteger(Math.trunc(value))) {
    const given = literal.kind === 'null' ? 'null' : shown(String(literal.value))
    throw invalidValue(
      `The column ${nameOf(target)} holds numbers, and ${given} is none.`,
      `Write a number: ${nameOf(target)} gt 50000.`,
    )
  }
  const numeral = suffix === '' ? `${whole.replaceAll(',', '')}${fraction}` : String(value)
  context.note(`'${shown(written)}' was read as the number ${numeral}.`)
  return numeral
}

/** Compares a yes or no: by true and false, by 1 and 0, or by the column's own labels. */
export function compareBoolean(
  target: Target,
  operator: ComparisonOperator,
  literal: Literal,
  context: Context,
): Filter {
  if (operator !== 'eq' && operator !== 'ne') {
    throw invalidValue(`The column ${nameOf(target)} holds true or false.`, `Write ${nameOf(target)} eq true.`)
  }
  const condition = compare(target.path, operator, { kind: 'boolean', value: booleanOf(target, literal, context) })
  return operator === 'ne' ? withEmptyRows(condition, target, context) : condition
}

function booleanOf(target: Target, literal: Literal, context: Context): boolean {
  if (literal.kind === 'boolean') return literal.value
  const written = literal.kind === 'null' ? 'null' : literal.value
  const word = written.trim().toLowerCase()
  // A label before the word: there are columns whose 0 is labelled "Yes".
  const option = /^[01]$/.test(word) ? undefined : findOption(target.column, written)
  const value = option ? option.value === 1 : TRUE.has(word) ? true : FALSE.has(word) ? false : undefined
  if (value === undefined) {
    if (target.column.options?.length) throw unknownOption(target.table, target.column, written)
    throw invalidValue(`The column ${nameOf(target)} holds true or false.`, `Write ${nameOf(target)} eq true.`)
  }
  context.note(`"${nameOf(target)} eq '${shown(written)}'" was read as ${nameOf(target)} eq ${value}.`)
  return value
}

/** Compares text, also with a value that was written without quotes. */
export function compareText(target: Target, operator: ComparisonOperator, literal: Literal, context: Context): Filter {
  const words = literal.kind === 'null' ? '' : String(literal.value)
  if (literal.kind !== 'text')
    context.note(`${nameOf(target)} holds text: ${shown(words)} was read as '${shown(words)}'.`)
  const condition = compare(target.path, operator, text(words))
  return operator === 'ne' ? withEmptyRows(condition, target, context) : condition
}
