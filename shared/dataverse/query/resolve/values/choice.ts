import type { Column, Option } from '../../../metadata/model.ts'
import { isOneOf, test, type Meaning } from '../../model/meaning.ts'
import type { Note } from '../../model/query.ts'
import { wordFor } from '../../say/notation.ts'
import { quoted } from '../../say/refusals.ts'
import { isLike, likePattern } from '../../to-wire/like-pattern.ts'
import type { Asked, ValueContext } from './asked.ts'
import { findOption, unknownOption } from './find-option.ts'

const VALUES = new Map(Object.entries({ 1: '1', true: '1', 0: '0', false: '0' }))
const WORDS = new Map(Object.entries({ yes: '1', y: '1', on: '1', no: '0', n: '0', off: '0' }))

/** Several choices: `eq` is for exactly that set, in whatever order it was written. */
export function choicesMeaning(asked: Asked, context: ValueContext): Meaning {
  const { operator, column, values, say } = asked
  if (operator.takes === 'text') return test('contain-values', ...optionsLike(asked, context))
  const sets = values.map((value) => setOf(value, asked, context))
  if (operator.name === 'contain-values') return test('contain-values', ...new Set(sets.flat()))
  context.note(
    `${column.name} holds several choices, and ${operator.name} is for exactly the set that was given; to find those that have one among others, write: ${say({ operator: 'contain-values', values: [...new Set(sets.flat())] })}.`,
  )
  return isOneOf(sets.map((set) => set.join(',')))
}

/** `Sailing; Rowing`, or `1,2`: a label may have a comma itself. */
function setOf(value: string, asked: Asked, context: ValueContext): string[] {
  const numbers = new Set(partsOf(asked.column, value).map((part) => optionOf(part, asked, context)))
  return [...numbers].sort((one, other) => Number(one) - Number(other))
}

export function partsOf(column: Column, value: string): readonly string[] {
  return findOption(column, value) ? [value] : value.split(/[,;]/).filter((part) => part.trim() !== '')
}

/** The choices whose label matches a text. */
export function optionsLike({ table, column, operator, values }: Asked, { note, notation }: ValueContext): string[] {
  const [text = ''] = values
  const pattern = likePattern(operator.name, text.trim())
  const found = (column.options ?? []).filter(({ label }) => isLike(label.trim(), pattern))
  if (found.length === 0) throw unknownOption(table, column, text)
  const labels = found.map(({ value, label }) => `${value} ${label}`).join(', ')
  note(`${wordFor(operator.name, notation)} ${quoted(text)} on ${column.name} was read as one of ${labels}.`)
  return found.map(({ value }) => String(value))
}

/** The value of a choice, by label or value. @throws QueryError `unknown_option` with the choices there are */
export function optionOf(written: string, asked: Asked, { note }: ValueContext): string {
  const { table, column, operator } = asked
  const value = written.trim()
  const found = findOption(column, value)
  if (found) {
    if (/^\d+$/.test(value)) sayDigits(written, found, asked, note)
    return String(found.value)
  }
  const mayBeAny = /^[gl]/.test(operator.name) || !column.options?.length
  if (mayBeAny && /^-?\d{1,10}$/.test(value)) return value
  throw unknownOption(table, column, value, inOtherStatus(asked, value))
}

/** Digits may be a value or a label, and those of one choice may be the other of another. */
function sayDigits(written: string, { value, label }: Option, { column, values, say }: Asked, note: Note): void {
  const digits = written.trim()
  const read = `${quoted(digits)} of ${column.name} was read as the`
  const isLabel = String(value) !== digits
  if (isLabel) note(`${read} label of the value ${value}.`)
  const other = column.options?.find((one) => one.value !== value && one.label.trim() === digits)
  if (isLabel || !other) return
  const instead = say({ values: values.map((one) => (one === written ? String(other.value) : one)) })
  note(`${read} value ${digits}, labelled ${quoted(label)}; for the label ${quoted(digits)} write: ${instead}.`)
}

/** "Won" is a state of an opportunity, "Active" one of an account: the label may belong to the column beside. */
function inOtherStatus({ table, column, say }: Asked, label: string): string[] {
  const other = table.byName.get({ State: 'statuscode', Status: 'statecode' }[column.type] ?? '')
  const option = other && !/^\d+$/.test(label) ? findOption(other, label) : undefined
  if (!other || !option) return []
  const instead = say({ column: other.name, operator: 'eq', values: [option.label] })
  return [`${option.label} is a choice of ${other.name}; write: ${instead}.`]
}

/**
 * 1 or 0: there are columns whose 0 is labelled "Yes", so that a label stands before the word.
 * @throws QueryError `unknown_option`
 */
export function yesNoOf(written: string, { column, table, say }: Asked, { note }: ValueContext): string {
  const read = readYesNo(written, column)
  const word = written.trim().toLowerCase()
  if (read === undefined)
    throw unknownOption(table, column, written, [
      `Write: ${say({ values: ['true'] })} or ${say({ values: ['false'] })}.`,
    ])
  if ((WORDS.get(word) ?? read) !== read)
    note(`${quoted(written)} of ${column.name} was read as ${read === '1' ? 'true' : 'false'} (${read}).`)
  return read
}

/** As `yesNoOf`, without a word on it. */
export function readYesNo(written: string, column: Column): string | undefined {
  const word = written.trim().toLowerCase()
  const option = VALUES.has(word) ? undefined : findOption(column, written)
  return VALUES.get(word) ?? (option ? String(option.value) : WORDS.get(word))
}
