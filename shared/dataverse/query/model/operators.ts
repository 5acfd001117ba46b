import type { ColumnKind } from './column-kind.ts'

export type Operator = {
  /** FetchXML's name. */
  readonly name: string
  /** OData's: a function of `Microsoft.Dynamics.CRM`, where there is one. */
  readonly function?: string | undefined
  /** How many values it takes; `list`: one or more, each in an element of its own. */
  readonly arity: 0 | 1 | 2 | 'list'
  readonly kinds: readonly ColumnKind[]
  /** What its values are, where not values of the column. */
  readonly takes?: 'count' | 'number' | 'id' | 'text'
  /** The operator of which this one is the negative. */
  readonly negates?: string | undefined
  /** Compares times, which a column of days does not have. */
  readonly timed?: boolean
}

const TEXTUAL: readonly ColumnKind[] = ['text', 'lookup', 'choice', 'choices', 'table', 'parties']
const EVERY: readonly ColumnKind[] = [...TEXTUAL, 'number', 'date', 'yes-no', 'id']
const ORDERED: readonly ColumnKind[] = ['text', 'number', 'date', 'choice']
const REFERENCE: readonly ColumnKind[] = ['lookup', 'id']
const DATE: readonly ColumnKind[] = ['date']

/** Operators of one form. A word is a name of FetchXML, then `/` and OData's name, then `!` and the name it negates. */
const group = (words: string, form: Omit<Operator, 'name' | 'function' | 'negates'>): Operator[] =>
  words.split(/\s+/).map((word) => {
    const [named = '', negates] = word.split('!')
    const [name = '', odata] = named.split('/')
    return { ...form, name, function: odata, negates }
  })

/** Names that begin and end alike, with OData's for them: `last-fiscal-period` is LastFiscalPeriod there. */
const each = (starts: string, ends: string): string =>
  starts
    .split(' ')
    .flatMap((start) => ends.split(' ').map((end) => `${start}-${end}`))
    .map((name) => `${name}/${name.replaceAll(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase())}`)
    .join(' ')

const NO_VALUE = { arity: 0, kinds: REFERENCE } as const
const COUNT = { arity: 1, kinds: ['date'], takes: 'count' } as const
const HIERARCHY = 'above/Above eq-or-above/AboveOrEqual under/Under eq-or-under/UnderOrEqual not-under/NotUnder'

/**
 * Every operator of a condition, once: its name in both languages, how many values it takes and on which columns.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/operators
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/queryfunctions
 */
const ALL: readonly Operator[] = [
  ...group('null not-null!null', { arity: 0, kinds: [...EVERY, 'other'] }),
  ...group('eq ne!eq neq!eq', { arity: 1, kinds: EVERY }),
  ...group('gt ge lt le', { arity: 1, kinds: ORDERED }),
  ...group('between/Between not-between/NotBetween!between', { arity: 2, kinds: ['number', 'date', 'choice'] }),
  ...group('in/In not-in/NotIn!in', { arity: 'list', kinds: EVERY }),
  ...group(
    `like not-like!like contains/Contains not-contains!contains begins-with not-begin-with!begins-with
    ends-with not-end-with!ends-with`,
    { arity: 1, kinds: TEXTUAL, takes: 'text' },
  ),
  ...group('contain-values/ContainValues not-contain-values/DoesNotContainValues!contain-values', {
    arity: 'list',
    kinds: ['choices'],
  }),
  ...group('eq-userid/EqualUserId ne-userid/NotEqualUserId!eq-userid eq-userteams/EqualUserTeams', NO_VALUE),
  ...group('eq-useroruserteams/EqualUserOrUserTeams eq-useroruserhierarchy/EqualUserOrUserHierarchy', NO_VALUE),
  ...group('eq-useroruserhierarchyandteams/EqualUserOrUserHierarchyAndTeams', NO_VALUE),
  ...group('eq-businessid/EqualBusinessId ne-businessid/NotEqualBusinessId!eq-businessid', NO_VALUE),
  ...group('eq-userlanguage/EqualUserLanguage', { arity: 0, kinds: ['number'] }),
  ...group(HIERARCHY, { arity: 1, kinds: REFERENCE, takes: 'id' }),
  ...group('today/Today tomorrow/Tomorrow yesterday/Yesterday', { arity: 0, kinds: DATE }),
  ...group('last-seven-days/Last7Days next-seven-days/Next7Days', { arity: 0, kinds: DATE }),
  ...group(each('last this next', 'week month year fiscal-period fiscal-year'), { arity: 0, kinds: DATE }),
  ...group(each('last-x next-x', 'days weeks months years fiscal-periods fiscal-years'), COUNT),
  ...group(each('olderthan-x', 'days weeks months years').replaceAll('Olderthan', 'OlderThan'), COUNT),
  ...group(each('last-x next-x', 'hours'), { ...COUNT, timed: true }),
  ...group(each('olderthan-x', 'minutes hours').replaceAll('Olderthan', 'OlderThan'), { ...COUNT, timed: true }),
  ...group('on/On on-or-after/OnOrAfter on-or-before/OnOrBefore', { arity: 1, kinds: DATE }),
  ...group(each('in', 'fiscal-year fiscal-period'), { arity: 1, kinds: DATE, takes: 'number' }),
  ...group(each('in in-or-before in-or-after', 'fiscal-period-and-year'), { arity: 2, kinds: DATE, takes: 'number' }),
]
/** By FetchXML's name. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(ALL.map((operator) => [operator.name, operator]))

const BY_FUNCTION: ReadonlyMap<string, Operator> = new Map(
  ALL.flatMap((one) => (one.function === undefined ? [] : [[one.function.toLowerCase(), one]])),
)
export const FUNCTION_NAMES: readonly string[] = ALL.flatMap((one) => one.function ?? [])
export const FUNCTION_PREFIX = 'Microsoft.Dynamics.CRM.'
/** OData's own functions, in the words of an operator. */
export const TEXT_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['contains', 'contains'],
  ['begins-with', 'startswith'],
  ['ends-with', 'endswith'],
])

/** An operator by OData's name for it in any case, with or without its namespace. */
export function operatorOfFunction(name: string): Operator | undefined {
  const wanted = name.toLowerCase()
  const prefix = FUNCTION_PREFIX.toLowerCase()
  return BY_FUNCTION.get(wanted.startsWith(prefix) ? wanted.slice(prefix.length) : wanted)
}

/** @throws RangeError for a name that is not one of FetchXML's */
export function operatorNamed(name: string): Operator {
  const found = OPERATORS.get(name)
  if (!found) throw new RangeError(`no operator ${name}`)
  return found
}

/** What a comparison becomes when its sides change places. */
export const FLIPPED: ReadonlyMap<string, string> = new Map(
  Object.entries({ eq: 'eq', ne: 'ne', neq: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' }),
)
const NEGATIVES = ALL.flatMap(({ name, negates }) => (negates === undefined ? [] : [[name, negates] as const]))
/** The operator that holds where this one does not, but for empty cells. */
export const OPPOSITES: ReadonlyMap<string, string> = new Map([
  ...Object.entries({ gt: 'le', le: 'gt', ge: 'lt', lt: 'ge' }),
  ...NEGATIVES,
  // The last to negate an operator is FetchXML's other spelling of it: `neq`. The first is the usual one.
  ...NEGATIVES.toReversed().map(([name, negates]) => [negates, name] as const),
])
