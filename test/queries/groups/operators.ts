/** Every FetchXML operator for reads, by kind. @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/operators */
const NAMED =
  'eq ne neq gt ge lt le between not-between in not-in null not-null like not-like begins-with not-begin-with ends-with not-end-with contain-values not-contain-values' +
  ' eq-userid ne-userid eq-userteams eq-useroruserteams eq-useroruserhierarchy eq-useroruserhierarchyandteams eq-businessid ne-businessid eq-userlanguage' +
  ' above eq-or-above under eq-or-under not-under' +
  ' today tomorrow yesterday last-seven-days next-seven-days on on-or-after on-or-before' +
  ' in-fiscal-year in-fiscal-period in-fiscal-period-and-year in-or-before-fiscal-period-and-year in-or-after-fiscal-period-and-year'

const pairs = (firsts: readonly string[], seconds: readonly string[]): string[] =>
  firsts.flatMap((first) => seconds.map((second) => `${first}-${second}`))

export const FETCH_OPERATORS: readonly string[] = [
  ...NAMED.split(' '),
  ...pairs(['last', 'this', 'next'], ['week', 'month', 'year', 'fiscal-period', 'fiscal-year']),
  ...pairs(['last-x', 'next-x'], ['hours', 'days', 'weeks', 'months', 'years', 'fiscal-periods', 'fiscal-years']),
  ...pairs(['olderthan-x'], ['minutes', 'hours', 'days', 'weeks', 'months', 'years']),
]

export const LINK_TYPES: readonly string[] = [
  'outer',
  'exists',
  'in',
  'matchfirstrowusingcrossapply',
  'any',
  'not any',
  'all',
  'not all',
]
export const AGGREGATES: readonly string[] = ['count', 'countcolumn', 'sum', 'avg', 'min', 'max']
export const DATE_GROUPINGS: readonly string[] = ['day', 'week', 'month', 'quarter', 'year']

export const ODATA_OPERATORS: readonly string[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'and', 'or', 'not']
export const ODATA_CALLS: readonly string[] = ['contains(', 'startswith(', 'endswith(', '/any(', '/all(']
export const APPLY_METHODS: readonly string[] = ['sum', 'average', 'min', 'max', 'countdistinct']

const FUNCTIONS =
  'EqualUserId NotEqualUserId EqualBusinessId NotEqualBusinessId EqualUserLanguage EqualUserTeams EqualUserOrUserTeams EqualUserOrUserHierarchy EqualUserOrUserHierarchyAndTeams' +
  ' Today Tomorrow Yesterday Last7Days Next7Days On OnOrAfter OnOrBefore InFiscalPeriod InFiscalYear' +
  ' Above AboveOrEqual Under UnderOrEqual NotUnder In NotIn Between NotBetween ContainValues DoesNotContainValues'

const words = (firsts: readonly string[], seconds: readonly string[]): string[] =>
  firsts.flatMap((first) => seconds.map((second) => `${first}${second}`))

/**
 * The query functions of `Microsoft.Dynamics.CRM`. Left out are `Contains`, which searches a full-text index that the
 * sandbox has none of, and those with a fiscal period and a year, whose parameters no source tells for sure.
 */
export const QUERY_FUNCTIONS: readonly string[] = [
  ...FUNCTIONS.split(' '),
  ...words(['Last', 'This', 'Next'], ['Week', 'Month', 'Year', 'FiscalPeriod', 'FiscalYear']),
  ...words(['LastX', 'NextX'], ['Hours', 'Days', 'Weeks', 'Months', 'Years', 'FiscalPeriods', 'FiscalYears']),
  ...words(['OlderThanX'], ['Minutes', 'Hours', 'Days', 'Weeks', 'Months', 'Years']),
]
