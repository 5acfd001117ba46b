import { isOneOf, test, type Meaning } from '../../model/meaning.ts'
import { wordFor } from '../../say/notation.ts'
import { quoted } from '../../say/refusals.ts'
import { isLike, likePattern } from '../../to-wire/like-pattern.ts'
import type { Asked, ValueContext } from './asked.ts'
import { findOption, unknownOption } from './find-option.ts'

/** One choice, by label or value. @throws QueryError `unknown_option` with the choices there are */
export function choiceMeaning(asked: Asked, context: ValueContext): Meaning {
  const { name, takes, arity } = asked.operator
  if (takes === 'text') return isOneOf(matching(asked, context))
  const values = asked.values.map((value) => numberOf(value, asked, context))
  return arity === 'list' ? isOneOf(values) : test(name, ...values)
}

/** Several choices: `eq` is for exactly that set, in whatever order it was written. */
export function choicesMeaning(asked: Asked, context: ValueContext): Meaning {
  const { operator, column, values, say } = asked
  if (operator.takes === 'text') return test('contain-values', ...matching(asked, context))
  const sets = values.map((value) => setOf(value, asked, context))
  if (operator.name === 'contain-values') return test('contain-values', ...new Set(sets.flat()))
  context.note(
    `${column.name} holds several choices, and ${operator.name} is for exactly the set that was given; to find those that have one among others, write: ${say({ operator: 'contain-values', values: [...new Set(sets.flat())] })}.`,
  )
  return isOneOf(sets.map((set) => set.join(',')))
}

/** `Sailing; Rowing`, or `1,2`: a label may have a comma itself. */
function setOf(value: string, asked: Asked, context: ValueContext): string[] {
  const parts = findOption(asked.column, value) ? [value] : value.split(/[,;]/).filter((part) => part.trim() !== '')
  const numbers = new Set(parts.map((part) => numberOf(part, asked, context)))
  return [...numbers].sort((one, other) => Number(one) - Number(other))
}

/** The choices whose label matches a text. */
function matching({ table, column, operator, values }: Asked, { note, notation }: ValueContext): string[] {
  const [text = ''] = values
  const pattern = likePattern(operator.name, text.trim())
  const found = (column.options ?? []).filter(({ label }) => isLike(label.trim(), pattern))
  if (found.length === 0) throw unknownOption(table, column, text)
  const labels = found.map(({ value, label }) => `${value} ${label}`).join(', ')
  note(`${wordFor(operator.name, notation)} ${quoted(text)} on ${column.name} was read as one of ${labels}.`)
  return found.map(({ value }) => String(value))
}

/** The value of a choice, as a numeral. @throws QueryError `unknown_option` */
function numberOf(written: string, asked: Asked, { note }: ValueContext): string {
  const { table, column, operator } = asked
  const value = written.trim()
  const found = findOption(column, value)
  if (found) {
    if (String(found.value) !== value) note(`${quoted(value)} of ${column.name} was read as ${found.value}.`)
    return String(found.value)
  }
  const mayBeAny = /^[gl]/.test(operator.name) || !column.options?.length
  if (mayBeAny && /^-?\d{1,10}$/.test(value)) return value
  throw unknownOption(table, column, value, inOtherStatus(asked, value))
}

/** "Won" is a state of an opportunity, "Active" one of an account: the label may belong to the column beside. */
function inOtherStatus({ table, column, say }: Asked, label: string): string[] {
  const other = table.byName.get({ State: 'statuscode', Status: 'statecode' }[column.type] ?? '')
  const option = other && !/^\d+$/.test(label) ? findOption(other, label) : undefined
  if (!other || !option) return []
  const instead = say({ column: other.name, operator: 'eq', values: [option.label] })
  return [`${option.label} is a choice of ${other.name}; write: ${instead}.`]
}
