import { nearest } from '../../suggest.ts'
import type { ColumnKind } from './column-kind.ts'
import { invalidFetch, quoted } from '../../fetchxml/invalid-fetch.ts'

/** `list`: one value or more, each in an element of its own. */
export type Arity = 0 | 1 | 2 | 'list'

export type Operator = {
  readonly name: string
  readonly arity: Arity
  readonly kinds: readonly ColumnKind[]
  /** What its values are, where not values of the column. */
  readonly takes?: 'count' | 'number' | 'id' | 'text'
  /** Sources differ on whether such a condition holds for a row without a value. */
  readonly negative: boolean
  /** Compares times, which a column of days does not have. */
  readonly timed: boolean
}

const EVERY: readonly ColumnKind[] = ['text', 'number', 'date', 'choice', 'choices', 'lookup', 'id']
const ORDERED: readonly ColumnKind[] = ['text', 'number', 'date', 'choice']
const TEXTUAL: readonly ColumnKind[] = ['text', 'lookup']
const REFERENCE: readonly ColumnKind[] = ['lookup', 'id']
const DATE: readonly ColumnKind[] = ['date']

type Group = Pick<Operator, 'arity' | 'kinds'> & Partial<Pick<Operator, 'takes' | 'negative' | 'timed'>>

const group = (names: string, { arity, kinds, takes, negative = false, timed = false }: Group): Operator[] =>
  names.split(' ').map((name) => ({ name, arity, kinds, ...(takes && { takes }), negative, timed }))
const each = (starts: string, ends: string): string =>
  starts
    .split(' ')
    .flatMap((start) => ends.split(' ').map((end) => `${start}-${end}`))
    .join(' ')

const PERIODS = 'week month year fiscal-period fiscal-year'
const COUNTED = 'days weeks months years fiscal-periods fiscal-years'

/**
 * The operators of a condition, how many values each takes and on which columns.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/operators
 */
const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [
    group('null not-null', { arity: 0, kinds: [...EVERY, 'other'] }),
    group('eq', { arity: 1, kinds: EVERY }),
    group('ne neq', { arity: 1, kinds: EVERY, negative: true }),
    group('gt ge lt le', { arity: 1, kinds: ORDERED }),
    group('between', { arity: 2, kinds: ['number', 'date'] }),
    group('not-between', { arity: 2, kinds: ['number', 'date'], negative: true }),
    group('in', { arity: 'list', kinds: EVERY }),
    group('not-in', { arity: 'list', kinds: EVERY, negative: true }),
    group('like begins-with ends-with', { arity: 1, kinds: TEXTUAL, takes: 'text' }),
    group('not-like not-begin-with not-end-with', { arity: 1, kinds: TEXTUAL, takes: 'text', negative: true }),
    group('contain-values', { arity: 'list', kinds: ['choices'] }),
    group('not-contain-values', { arity: 'list', kinds: ['choices'], negative: true }),
    group('eq-userid eq-userteams eq-useroruserteams eq-useroruserhierarchy eq-useroruserhierarchyandteams', {
      arity: 0,
      kinds: REFERENCE,
    }),
    group('eq-businessid', { arity: 0, kinds: REFERENCE }),
    group('ne-userid ne-businessid', { arity: 0, kinds: REFERENCE, negative: true }),
    group('eq-userlanguage', { arity: 0, kinds: ['number'] }),
    group('above eq-or-above under eq-or-under', { arity: 1, kinds: REFERENCE, takes: 'id' }),
    group('not-under', { arity: 1, kinds: REFERENCE, takes: 'id', negative: true }),
    group('today tomorrow yesterday last-seven-days next-seven-days', { arity: 0, kinds: DATE }),
    group(each('last this next', PERIODS), { arity: 0, kinds: DATE }),
    group(each('last-x next-x', COUNTED), { arity: 1, kinds: DATE, takes: 'count' }),
    group('last-x-hours next-x-hours', { arity: 1, kinds: DATE, takes: 'count', timed: true }),
    group('olderthan-x-days olderthan-x-weeks olderthan-x-months olderthan-x-years', {
      arity: 1,
      kinds: DATE,
      takes: 'count',
    }),
    group('olderthan-x-minutes olderthan-x-hours', { arity: 1, kinds: DATE, takes: 'count', timed: true }),
    group('on on-or-after on-or-before', { arity: 1, kinds: DATE }),
    group('in-fiscal-year in-fiscal-period', { arity: 1, kinds: DATE, takes: 'number' }),
    group('in-fiscal-period-and-year in-or-before-fiscal-period-and-year in-or-after-fiscal-period-and-year', {
      arity: 2,
      kinds: DATE,
      takes: 'number',
    }),
  ]
    .flat()
    .map((operator) => [operator.name, operator]),
)

/** Letters and digits only, so that spelling with spaces, dots or none is the same. */
const squash = (word: string): string => word.toLowerCase().replaceAll(/[^a-z\d]/g, '')
const SQUASHED: ReadonlyMap<string, string> = new Map([...OPERATORS.keys()].map((name) => [squash(name), name]))

