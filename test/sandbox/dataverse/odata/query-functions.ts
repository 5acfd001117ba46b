/*
 * The query functions of Microsoft.Dynamics.CRM: each stands for an operator of FetchXML.
 *
 *   call := 'Microsoft.Dynamics.CRM.' name '(' 'PropertyName' '=' string (',' value)* ')'
 *   value := 'PropertyValue' '=' (string | number)          one value
 *          | 'PropertyValues' '=' '[' … ']'                 a JSON array of strings or numbers
 *          | 'PropertyValue1' '=' …, 'PropertyValue2' '=' … two values
 *
 * PropertyName is the column's name, a lookup's too (`ownerid`, not `_ownerid_value`).
 */
import { conditionTest } from '../query/conditions.ts'
import { DataverseFault, odataError, unknownAttribute } from '../http/errors.ts'
import type { Truth } from '../query/operands.ts'
import type { Column, Entity } from '../schema/schema.ts'
import type { Reader } from '../security/security.ts'
import type { Row } from '../store/store.ts'
import { valueOf } from '../store/store.ts'
import type { Expression, QueryFunction } from './parser.ts'

const NONE = ['PropertyName']
const ONE = ['PropertyName', 'PropertyValue']
const MANY = ['PropertyName', 'PropertyValues']
const TWO = ['PropertyName', 'PropertyValue1', 'PropertyValue2']

type Signature = { readonly operator: string; readonly parameters: readonly string[] }

const signature = (operator: string, parameters: readonly string[]): Signature => ({ operator, parameters })

const SIGNATURES: ReadonlyMap<string, Signature> = new Map([
  ['EqualUserId', signature('eq-userid', NONE)],
  ['NotEqualUserId', signature('ne-userid', NONE)],
  ['EqualBusinessId', signature('eq-businessid', NONE)],
  ['NotEqualBusinessId', signature('ne-businessid', NONE)],
  ['EqualUserLanguage', signature('eq-userlanguage', NONE)],
  ['EqualUserTeams', signature('eq-userteams', NONE)],
  ['EqualUserOrUserTeams', signature('eq-useroruserteams', NONE)],
  ['EqualUserOrUserHierarchy', signature('eq-useroruserhierarchy', NONE)],
  ['EqualUserOrUserHierarchyAndTeams', signature('eq-useroruserhierarchyandteams', NONE)],
  ['Last7Days', signature('last-seven-days', NONE)],
  ['Next7Days', signature('next-seven-days', NONE)],
  ['In', signature('in', MANY)],
  ['NotIn', signature('not-in', MANY)],
  ['Between', signature('between', MANY)],
  ['NotBetween', signature('not-between', MANY)],
  ['ContainValues', signature('contain-values', MANY)],
  ['DoesNotContainValues', signature('not-contain-values', MANY)],
  ['On', signature('on', ONE)],
  ['OnOrAfter', signature('on-or-after', ONE)],
  ['OnOrBefore', signature('on-or-before', ONE)],
  ['InFiscalYear', signature('in-fiscal-year', ONE)],
  ['InFiscalPeriod', signature('in-fiscal-period', ONE)],
  ['InFiscalPeriodAndYear', signature('in-fiscal-period-and-year', TWO)],
  ['InOrAfterFiscalPeriodAndYear', signature('in-or-after-fiscal-period-and-year', TWO)],
  ['InOrBeforeFiscalPeriodAndYear', signature('in-or-before-fiscal-period-and-year', TWO)],
  ['Above', signature('above', ONE)],
  ['AboveOrEqual', signature('eq-or-above', ONE)],
  ['Under', signature('under', ONE)],
  ['UnderOrEqual', signature('eq-or-under', ONE)],
  ['NotUnder', signature('not-under', ONE)],
])
/** Names that are their operator's words run together: ThisFiscalYear, LastXDays, OlderThanXHours. */
const WORDED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(Today|Tomorrow|Yesterday)$/, NONE],
  [/^(Last|This|Next)(Week|Month|Year|FiscalPeriod|FiscalYear)$/, NONE],
  [/^(Last|Next)X(Hours|Days|Weeks|Months|Years|FiscalPeriods|FiscalYears)$/, ONE],
  [/^OlderThanX(Minutes|Hours|Days|Weeks|Months|Years)$/, ONE],
]

const kebab = (name: string): string =>
  name
    .replace('OlderThan', 'Olderthan')
    .replace(/(?!^)([A-Z])/g, '-$1')
    .toLowerCase()

function unknownFunction(name: string): DataverseFault {
  return odataError(
    `An unknown function with name 'Microsoft.Dynamics.CRM.${name}' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed.`,
  )
}

function signatureOf({ name, parameters }: QueryFunction): Signature {
  if (name === 'Contains') {
    throw new DataverseFault(
      400,
      '0x80048415',
      'Contains needs a column with a full-text index, which no table here has.',
    )
  }
  const worded = WORDED.find(([pattern]) => pattern.test(name))
  const found = SIGNATURES.get(name) ?? (worded && signature(kebab(name), worded[1]))
  const fits = found?.parameters.length === parameters.size && found.parameters.every((one) => parameters.has(one))
  // A function is known by its parameters, too: one with others is a function that does not exist.
  if (!found || !fits) throw unknownFunction(name)
  return found
}

function invalidJson(): DataverseFault {
  return odataError(
    "Invalid JSON. A comma character ',' was expected in scope 'Array'. Every two elements in an array and properties of an object must be separated by commas.",
  )
}

const ELEMENT = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(-?\d+(?:\.\d+)?|true|false))\s*(,|$)/y

/** Elements in double or single quotes, or bare numbers. @throws DataverseFault 400 for what separates them wrongly */
export function parseArray(text: string): string[] {
  const inner = text.trim().slice(1, -1).trim()
  const values: string[] = []
  ELEMENT.lastIndex = 0
  while (ELEMENT.lastIndex < inner.length) {
    const found = ELEMENT.exec(inner)
    if (!found) throw invalidJson()
    const [, double, single, bare = ''] = found
    values.push(double === undefined ? (single ?? bare) : (JSON.parse(`"${double}"`) as string))
  }
  return values
}

function literalText(expression: Expression | undefined, name: string): string {
  if (expression?.kind === 'literal' && expression.type !== 'null' && expression.type !== 'array')
    return expression.text
  throw odataError(`The parameter '${name}' of a query function takes one value.`)
}

function valuesOf({ parameters }: QueryFunction, names: readonly string[]): string[] {
  return names.slice(1).flatMap((name) => {
    const given = parameters.get(name)
    if (name !== 'PropertyValues') return literalText(given, name)
    if (given?.kind !== 'literal' || given.type !== 'array') throw invalidJson()
    return parseArray(given.text)
  })
}

function columnOf(entity: Entity, parameter: Expression | undefined): Column {
  const name = literalText(parameter, 'PropertyName')
  const column = entity.columns.get(name)
  if (!column) throw unknownAttribute(entity.logicalName, name)
  return column
}

/** A query function as a test of a row. @throws DataverseFault 400 */
export function queryFunctionTest(reader: Reader, entity: Entity, call: QueryFunction): (row: Row) => Truth {
  const { operator, parameters } = signatureOf(call)
  const column = columnOf(entity, call.parameters.get('PropertyName'))
  const test = conditionTest({ reader, entity, column, operator, values: valuesOf(call, parameters) })
  return (row) => test(valueOf(row, column.name))
}
