import { OPERATORS, operatorOfFunction, type Operator } from './operators.ts'

/** Letters and digits only, so that spelling with spaces, dots or none is the same. */
const squash = (word: string): string => word.toLowerCase().replaceAll(/[^a-z\d]/g, '')

/** Other words for the same, in both languages; signs stand as they are, words squashed. */
const ALSO: Readonly<Record<string, string>> = {
  eq: '= == === equals equal equalto is',
  ne: '!= !== <> notequal notequals notequalto isnot noteq',
  gt: '> greaterthan greater after',
  ge: '>= gte greaterorequal greaterthanorequal greaterequal',
  lt: '< lessthan less before',
  le: '<= lte lessorequal lessthanorequal lessequal',
  null: 'isnull eqnull isempty',
  'not-null': 'nenull isnotnull isnotempty',
  in: 'isin anyof',
  'not-in': 'nin isnotin notanyof',
  'begins-with': 'startswith beginwith startwith',
  'ends-with': 'endwith',
  'not-begin-with': 'notstartswith notbeginswith doesnotbeginwith notstartwith',
  'not-end-with': 'notendswith doesnotendwith',
  contains: 'contain includes substringof',
  'not-contains': 'notcontain doesnotcontain',
  'contain-values': 'containsvalues containvalue',
  'not-contain-values': 'notcontainsvalues doesnotcontainvalues',
  'eq-userid': 'eqcurrentuser equserid eqme',
  'ne-userid': 'necurrentuser',
  'eq-businessid': 'eqbusinessunit',
  'eq-useroruserteams': 'equserorteams',
  'on-or-after': 'onorlater',
  'on-or-before': 'onorearlier',
}
const WORDS: ReadonlyMap<string, string> = new Map([
  ...Array.from(OPERATORS.keys(), (name) => [squash(name), name] as const),
  ...Object.entries(ALSO).flatMap(([name, words]) => words.split(' ').map((word) => [word, name] as const)),
])
const COUNTED_OPERATOR = /^(last|next|olderthan|past)[^a-z\d]*(\d{1,5})[^a-z\d]*(minute|hour|day|week|month|year)s?$/

export type Meant = {
  readonly operator: Operator
  /** The number that was written into the operator: `last-30-days`. */
  readonly count?: string | undefined
}

/** The operator that is meant, however it is spelt; undefined for a word that is none. */
export function findOperator(written: string): Meant | undefined {
  const trimmed = written.trim().toLowerCase()
  const [, start = '', count, unit = ''] =
    COUNTED_OPERATOR.exec(trimmed.replace(/^older[^a-z]*than/, 'olderthan')) ?? []
  const counted = OPERATORS.get(`${start === 'past' ? 'last' : start}-x-${unit}s`)
  if (counted) return { operator: counted, count }
  const word = WORDS.get(trimmed) ?? WORDS.get(squash(trimmed))
  const operator = word === undefined ? operatorOfFunction(trimmed) : OPERATORS.get(word)
  return operator && { operator }
}
