import { notEmulated, odataError, unknownProperty } from '../http/errors.ts'
import type { ToOne } from '../store/navigation.ts'
import { follow, isPrincipalNavigation, navigationOf, related } from '../store/navigation.ts'
import type { Comparable, Truth } from '../query/operands.ts'
import { allOf, anyOf, comparable, compareValues, invert, negate } from '../query/operands.ts'
import type { Column, Entity } from '../schema/schema.ts'
import type { Reader } from '../security/security.ts'
import type { Row, Value } from '../store/store.ts'
import { keyOf, textOf, valueOf } from '../store/store.ts'
import { collationKey } from '../query/collation.ts'
import { isGuid, likeTest } from '../query/text.ts'
import type { Call, Comparison, Expression, Lambda, Literal, Not, Path, QueryFunction } from './parser.ts'
import type { EdmType } from './properties.ts'
import { BOOLEAN, DATE, DECIMAL, GUID, INSTANT, INTEGER, STRING, edmTypeOf, findProperty } from './properties.ts'
import { queryFunctionTest } from './query-functions.ts'

/** The rows that names in an expression stand for while it is evaluated. */
export type Scope = { readonly row: Row | null; readonly variables: ReadonlyMap<string, Row> }
export type Predicate = (scope: Scope) => Truth

/** What names in an expression mean while it is checked. */
type Types = { readonly reader: Reader; readonly entity: Entity; readonly variables: ReadonlyMap<string, Entity> }
type Operand = {
  readonly type: EdmType
  readonly value: (scope: Scope) => Comparable | null
  /** Text as it is written, blanks and all: what the text functions look into. */
  readonly text?: (scope: Scope) => string | null
}

const NULL_TYPE: EdmType = { name: '<null>', family: 'null' }
const OPERATOR_NAMES: Readonly<Record<string, string>> = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
}

function incompatible(left: string, right: string, operator: string): Error {
  const text = `A binary operator with incompatible types was detected. Found operand types '${left}' and '${right}'`
  return odataError(`${text} for operator kind '${OPERATOR_NAMES[operator] ?? operator}'.`)
}

function literalOperand(literal: Literal, zone: string): Operand {
  const fixed = (type: EdmType, value: Comparable | null): Operand => ({ type, value: () => value })
  switch (literal.type) {
    case 'string':
      return { ...fixed(STRING, collationKey(literal.text)), text: () => literal.text }
    case 'number':
      return fixed(/^-?\d+$/.test(literal.text) ? INTEGER : DECIMAL, Number(literal.text))
    case 'guid':
      return fixed(GUID, literal.text.toLowerCase())
    case 'boolean':
      return fixed(BOOLEAN, literal.text === 'true')
    case 'date':
      return fixed(DATE, comparable(DAY_COLUMN, literal.text, zone))
    case 'datetime':
      return fixed(INSTANT, Date.parse(literal.text))
    case 'null':
      return fixed(NULL_TYPE, null)
    default:
      throw odataError(`The literal '${literal.text}' cannot be compared.`)
  }
}

const DAY_COLUMN: Column = { name: '', schemaName: '', label: '', type: 'DateTime', behavior: 'DateOnly' }

type Target = {
  readonly entity: Entity
  readonly start: (scope: Scope) => Row | null
  readonly rest: readonly string[]
}

function startOf(path: readonly string[], types: Types): Target {
  const [first = '', ...rest] = path
  const variable = types.variables.get(first)
  if (variable) return { entity: variable, start: ({ variables }) => variables.get(first) ?? null, rest }
  return { entity: types.entity, start: ({ row }) => row, rest: path }
}

function hop(reader: Reader, from: Target, navigation: ToOne): Target {
  const start = (scope: Scope): Row | null => {
    const row = from.start(scope)
    return row && follow(reader, row, navigation)
  }
  return { entity: navigation.target, start, rest: from.rest.slice(1) }
}

/** Walks the lookups of a path up to its last name. */
function walk(path: readonly string[], types: Types): Target {
  let target = startOf(path, types)
  while (target.rest.length > 1) {
    const name = target.rest[0] ?? ''
    if (isPrincipalNavigation(target.entity, name)) return target
    const navigation = navigationOf(target.entity, name)
    if (navigation?.kind !== 'one') throw unknownProperty(name, target.entity.logicalName)
    target = hop(types.reader, target, navigation)
  }
  return target
}

