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
  readonly count?: string
}

/** The operator that is meant, however it is spelt; undefined for a word that is none. */
export function findOperator(written: string): Meant | undefined {
  const trimmed = written.trim().toLowerCase()
  const exact = OPERATORS.get(trimmed)
  if (exact) return { operator: exact }
  const counted = COUNTED_OPERATOR.exec(trimmed.replace(/^older[^a-z]*than/, 'olderthan'))
  if (counted) {
    const start = counted[1] === 'past' ? 'last' : (counted[1] ?? '')
    const found = OPERATORS.get(`${start}-x-${counted[3] ?? ''}s`)
    if (found) return { operator: found, ...(counted[2] && { count: counted[2] }) }
  }
  const word = WORDS.get(trimmed) ?? WORDS.get(squash(trimmed))
  const operator = word === undefined ? operatorOfFunction(trimmed) : OPERATORS.get(word)
  return operator && { operator }
}
