import { kindOf, type ColumnKind } from '../../model/column-kind.ts'
import { oneOf, test, type Meaning } from '../../model/meaning.ts'
import { wordFor, type Notation } from '../../say/notation.ts'
import { invalidValue, quoted } from '../../say/refusals.ts'
import type { Asked, ValueContext } from './asked.ts'
import { adviceFor, checkKind } from '../filter/check-operator.ts'
import { choiceMeaning, choicesMeaning } from './choice.ts'
import { dateMeaning } from './dates/date.ts'
import { numberMeaning } from './number.ts'
import { entityMeaning } from './references/entity-name.ts'
import { partyMeaning, referenceMeaning } from './references/reference.ts'
import { textMeaning } from './text.ts'
import { yesNoMeaning } from './yes-no.ts'

export type { Asked, NamedRows, ValueContext } from './asked.ts'

type Reader = (asked: Asked, context: ValueContext) => Meaning | Promise<Meaning>

const READERS: Readonly<Record<ColumnKind, Reader>> = {
  text: textMeaning,
  number: numberMeaning,
  date: dateMeaning,
  choice: choiceMeaning,
  choices: choicesMeaning,
  'yes-no': yesNoMeaning,
  lookup: referenceMeaning,
  id: referenceMeaning,
  table: entityMeaning,
  parties: partyMeaning,
  other: textMeaning,
}

/**
 * What a positive condition means on its column, in operators and values that Dataverse takes.
 * @throws QueryError `invalid_operator`, `invalid_value`, `ambiguous_value`, `unknown_option`, `unknown_name`,
 * `ambiguous_name`, `too_many_names`
 */
export async function readMeaning(asked: Asked, context: ValueContext): Promise<Meaning> {
  const { operator, column } = asked
  checkKind(operator, column, asked.say, context)
  if (operator.arity === 0) return test(operator.name)
  const kind = kindOf(column)
  const counts = operator.takes === 'count' || operator.takes === 'number'
  const values = counts ? countsOf(asked, context.notation) : asked.values
  const named = values.filter((value) => !isNothing(value, kind))
  const readNamed = async (): Promise<Meaning> => await READERS[kind]({ ...asked, values: named }, context)
  if (named.length === values.length) return await readNamed()
  if (operator.name !== 'eq' && operator.name !== 'in' && operator.name !== 'on')
    throw comparesNothing(asked, context.notation)
  if (kind === 'text' && !values.some((value) => /null/i.test(value)))
    context.note(`Dataverse keeps no empty text: in ${quoted(asked.written)}, the empty text was read as null.`)
  return named.length === 0 ? test('null') : oneOf([test('null'), await readNamed()])
}

/** The word null is text where text is compared, and else no value. */
function isNothing(value: string, kind: ColumnKind): boolean {
  const word = value.trim()
  return word === '' || (kind !== 'text' && word.toLowerCase() === 'null')
}

/** @throws QueryError `invalid_value` for what is no whole number above zero */
function countsOf({ operator: { name, takes }, values, say }: Asked, notation: Notation): readonly string[] {
  return values.map((value) => {
    if (/^[1-9]\d{0,4}$/.test(value.trim())) return value.trim()
    throw invalidValue(
      `${quoted(value)} is not a whole number above zero, which ${wordFor(name, notation)} needs.`,
      `Write e.g. 30: ${say({ values: takes === 'count' ? ['30'] : values.length === 1 ? ['2026'] : ['1', '2026'] })}.`,
    )
  })
}

function comparesNothing({ column, operator, say }: Asked, notation: Notation): Error {
  const [empty, filled] = ['null', 'not-null'].map((name) => say({ operator: name, values: [] }))
  return invalidValue(
    `${wordFor(operator.name, notation)} compares ${column.name} with nothing.`,
    // Whether an activity has parties at all is no condition that Dataverse takes.
    kindOf(column) === 'parties'
      ? adviceFor(column, say)
      : `To ask whether ${column.name} is empty or not, write: ${empty} or ${filled}.`,
  )
}