/** Other words for the same; signs stand as they are, words squashed. */
const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '=': 'eq',
    '==': 'eq',
    '!=': 'ne',
    '<>': 'ne',
    '>': 'gt',
    '>=': 'ge',
    '<': 'lt',
    '<=': 'le',
    equals: 'eq',
    equal: 'eq',
    equalto: 'eq',
    is: 'eq',
    notequal: 'ne',
    notequals: 'ne',
    notequalto: 'ne',
    isnot: 'ne',
    noteq: 'ne',
    greaterthan: 'gt',
    greater: 'gt',
    after: 'gt',
    gte: 'ge',
    greaterorequal: 'ge',
    greaterthanorequal: 'ge',
    greaterequal: 'ge',
    lessthan: 'lt',
    less: 'lt',
    before: 'lt',
    lte: 'le',
    lessorequal: 'le',
    lessthanorequal: 'le',
    lessequal: 'le',
    isnull: 'null',
    eqnull: 'null',
    isempty: 'null',
    nenull: 'not-null',
    isnotnull: 'not-null',
    isnotempty: 'not-null',
    isin: 'in',
    anyof: 'in',
    nin: 'not-in',
    isnotin: 'not-in',
    notanyof: 'not-in',
    startswith: 'begins-with',
    beginwith: 'begins-with',
    startwith: 'begins-with',
    endwith: 'ends-with',
    notstartswith: 'not-begin-with',
    notbeginswith: 'not-begin-with',
    doesnotbeginwith: 'not-begin-with',
    notstartwith: 'not-begin-with',
    notendswith: 'not-end-with',
    doesnotendwith: 'not-end-with',
    contains: 'contains',
    contain: 'contains',
    notcontains: 'not-contains',
    notcontain: 'not-contains',
    doesnotcontain: 'not-contains',
    containsvalues: 'contain-values',
    containvalue: 'contain-values',
    notcontainsvalues: 'not-contain-values',
    doesnotcontainvalues: 'not-contain-values',
    eqcurrentuser: 'eq-userid',
    equserid: 'eq-userid',
    eqme: 'eq-userid',
    necurrentuser: 'ne-userid',
    eqbusinessunit: 'eq-businessid',
    equserorteams: 'eq-useroruserteams',
    onorlater: 'on-or-after',
    onorearlier: 'on-or-before',
  }),
)
const COUNTED_OPERATOR = /^(last|next|olderthan|past)[^a-z\d]*(\d{1,5})[^a-z\d]*(minute|hour|day|week|month|year)s?$/

export type Meant = {
  readonly operator: Operator
  /** "contains": the value is looked for anywhere. */
  readonly anywhere: boolean
  /** The number that was written into the operator: `last-30-days`. */
  readonly count?: string
}

/** The operator a model means, however it spelt it. @throws QueryError `invalid_fetchxml` with the nearest */
export function meantOperator(written: string): Meant {
  const trimmed = written.trim().toLowerCase()
  const exact = OPERATORS.get(trimmed)
  if (exact) return { operator: exact, anywhere: false }
  const counted = COUNTED_OPERATOR.exec(trimmed.replace(/^older[^a-z]*than/, 'olderthan'))
  if (counted) {
    const start = counted[1] === 'past' ? 'last' : counted[1]
    const found = OPERATORS.get(`${start}-x-${counted[3]}s`)
    if (found) return { operator: found, anywhere: false, ...(counted[2] && { count: counted[2] }) }
  }
  const word = WORDS.get(trimmed) ?? WORDS.get(squash(trimmed)) ?? SQUASHED.get(squash(trimmed))
  if (word === 'contains' || word === 'not-contains')
    return { operator: operatorNamed(word === 'contains' ? 'like' : 'not-like'), anywhere: true }
  if (word !== undefined) return { operator: operatorNamed(word), anywhere: false }
  const near = nearest(
    trimmed,
    [...OPERATORS.keys()].map((name) => ({ name, aliases: [] })),
  )
  throw invalidFetch(
    `There is no operator ${quoted(written)}.`,
    near.length > 0
      ? `Did you mean: ${near.join(', ')}?`
      : 'Use eq, ne, gt, ge, lt, le, in, like, null, not-null, today, last-x-days, this-month and the like.',
  )
}

/** @throws RangeError for a name that is not one of FetchXML's */
export function operatorNamed(name: string): Operator {
  const found = OPERATORS.get(name)
  if (!found) throw new RangeError(`no operator ${name}`)
  return found
}

/** The names of all operators. */
export function operatorNames(): string[] {
  return [...OPERATORS.keys()]
}

/** The operators that may be used on a kind of column. */
export function operatorsFor(kind: ColumnKind): string[] {
  return [...OPERATORS.values()].filter(({ kinds }) => kinds.includes(kind)).map(({ name }) => name)
}

/** Whether even one value stands in an element of its own. */
export function takesList(name: string): boolean {
  return OPERATORS.get(name)?.arity === 'list'
}
