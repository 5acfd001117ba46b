import { kindOf, type ColumnKind } from '../../model/column-kind.ts'
import { isOneOf, oneOf, test, type Meaning } from '../../model/meaning.ts'
import { wordFor, type Notation } from '../../say/notation.ts'
import { invalidValue, quoted } from '../../say/refusals.ts'
import { textPattern, type Asked, type ValueContext } from './asked.ts'
import { adviceFor, checkKind } from '../filter/check-operator.ts'
import { choicesMeaning, optionOf, optionsLike, yesNoOf } from './choice.ts'
import { dateMeaning } from './dates/date.ts'
import { numeralOf } from './number.ts'
import { logicalNameOf } from './references/entity-name.ts'
import { partyMeaning, referenceMeaning } from './references/reference.ts'

export type { Asked, NamedRows, ValueContext } from './asked.ts'

type Reader = (asked: Asked, context: ValueContext) => Meaning | Promise<Meaning>
type ReadValue = (written: string, asked: Asked, context: ValueContext) => string | Promise<string>

const likeText: Reader = (asked, context) => test('like', textPattern(asked, context))

/** Values that are read one by one, each as what Dataverse compares with. */
function each(read: ReadValue, like: Reader = likeText): Reader {
  return async (asked, context) => {
    const { operator, values } = asked
    if (operator.takes === 'text') return await like(asked, context)
    // Begun by a plain function: the first that is refused ends it, and a list of thousands makes no error for each.
    const reading = values.map((value) => read(value, asked, context))
    const meant = await Promise.all(reading.map(async (one) => await one))
    return operator.arity === 'list' ? isOneOf(meant) : test(operator.name, ...meant)
  }
}

const READERS: Readonly<Record<ColumnKind, Reader>> = {
  text: each((written) => written),
  number: each(numeralOf),
  date: dateMeaning,
  choice: each(optionOf, (asked, context) => isOneOf(optionsLike(asked, context))),
  choices: choicesMeaning,
  'yes-no': each(yesNoOf),
  lookup: referenceMeaning,
  id: referenceMeaning,
  table: each(logicalNameOf),
  parties: partyMeaning,
  other: each((written) => written),
}

/**
 * What a positive condition means on its column, in operators and values that Dataverse takes.
 * @throws QueryError `invalid_operator`, `invalid_value`, `ambiguous_value`, `unknown_option`, `unknown_name`,
 * `ambiguous_name`, `too_many_names`
 */
export async function readMeaning(asked: Asked, context: ValueContext): Promise<Meaning> {
  const { operator, column } = asked
  checkKind(operator, column, asked.say, context)
  const kind = kindOf(column)
  if (operator.arity === 0 && (kind !== 'date' || operator.name === 'null')) return test(operator.name)
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