const PRINCIPAL: EdmType = { name: 'Microsoft.Dynamics.CRM.principal', family: 'null' }

/** `ownerid`, or `ownerid/ownerid`: the owner as a principal, who has no other column. */
function principalOperand(target: Target, [, name, ...more]: readonly string[]): Operand {
  if (name !== undefined && (name !== 'ownerid' || more.length > 0)) throw unknownProperty(name, 'principal')
  const value = (scope: Scope): Comparable | null => {
    const row = target.start(scope)
    return row && keyOf(valueOf(row, 'ownerid'))
  }
  return { type: name === undefined ? PRINCIPAL : GUID, value }
}

/** A path that ends at a lookup's navigation property has a type of its own, which compares with nothing but null. */
function navigationOperand(target: Target, name: string, reader: Reader): Operand {
  const navigation = navigationOf(target.entity, name)
  if (navigation?.kind !== 'one') throw unknownProperty(name, target.entity.logicalName)
  const type: EdmType = { name: `Microsoft.Dynamics.CRM.${navigation.target.logicalName}`, family: 'null' }
  const end = hop(reader, target, navigation)
  return { type, value: (scope) => end.start(scope)?.id ?? null }
}

function pathOperand({ segments }: Path, types: Types): Operand {
  const target = walk(segments, types)
  const name = target.rest[0] ?? ''
  if (isPrincipalNavigation(target.entity, name)) return principalOperand(target, target.rest)
  const property = findProperty(target.entity, name)
  if (!property) return navigationOperand(target, name, types.reader)
  const { column } = property
  const zone = types.reader.caller.timeZone
  const stored = (scope: Scope): Value => {
    const row = target.start(scope)
    return row && valueOf(row, column.name)
  }
  const value = (scope: Scope): Comparable | null => comparable(column, stored(scope), zone)
  const text = (scope: Scope): string | null => {
    const written = stored(scope)
    return written === null ? null : textOf(written)
  }
  return { type: edmTypeOf(column), value, text }
}

function operandOf(expression: Expression, types: Types): Operand {
  if (expression.kind === 'literal') return literalOperand(expression, types.reader.caller.timeZone)
  if (expression.kind === 'path') return pathOperand(expression, types)
  const predicate = compile(expression, types)
  return { type: BOOLEAN, value: predicate }
}

function isQuotedGuid(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.type === 'string' && isGuid(expression.text)
}

/** Two types compare when they are of a family; a day with an instant only where the instant is the column. */
function comparablePair({ left, right }: Comparison, leftType: EdmType, rightType: EdmType): boolean {
  if (leftType.family === 'date' && rightType.family === 'date' && leftType !== rightType) {
    const [column, other] = left.kind === 'path' ? [leftType, right] : [rightType, left]
    return column === INSTANT && other.kind === 'literal'
  }
  if (leftType.family === rightType.family) return true
  return (leftType.family === 'guid' && isQuotedGuid(right)) || (rightType.family === 'guid' && isQuotedGuid(left))
}

function compileComparison(comparison: Comparison, types: Types): Predicate {
  const left = operandOf(comparison.left, types)
  const right = operandOf(comparison.right, types)
  const { operator } = comparison
  if (left.type === NULL_TYPE || right.type === NULL_TYPE) {
    const tested = left.type === NULL_TYPE ? right : left
    if (operator !== 'eq' && operator !== 'ne') return () => null
    return (scope) => (tested.value(scope) === null) === (operator === 'eq')
  }
  const bothNavigation = left.type.family === 'null' || right.type.family === 'null'
  if (bothNavigation || !comparablePair(comparison, left.type, right.type)) {
    throw incompatible(left.type.name, right.type.name, operator)
  }
  return (scope) => compareValues(operator, left.value(scope), right.value(scope))
}

