import { kindOf, type ColumnKind } from '../../model/column-kind.ts'
import { oneOf, test, type Meaning } from '../../model/meaning.ts'
import { invalidValue, quoted } from '../../say/refusals.ts'
import type { Asked, ValueContext } from './asked.ts'
import { checkKind } from '../filter/check-operator.ts'
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
  checkKind(operator, column, context)
  if (operator.arity === 0) return test(operator.name)
  const kind = kindOf(column)
  const values = operator.takes === 'count' || operator.takes === 'number' ? countsOf(asked) : asked.values
  const named = values.filter((value) => !isNothing(value, kind))
  const readNamed = async (): Promise<Meaning> => await READERS[kind]({ ...asked, values: named }, context)
  if (named.length === values.length) return await readNamed()
  if (operator.name !== 'eq' && operator.name !== 'in' && operator.name !== 'on')
    throw invalidValue(
      `${operator.name} compares ${column.name} with nothing.`,
      `To ask whether ${column.name} is empty, compare it with null by eq or ne.`,
    )
  if (kind === 'text' && !values.some((value) => /null/i.test(value)))
    context.note(`Dataverse keeps no empty text: in ${quoted(asked.written)}, '' was read as null.`)
  return named.length === 0 ? test('null') : oneOf([test('null'), await readNamed()])
}

/** The word null is text where text is compared, and else no value. */
function isNothing(value: string, kind: ColumnKind): boolean {
  const word = value.trim()
  return word === '' || (kind !== 'text' && word.toLowerCase() === 'null')
}

/** @throws QueryError `invalid_value` for what is no whole number above zero */
function countsOf({ operator, values }: Asked): readonly string[] {
  return values.map((value) => {
    if (/^[1-9]\d{0,4}$/.test(value.trim())) return value.trim()
    throw invalidValue(
      `${quoted(value)} is not a whole number above zero, which ${operator.name} needs.`,
      'Write e.g. 30.',
    )
  })
}
