import { QueryError } from '../../../errors.ts'
import { nearest } from '../../../advice/suggest.ts'
import type { Column } from '../../../metadata/model.ts'
import { kindOf, WHAT, type ColumnKind } from '../../model/column-kind.ts'
import { findOperator, type Meant } from '../../model/operator-words.ts'
import { operatorNamed, OPERATORS, type Operator } from '../../model/operators.ts'
import type { Note } from '../../model/query.ts'
import { wordFor, type Say } from '../../say/notation.ts'
import { invalidFetch, quoted } from '../../say/refusals.ts'
import type { ValueContext } from '../values/asked.ts'

/** The operator that is meant, however it is spelt. @throws QueryError `invalid_fetchxml` with the nearest */
export function requireOperator(written: string): Meant {
  const meant = findOperator(written)
  if (meant) return meant
  const near = nearest(written, OPERATORS.keys())
  throw invalidFetch(
    `There is no operator ${quoted(written)}.`,
    near.length > 0
      ? `Did you mean: ${near.join(', ')}?`
      : 'Use eq, ne, gt, ge, lt, le, in, like, null, not-null, today, last-x-days, this-month and the like.',
  )
}

export type Counted = { readonly operator: Operator; readonly values: readonly string[] }

/**
 * The values in the number that the operator takes: several values of eq are a list, and so is one value with commas
 * in FetchXML; OData's lists have brackets, and what stands in quotes there is one value.
 */
export function withCount(
  { operator, values }: Counted,
  column: Column,
  { note, notation }: Pick<ValueContext, 'note' | 'notation'>,
): Counted {
  const { name, arity, negates } = operator
  if (arity === 0) {
    if (values.some((value) => value.trim())) note(`The operator ${name} takes no value: the value was left out.`)
    return { operator, values: [] }
  }
  if (arity === 1 && values.length > 1 && (name === 'eq' || negates === 'eq')) {
    const list = operatorNamed(name === 'eq' ? 'in' : 'not-in')
    note(`The operator ${name} with several values was read as ${list.name}.`)
    return { operator: list, values }
  }
  const [only = ''] = values
  const isOne = notation === 'odata' || !only.includes(',') || kindOf(column) === 'text'
  if (values.length !== 1 || arity === 1 || isOne) return counted(operator, values, note)
  note(`The value ${quoted(only)} was read as a list.`)
  const parts = only.split(',').map((value) => value.trim())
  return counted(operator, parts.some(Boolean) ? parts.filter(Boolean) : parts, note)
}

function counted(operator: Operator, given: readonly string[], note: Note): Counted {
  const { name, arity } = operator
  // An empty element says nothing where others say something: that is how SQL's lists are read.
  const filled = arity === 'list' && given.length > 1 ? given.filter((value) => value.trim() !== '') : given
  const values = filled.length > 0 ? filled : given
  if (values.length < given.length) note(`Empty values in the list of ${name} were left out.`)
  if (arity === 'list' ? values.length > 0 : values.length === arity) return { operator, values }
  const form = arity === 1 ? 'value="…"' : '<value>…</value> elements inside the condition'
  const many = arity === 'list' ? 'at least one value' : arity === 1 ? 'one value' : `${arity} values`
  throw invalidFetch(`The operator ${name} takes ${many}; ${values.length} were given.`, `Write ${form}.`)
}

/** @throws QueryError `invalid_operator` for an operator that does not work on the column, with those that do */
export function checkKind(
  operator: Operator,
  column: Column,
  say: Say,
  { note, notation }: Pick<ValueContext, 'note' | 'notation'>,
): void {
  const kind = kindOf(column)
  const word = wordFor(operator.name, notation)
  // The reference says that these do not work there; shipped queries have them, so that Dataverse decides.
  if (operator.timed && column.dateOnly)
    note(`The column ${column.name} holds days without a time: Dataverse may refuse ${word}.`)
  const isOneOfOne = kind === 'choice' && (operator.negates ?? operator.name) === 'contain-values'
  if (kind === 'other' || operator.kinds.includes(kind) || isOneOfOne) return
  throw new QueryError(
    'invalid_operator',
    `The operator ${word} does not work on ${column.name}: it is ${WHAT[kind]}.`,
    adviceFor(column, say),
  )
}

/** Conditions that work on a column of that kind, with values that it has. */
export function adviceFor(column: Column, say: Say): string {
  const examples = examplesFor(column).map((example) => {
    const [operator = '', values] = example.split(' ')
    return say({ operator, values: values?.split(',') ?? [] })
  })
  return `Write for example: ${examples.join('; ')}.`
}

const SOME_ID = 'eq 00000000-0000-0000-0000-000000000000'
/** An operator and its values, with commas between them. */
const EXAMPLES: Readonly<Partial<Record<ColumnKind, readonly string[]>>> = {
  text: ['eq text', 'contains text'],
  number: ['ge 100', 'between 100,200'],
  date: ['ge 2026-01-31', 'eq this-month', 'last-x-days 30'],
  'yes-no': ['eq true'],
  lookup: [SOME_ID, 'contains name'],
  id: [SOME_ID],
  table: ['eq phonecall'],
  parties: ['contains name'],
}

function examplesFor({ options = [], ...column }: Column): readonly string[] {
  const kind = kindOf(column)
  const operator = kind === 'choices' ? 'contain-values' : 'eq'
  const examples = EXAMPLES[kind] ?? options.slice(0, 1).map(({ value }) => `${operator} ${value}`)
  return kind === 'parties' ? examples : [...examples, 'not-null']
}
