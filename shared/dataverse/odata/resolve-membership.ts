import { CHOICES } from './compare-value.ts'
import { nameOf, type Context, type Target } from './context.ts'
import { compare, join, type Filter, type Literal, type Membership, type Path } from '../query/from-odata/filter.ts'
import { listFunction } from './function-filter.ts'
import { shown } from './invalid-filter.ts'
import { keyOf, withEmptyRows } from '../query/resolve/empty-rows.ts'
import { choiceOf, compareChoices } from '../query/resolve/values/choice.ts'
import { resolveComparison } from './resolve-comparison.ts'
import { resolvePath } from './resolve-path.ts'
import { writeFilter } from './write-filter.ts'

/** Dataverse has no `in`; it has `In` for columns of the row itself, and a chain of comparisons says the same. */
export async function resolveMembership(membership: Membership, context: Context): Promise<Filter> {
  const target = await resolvePath(membership.left, context)
  const filter = await listCondition(membership, target, context)
  context.note(
    `"${nameOf(target)} ${membership.negated ? 'not in' : 'in'} (…)" was sent as ${shown(writeFilter(filter))}.`,
  )
  return filter
}

async function listCondition({ left, values, negated }: Membership, target: Target, context: Context): Promise<Filter> {
  const named = values.filter((value) => value.kind !== 'null')
  const { type } = target.column
  if (type === 'MultiSelectPicklist') return compareChoices(target, negated ? 'ne' : 'eq', named, context)
  const isChoice = CHOICES.has(type)
  if (target.own && named.length === values.length && named.length > 1 && (isChoice || type === 'String')) {
    const words = named.map((value) => (isChoice ? choiceOf(target, value) : String(value.value)))
    const condition = listFunction(negated ? 'NotIn' : 'In', target, words)
    return negated ? withEmptyRows(condition, target, context) : condition
  }
  const chain = join(
    negated ? 'and' : 'or',
    await chainOf(left, negated ? 'ne' : 'eq', values, {
      ...context,
      nullTested: negated ? new Set([...context.nullTested, keyOf(target)]) : context.nullTested,
    }),
  )
  return negated && named.length === values.length ? withEmptyRows(chain, target, context) : chain
}

const MOST_VALUE_NOTES = 5

/** A comparison for each value; what is said of the first few holds for the rest of a long list. */
async function chainOf(
  left: Path,
  operator: 'eq' | 'ne',
  values: readonly Literal[],
  context: Context,
): Promise<Filter[]> {
  const notes = new Set<string>()
  const conditions: Filter[] = []
  const inner: Context = { ...context, note: (sentence) => void notes.add(sentence) }
  for (const value of values) conditions.push(await resolveComparison(compare(left, operator, value), inner))
  const [first, rest] = [[...notes].slice(0, MOST_VALUE_NOTES), [...notes].slice(MOST_VALUE_NOTES)]
  for (const sentence of first) context.note(sentence)
  if (rest.length > 0) context.note('The other values of the list were read alike.')
  return conditions
}
