import { QueryError } from '../../../errors.ts'
import { findOption, unknownOption } from './find-option.ts'
import type { Option } from '../../../metadata/model.ts'
import { nameOf, type Context, type Target } from '../../../odata/context.ts'
import { compare, type ComparisonOperator, type Filter, type Literal, type Match } from '../../from-odata/filter.ts'
import { listFunction } from '../../../odata/function-filter.ts'
import { invalidValue } from '../../../odata/invalid-filter.ts'
import { withEmptyRows } from '../empty-rows.ts'
import { writeFilter } from '../../../odata/write-filter.ts'

const ENDS: Readonly<Record<Match['name'], (label: string, part: string) => boolean>> = {
  contains: (label, part) => label.includes(part),
  startswith: (label, part) => label.startsWith(part),
  endswith: (label, part) => label.endsWith(part),
}

/** Compares a choice with a label or a value. @throws QueryError `unknown_option` with the choices there are */
export function compareChoice(
  target: Target,
  operator: ComparisonOperator,
  literal: Literal,
  context: Context,
): Filter {
  if (target.column.type === 'MultiSelectPicklist') return compareChoices(target, operator, [literal], context)
  const isOrder = operator !== 'eq' && operator !== 'ne' && literal.kind === 'number'
  const value = isOrder ? literal.value : choiceOf(target, literal)
  const condition = compare(target.path, operator, { kind: 'number', value })
  if (literal.kind === 'text')
    context.note(`${readable(target, operator, literal.value)} was read as ${writeFilter(condition)}.`)
  return operator === 'ne' ? withEmptyRows(condition, target, context) : condition
}

/** A choice of several is compared by what it contains. */
export function compareChoices(
  target: Target,
  operator: ComparisonOperator,
  literals: readonly Literal[],
  context: Context,
): Filter {
  const name = nameOf(target)
  if (operator !== 'eq' && operator !== 'ne') {
    throw invalidValue(`The column ${name} holds several choices and has no order.`, `Use eq: ${name} eq 'label'.`)
  }
  const values = literals.flatMap((literal) =>
    literal.kind === 'text' && !findOption(target.column, literal.value)
      ? literal.value.split(/[,;]/).map((part): Literal => ({ kind: 'text', value: part.trim() }))
      : [literal],
  )
  const numbers = values.map((literal) => choiceOf(target, literal))
  const condition = listFunction(operator === 'eq' ? 'ContainValues' : 'DoesNotContainValues', target, numbers)
  context.note(
    `${name} holds several choices: ${operator} was read as ${operator === 'eq' ? 'contains one of' : 'contains none of'} ${numbers.join(', ')}.`,
  )
  return operator === 'ne' ? withEmptyRows(condition, target, context) : condition
}

/** `contains(statuscode,'progress')`: the choices whose label matches. */
export function matchChoice(target: Target, { name, text: part }: Match, context: Context): Filter {
  const wanted = part.trim().toLowerCase()
  const found = (target.column.options ?? []).filter(({ label }) => ENDS[name](label.toLowerCase(), wanted))
  if (found.length === 0) throw unknownOption(target.table, target.column, part)
  context.note(
    `${name}(${nameOf(target)},'${part}') was read as one of ${found.map(({ value, label }) => `${value} ${label}`).join(', ')}.`,
  )
  return choicesIn(
    target,
    found.map(({ value }) => String(value)),
  )
}

function choicesIn(target: Target, values: readonly string[]): Filter {
  if (target.column.type === 'MultiSelectPicklist') return listFunction('ContainValues', target, values)
  const [only, ...more] = values
  if (only !== undefined && more.length === 0) return compare(target.path, 'eq', { kind: 'number', value: only })
  if (target.own) return listFunction('In', target, values)
  return { kind: 'or', operands: values.map((value) => compare(target.path, 'eq', { kind: 'number', value })) }
}

/** The value of a choice, as a numeral. @throws QueryError `unknown_option` */
export function choiceOf(target: Target, literal: Literal): string {
  const written = literal.kind === 'null' ? 'null' : String(literal.value)
  const { options = [] } = target.column
  const found = findOption(target.column, written)
  if (found) return String(found.value)
  if (literal.kind === 'number' && /^-?\d+$/.test(written) && options.length === 0) return written
  const other = otherStatus(target, written)
  if (other) throw statusElsewhere(target, other.name, other.option, written)
  throw unknownOption(target.table, target.column, written)
}

/** "Won" is a state of an opportunity, "Active" one of an account: the label may belong to the column beside. */
function otherStatus({ table, column }: Target, label: string): { name: string; option: Option } | undefined {
  const name = { State: 'statuscode', Status: 'statecode' }[column.type]
  const other = name === undefined ? undefined : table.byName.get(name)
  const option = other && findOption(other, label)
  return other && option && !/^-?\d+$/.test(label.trim()) ? { name: other.name, option } : undefined
}

function statusElsewhere(target: Target, name: string, option: Option, label: string): QueryError {
  const { code, message, nextStep } = unknownOption(target.table, target.column, label)
  const instead = `${name} eq '${option.label.replaceAll("'", "''")}'`
  return new QueryError(code, message, `${option.label} is a choice of ${name}: write ${instead}. ${nextStep}`)
}

function readable(target: Target, operator: string, value: string): string {
  return `"${nameOf(target)} ${operator} '${value}'"`
}
