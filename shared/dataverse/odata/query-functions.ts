/** The parameters beside `PropertyName`: none, `PropertyValue`, `PropertyValue1` and `2`, or `PropertyValues`. */
export type FunctionShape = 'none' | 'one' | 'two' | 'list'
/** What columns a function is for. */
export type FunctionSubject = 'row' | 'date' | 'text' | 'any' | 'choices'
export type FunctionRule = {
  readonly name: string
  readonly shape: FunctionShape
  readonly subject: FunctionSubject
}

const PERIODS = 'Week Month Year FiscalPeriod FiscalYear'.split(' ')
const SPANS = 'Hours Days Weeks Months Years FiscalPeriods FiscalYears'.split(' ')
const AGES = 'Minutes Hours Days Weeks Months Years'.split(' ')

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/queryfunctions */
const RULES: readonly (readonly [FunctionShape, FunctionSubject, readonly string[]])[] = [
  ['none', 'row', ['EqualUserId', 'NotEqualUserId', 'EqualBusinessId', 'NotEqualBusinessId', 'EqualUserTeams']],
  ['none', 'row', ['EqualUserOrUserTeams', 'EqualUserOrUserHierarchy', 'EqualUserOrUserHierarchyAndTeams']],
  ['none', 'any', ['EqualUserLanguage']],
  ['none', 'date', ['Today', 'Tomorrow', 'Yesterday', 'Last7Days', 'Next7Days']],
  ['none', 'date', ['Last', 'This', 'Next'].flatMap((start) => PERIODS.map((period) => `${start}${period}`))],
  ['one', 'date', ['Last', 'Next'].flatMap((start) => SPANS.map((span) => `${start}X${span}`))],
  ['one', 'date', AGES.map((age) => `OlderThanX${age}`)],
  ['one', 'date', ['On', 'OnOrAfter', 'OnOrBefore', 'InFiscalPeriod', 'InFiscalYear']],
  ['two', 'date', ['InFiscalPeriodAndYear', 'InOrAfterFiscalPeriodAndYear', 'InOrBeforeFiscalPeriodAndYear']],
  ['one', 'row', ['Above', 'AboveOrEqual', 'Under', 'UnderOrEqual', 'NotUnder']],
  ['one', 'text', ['Contains']],
  ['list', 'any', ['In', 'NotIn', 'Between', 'NotBetween']],
  ['list', 'choices', ['ContainValues', 'DoesNotContainValues']],
]

const BY_NAME = new Map<string, FunctionRule>(
  RULES.flatMap(([shape, subject, names]) => names.map((name) => [name.toLowerCase(), { name, shape, subject }])),
)
export const FUNCTION_PREFIX = 'Microsoft.Dynamics.CRM.'

/** A function of Dataverse by its name in any case, with or without its namespace. */
export function findFunction(name: string): FunctionRule | undefined {
  const wanted = name.toLowerCase()
  const prefix = FUNCTION_PREFIX.toLowerCase()
  return BY_NAME.get(wanted.startsWith(prefix) ? wanted.slice(prefix.length) : wanted)
}

export function allFunctions(): readonly FunctionRule[] {
  return [...BY_NAME.values()]
}

/** Names of the parameters that take the values, in their order. */
export function valueParameters(shape: FunctionShape): readonly string[] {
  if (shape === 'none') return []
  if (shape === 'two') return ['PropertyValue1', 'PropertyValue2']
  return shape === 'one' ? ['PropertyValue'] : ['PropertyValues']
}

const PAIRS: readonly (readonly [string, string])[] = [
  ['EqualUserId', 'NotEqualUserId'],
  ['EqualBusinessId', 'NotEqualBusinessId'],
  ['In', 'NotIn'],
  ['Between', 'NotBetween'],
  ['ContainValues', 'DoesNotContainValues'],
]
const OPPOSITES = new Map([...PAIRS, ...PAIRS.map(([a, b]): [string, string] => [b, a])])
/** Functions that hold for rows which the column excludes; sources differ on whether for empty ones too. */
export const NEGATIVE_FUNCTIONS: ReadonlySet<string> = new Set([...PAIRS.map(([, negative]) => negative), 'NotUnder'])

/** The function that holds where this one does not; `NotUnder` has none, as it leaves out what is not in the tree. */
export function oppositeOf(name: string): string | undefined {
  return OPPOSITES.get(name)
}