function compileCall({ name, parameters }: Call, types: Types): Predicate {
  const [text, part] = parameters.map((parameter) => operandOf(parameter, types))
  if (!text || !part || parameters.length !== 2 || text.type !== STRING || part.type !== STRING) {
    const signature = `${name}(Edm.String Nullable=true, Edm.String Nullable=true)`
    throw odataError(
      `No function signature for the function with name '${name}' matches the specified arguments. The function signatures considered are: ${signature}.`,
    )
  }
  const before = name === 'startswith' ? '' : '%'
  const after = name === 'endswith' ? '' : '%'
  let last: { readonly wanted: string; readonly fits: (text: string) => boolean } | undefined
  return (scope) => {
    const [whole, wanted] = [text.text?.(scope) ?? null, part.text?.(scope) ?? null]
    if (whole === null || wanted === null) return null
    if (last?.wanted !== wanted) last = { wanted, fits: likeTest(`${before}${wanted}${after}`) }
    return last.fits(whole)
  }
}

function compileLambda({ path, quantifier, variable, body }: Lambda, types: Types): Predicate {
  const target = startOf(path, types)
  const name = target.rest[0] ?? ''
  const navigation = navigationOf(target.entity, name)
  if (!navigation) throw unknownProperty(name, target.entity.logicalName)
  if (navigation.kind === 'one' || target.rest.length > 1) {
    throw odataError('Any/All may only be used following a collection.')
  }
  const inner =
    body && variable
      ? compile(body, { ...types, variables: new Map(types.variables).set(variable, navigation.target) })
      : () => true
  return (scope) => {
    const row = target.start(scope)
    const rows = row ? related(types.reader, row, navigation) : []
    const truths = rows.map((one) => inner({ ...scope, variables: new Map(scope.variables).set(variable ?? '', one) }))
    return quantifier === 'any' ? truths.includes(true) : truths.every((truth) => truth === true)
  }
}

/** A negated text function or `eq` is a condition of its own, not-like or ne; all else is inverted as SQL would. */
function compileNot({ operand }: Not, types: Types): Predicate {
  const inner = compile(operand, types)
  const isNegative = operand.kind === 'call' || (operand.kind === 'comparison' && operand.operator === 'eq')
  return isNegative ? (scope) => negate(inner(scope)) : (scope) => invert(inner(scope))
}

/**
 * A query function asks of the row that its path leads to: `any(o:o/Microsoft.Dynamics.CRM.LastXYears(…))`. No page of
 * the documents shows a path before one; published code sends them. What one without a path means under a lambda, none says.
 */
function compileFunction(call: QueryFunction, types: Types): Predicate {
  if (call.path.length === 0 && types.variables.size > 0) {
    throw notEmulated('a query function inside any() or all() that does not say of which row it is')
  }
  const target = walk([...call.path, call.name], types)
  if (target.rest.length > 1) throw unknownProperty(call.name, 'principal')
  const test = queryFunctionTest(types.reader, target.entity, call)
  return (scope) => {
    const row = target.start(scope)
    return row ? test(row) : null
  }
}

function compileOperand(expression: Literal | Path, types: Types): Predicate {
  const operand = operandOf(expression, types)
  if (operand.type !== BOOLEAN) {
    throw odataError('The $filter expression must evaluate to a single boolean value.')
  }
  return (scope) => operand.value(scope) as boolean | null
}

function compile(expression: Expression, types: Types): Predicate {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const parts = expression.operands.map((operand) => compile(operand, types))
      return expression.kind === 'and' ? allOf(parts) : anyOf(parts)
    }
    case 'not':
      return compileNot(expression, types)
    case 'comparison':
      return compileComparison(expression, types)
    case 'call':
      return compileCall(expression, types)
    case 'function':
      return compileFunction(expression, types)
    case 'lambda':
      return compileLambda(expression, types)
    default:
      return compileOperand(expression, types)
  }
}

const NONE: Scope['variables'] = new Map()

/** Checks a filter against a table and makes it runnable. @throws DataverseFault 400 in the service's words */
export function compileFilter(expression: Expression, reader: Reader, entity: Entity): (row: Row) => boolean {
  const predicate = compile(expression, { reader, entity, variables: new Map() })
  return (row) => predicate({ row, variables: NONE }) === true
}
