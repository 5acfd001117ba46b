import { isOneOf, type Meaning } from '../../model/meaning.ts'
import { quoted } from '../../say/refusals.ts'
import type { Asked, ValueContext } from './asked.ts'
import { findOption, unknownOption } from './find-option.ts'

const VALUES = new Map(Object.entries({ 1: '1', true: '1', 0: '0', false: '0' }))
const WORDS = new Map(Object.entries({ yes: '1', y: '1', on: '1', no: '0', n: '0', off: '0' }))

/** A yes or no. @throws QueryError `unknown_option` */
export function yesNoMeaning(asked: Asked, context: ValueContext): Meaning {
  return isOneOf(asked.values.map((value) => valueOf(value, asked, context)))
}

/** There are columns whose 0 is labelled "Yes": a label stands before the word. */
function valueOf(written: string, { column, table, say }: Asked, { note }: ValueContext): string {
  const word = written.trim().toLowerCase()
  const value = VALUES.get(word)
  if (value !== undefined) return value
  const option = findOption(column, written)
  const read = option ? String(option.value) : WORDS.get(word)
  if (read === undefined)
    throw unknownOption(table, column, written, [
      `Write: ${say({ values: ['true'] })} or ${say({ values: ['false'] })}.`,
    ])
  note(`${quoted(written)} of ${column.name} was read as ${read === '1' ? 'true' : 'false'} (${read}).`)
  return read
}
