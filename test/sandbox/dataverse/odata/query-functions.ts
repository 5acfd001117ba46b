import type { Truth } from '../conditions.ts'
import { conditionTest } from '../conditions.ts'
import { notEmulated, odataError, unknownAttribute } from '../errors.ts'
import type { Column, Entity } from '../schema.ts'
import type { Reader } from '../security.ts'
import type { Row } from '../store.ts'
import { valueOf } from '../store.ts'
import type { Expression, QueryFunction } from './parser.ts'

/** The FetchXML operator that a `Microsoft.Dynamics.CRM` function stands for. */
const OPERATORS: Readonly<Record<string, string>> = {
  EqualUserId: 'eq-userid',
  NotEqualUserId: 'ne-userid',
  EqualBusinessId: 'eq-businessid',
  NotEqualBusinessId: 'ne-businessid',
  EqualUserTeams: 'eq-userteams',
  EqualUserOrUserTeams: 'eq-useroruserteams',
  Last7Days: 'last-seven-days',
  Next7Days: 'next-seven-days',
  In: 'in',
  NotIn: 'not-in',
  Between: 'between',
  NotBetween: 'not-between',
  On: 'on',
  OnOrAfter: 'on-or-after',
  OnOrBefore: 'on-or-before',
  InFiscalYear: 'in-fiscal-year',
  InFiscalPeriod: 'in-fiscal-period',
  Above: 'above',
  AboveOrEqual: 'eq-or-above',
  Under: 'under',
  UnderOrEqual: 'eq-or-under',
  NotUnder: 'not-under',
}
const NOT_EMULATED = new Set([
  'Contains',
  'ContainValues',
  'DoesNotContainValues',
  'EqualUserLanguage',
  'EqualUserOrUserHierarchy',
  'EqualUserOrUserHierarchyAndTeams',
  'InFiscalPeriodAndYear',
  'InOrAfterFiscalPeriodAndYear',
  'InOrBeforeFiscalPeriodAndYear',
])
const PATTERNED = [
  /^(Today|Tomorrow|Yesterday)$/,
  /^(Last|This|Next)(Week|Month|Year|FiscalPeriod|FiscalYear)$/,
  /^(Last|Next)X(Hours|Days|Weeks|Months|Years|FiscalPeriods|FiscalYears)$/,
  /^OlderThanX(Minutes|Hours|Days|Weeks|Months|Years)$/,
]

const kebab = (name: string): string =>
  name
    .replace('OlderThan', 'Olderthan')
    .replace(/(?!^)([A-Z])/g, '-$1')
    .toLowerCase()

function operatorOf(name: string): string {
  const operator = OPERATORS[name] ?? (PATTERNED.some((pattern) => pattern.test(name)) ? kebab(name) : undefined)
  if (operator !== undefined) return operator
  if (NOT_EMULATED.has(name)) throw notEmulated(`the query function ${name}`)
  throw odataError(
    `An unknown function with name 'Microsoft.Dynamics.CRM.${name}' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed.`,
  )
}

function valuesOf({ parameters }: QueryFunction): string[] {
  const text = (expression: Expression | undefined): string => (expression?.kind === 'literal' ? expression.text : '')
  const single = parameters.get('PropertyValue')
  if (single) return [text(single)]
  const many = parameters.get('PropertyValues')
  if (!many) return []
  try {
    return (JSON.parse(text(many)) as (string | number)[]).map(String)
  } catch {
    throw odataError(
      "Invalid JSON. A comma character ',' was expected in scope 'Array'. Every two elements in an array and properties of an object must be separated by commas.",
    )
  }
}

function columnOf(entity: Entity, parameter: Expression | undefined): Column {
  const name = parameter?.kind === 'literal' ? parameter.text : ''
  const column = entity.columns.get(name)
  if (!column) throw unknownAttribute(entity.logicalName, name)
  return column
}

export function queryFunctionTest(reader: Reader, entity: Entity, call: QueryFunction): (row: Row) => Truth {
  const operator = operatorOf(call.name)
  const column = columnOf(entity, call.parameters.get('PropertyName'))
  const test = conditionTest(reader, entity, column, operator, valuesOf(call))
  return (row) => test(valueOf(row, column.name))
}
