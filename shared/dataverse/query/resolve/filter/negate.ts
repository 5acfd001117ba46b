import { allOf, oneOf, test, type Meaning } from '../../model/meaning.ts'
import { OPPOSITES } from '../../model/operators.ts'
import type { LinkType } from '../../model/query.ts'
import { wordFor } from '../../say/notation.ts'
import { invalidFilter } from '../../say/refusals.ts'
import type { Clock } from '../values/clock.ts'
import { outside, rangeOf } from '../values/date-range.ts'

/** No operator of Dataverse: a link says it. */
export const NOT_MY_TEAMS = 'not-my-teams'

type Negating = { readonly dateOnly: boolean; readonly clock: () => Promise<Clock> }
type Test = Extract<Meaning, { kind: 'test' }>

/**
 * Where a meaning does not hold, empty cells left aside.
 * @throws QueryError `invalid_filter` for an operator that has no opposite
 */
export async function negate(meaning: Meaning, negating: Negating): Promise<Meaning> {
  switch (meaning.kind) {
    case 'and':
    case 'or': {
      const parts = await Promise.all(meaning.parts.map((part) => negate(part, negating)))
      return meaning.kind === 'and' ? oneOf(parts) : allOf(parts)
    }
    case 'test':
      return await negateTest(meaning, negating)
    default:
      return meaning
  }
}

async function negateTest({ operator, values }: Test, { dateOnly, clock }: Negating): Promise<Meaning> {
  const opposite = OPPOSITES.get(operator)
  if (opposite !== undefined) return test(opposite, ...values)
  if (operator === 'eq-useroruserteams') return allOf([test('ne-userid'), test(NOT_MY_TEAMS)])
  if (operator === 'eq-userteams') return test(NOT_MY_TEAMS)
  const now = await clock()
  const range = rangeOf(operator, values, now)
  if (range) return outside(range, dateOnly, now)
  // Only OData has a `not` of its own: what FetchXML negates are operators that have an opposite.
  throw invalidFilter(
    `negates ${wordFor(operator, 'odata')}, which has no opposite`,
    'Write what is meant without not.',
  )
}

/** Whether it holds for an empty cell. */
export function holdsForEmpty(meaning: Meaning): boolean {
  if (meaning.kind === 'test') return meaning.operator === 'null'
  if (meaning.kind === 'and') return meaning.parts.every(holdsForEmpty)
  return meaning.kind === 'or' && meaning.parts.some(holdsForEmpty)
}

const TYPES: Readonly<Partial<Record<LinkType, LinkType>>> = { any: 'not any', 'not any': 'any', 'not all': 'not any' }

/** The link that holds where that one does not; FetchXML's `all` ("has some, and none matches") has no such type. */
export function negatedType(type: LinkType = 'any'): LinkType {
  const opposite = TYPES[type]
  if (opposite !== undefined) return opposite
  throw new RangeError(`a link of type ${type} has no opposite`)
}
