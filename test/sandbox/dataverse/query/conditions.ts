import { dayWindow, fiscalWindow, isCountedWindow, isFixedWindow, localDate, relativeWindow } from './dates.ts'
import type { Window } from './dates.ts'
import { DataverseFault, invalidArgument, invalidValue } from '../http/errors.ts'
import { above, below, reportingLine, requireHierarchy, teamsOf } from '../security/hierarchy.ts'
import type { Comparable, Truth } from './operands.ts'
import {
  choicesOf,
  comparable,
  compareValues,
  isOrdering,
  negate,
  parseGuid,
  parseOperand,
  UNKNOWN_NEGATED,
} from './operands.ts'
import type { Column, Entity } from '../schema/schema.ts'
import { isLookup, isMultiChoice } from '../schema/schema.ts'
import type { Reader } from '../security/security.ts'
import type { Value } from '../store/store.ts'
import { isReference, keyOf, nameOf, textOf, valueOf } from '../store/store.ts'
import { likeTest } from './text.ts'

export type Test = (value: Value) => Truth

export type Condition = {
  readonly reader: Reader
  readonly column: Column
  readonly entity: Entity
  readonly operator: string
  readonly values: readonly string[]
}

const zoneOf = ({ reader }: Condition): string => reader.caller.timeZone
const first = ({ values }: Condition): string => values[0] ?? ''

/** A test that answers for a known value only; null stays unknown. */
const known = (test: (value: Exclude<Value, null>) => Truth): Test => {
  return (value) => (value === null ? null : test(value))
}

const negated = (test: Test): Test => {
  return (value) => (value === null ? UNKNOWN_NEGATED : negate(test(value)))
}

const operandsOf = (condition: Condition): Comparable[] =>
  condition.values.map((text) => parseOperand(condition.column, text, zoneOf(condition)))

const asComparable = (condition: Condition, value: Value): Comparable | null =>
  comparable(condition.column, value, zoneOf(condition))

function orderingTest(condition: Condition): Test {
  const operator = condition.operator === 'neq' ? 'ne' : condition.operator
  const [operand = null] = operandsOf(condition)
  return (value) => compareValues(operator, asComparable(condition, value), operand)
}

function anyOfTest(condition: Condition): Test {
  const operands = new Set(operandsOf(condition))
  return known((value) => operands.has(asComparable(condition, value) ?? ''))
}

function betweenTest(condition: Condition): Test {
  const [low = '', high = ''] = operandsOf(condition)
  return known((value) => {
    const found = asComparable(condition, value)
    return found === null ? null : found >= low && found <= high
  })
}

/** Text conditions on a lookup compare the primary name of the row that it points at. */
function textTest(condition: Condition, before: string, after: string): Test {
  const fits = likeTest(`${before}${first(condition)}${after}`)
  return known((value) => {
    if (!isReference(value)) return fits(String(value))
    const target = condition.reader.store.get(value.entity, value.id)
    return fits((target && nameOf(target)) ?? '')
  })
}

/** Any of the listed options among those of the row. */
function containValuesTest(condition: Condition): Test {
  requireType(condition, isMultiChoice(condition.column))
  const wanted = new Set(operandsOf(condition).flatMap((operand) => choicesOf(String(operand))))
  return known((value) => choicesOf(textOf(value)).some((choice) => wanted.has(choice)))
}

function requireType({ operator, column }: Condition, fits: boolean): void {
  if (fits) return
  const text = `The operator '${operator}' is not valid for the attribute '${column.name}' of type ${column.type}.`
  throw new DataverseFault(400, '0x80048415', text)
}

function requireDate(condition: Condition): void {
  requireType(condition, condition.column.type === 'DateTime')
}

function windowTest({ from, to }: Window, condition: Condition): Test {
  return (value) => {
    const instant = asComparable(condition, value)
    if (typeof instant !== 'number') return null
    return (from === undefined || instant >= from) && (to === undefined || instant < to)
  }
}

function wholeNumber(condition: Condition, text: string): number {
  const { column, operator } = condition
  if (/^\s*\d+\s*$/.test(text) && Number(text) > 0) return Number(text)
  throw new DataverseFault(
    400,
    '0x8004110c',
    `A value greater than zero must be specified for the operator '${operator}' on '${column.name}', not '${text}'.`,
  )
}

function relativeDateTest(condition: Condition): Test {
  requireDate(condition)
  const { operator, reader } = condition
  const count = isCountedWindow(operator) ? wholeNumber(condition, first(condition)) : 0
  return windowTest(relativeWindow(operator, count, reader.now, zoneOf(condition)) ?? {}, condition)
}

function dayTest(condition: Condition): Test {
  requireDate(condition)
  const zone = zoneOf(condition)
  const { from, to } = dayWindow(localDate(Number(operandsOf(condition)[0]), zone), zone)
  if (condition.operator === 'on') return windowTest({ from, to }, condition)
  return windowTest(condition.operator === 'on-or-after' ? { from } : { to }, condition)
}

/** `in-fiscal-year` year · `in-fiscal-period` period · `in-…-fiscal-period-and-year` period, year. */
function fiscalTest(condition: Condition): Test {
  requireDate(condition)
  const zone = zoneOf(condition)
  const { operator, values } = condition
  const [one = 0, year] = values.map((text) => wholeNumber(condition, text))
  if (operator === 'in-fiscal-year') return windowTest(fiscalWindow(one, undefined, zone), condition)
  if (one > 4) throw invalidValue(`The fiscal period ${one} of '${condition.column.name}' does not exist: 1 to 4.`)
  if (year === undefined) {
    return known((value) => {
      const month = Number(localDate(Number(asComparable(condition, value)), zone).slice(5, 7))
      return Math.ceil(month / 3) === one
    })
  }
  const { from, to } = fiscalWindow(year, one, zone)
  if (operator.startsWith('in-or-before')) return windowTest({ to }, condition)
  return windowTest(operator.startsWith('in-or-after') ? { from } : { from, to }, condition)
}

function oneOf(condition: Condition, ids: Iterable<string>): Test {
  requireType(condition, isLookup(condition.column) || condition.column.type === 'Uniqueidentifier')
  const wanted = new Set(ids)
  return known((value) => wanted.has(keyOf(value) ?? ''))
}

function hierarchyTest(condition: Condition, side: typeof above, itself: boolean): Test {
  const { column, entity, operator, reader } = condition
  const hierarchy = requireHierarchy(column, entity, operator)
  const id = parseGuid(column, first(condition))
  return oneOf(condition, [...side(reader.store, hierarchy, id), ...(itself ? [id] : [])])
}

function userLanguageTest(condition: Condition): Test {
  const { reader, column } = condition
  requireType(condition, column.type === 'Integer' || column.type === 'Picklist')
  const settings = reader.store.get('usersettings', reader.caller.user.id)
  const language = settings ? valueOf(settings, 'uilanguageid') : null
  return known((value) => value === language)
}

const userAndTeams = ({ caller }: Reader): string[] => [caller.user.id, ...caller.teamIds]

function lineAndTeams(reader: Reader): string[] {
  const line = reportingLine(reader)
  return [...line, ...reader.caller.teamIds, ...teamsOf(reader, line)]
}

type Build = (condition: Condition) => Test
/** How many values an operator takes, and the test that it makes of them. */
type Operator = { readonly arity: 0 | 1 | 2 | 'list'; readonly build: Build }

const operator = (arity: Operator['arity'], build: Build): Operator => ({ arity, build })
const not =
  (build: Build): Build =>
  (condition) =>
    negated(build(condition))
const ids =
  (find: (reader: Reader) => Iterable<string>): Build =>
  (condition) =>
    oneOf(condition, find(condition.reader))
const like =
  (before: string, after: string): Build =>
  (condition) =>
    textTest(condition, before, after)
const tree =
  (side: typeof above, itself: boolean): Build =>
  (condition) =>
    hierarchyTest(condition, side, itself)

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...['eq', 'ne', 'neq', 'gt', 'ge', 'lt', 'le'].map((name): [string, Operator] => [name, operator(1, orderingTest)]),
  ['null', operator(0, () => (value) => value === null)],
  ['not-null', operator(0, () => (value) => value !== null)],
  ['in', operator('list', anyOfTest)],
  ['not-in', operator('list', not(anyOfTest))],
  ['between', operator(2, betweenTest)],
  ['not-between', operator(2, not(betweenTest))],
  ['like', operator(1, like('', ''))],
  ['not-like', operator(1, not(like('', '')))],
  ['begins-with', operator(1, like('', '%'))],
  ['not-begin-with', operator(1, not(like('', '%')))],
  ['ends-with', operator(1, like('%', ''))],
  ['not-end-with', operator(1, not(like('%', '')))],
  ['contain-values', operator('list', containValuesTest)],
  ['not-contain-values', operator('list', not(containValuesTest))],
  [
    'eq-userid',
    operator(
      0,
      ids(({ caller }) => [caller.user.id]),
    ),
  ],
  ['ne-userid', operator(0, not(ids(({ caller }) => [caller.user.id])))],
  [
    'eq-userteams',
    operator(
      0,
      ids(({ caller }) => caller.teamIds),
    ),
  ],
  ['eq-useroruserteams', operator(0, ids(userAndTeams))],
  ['eq-useroruserhierarchy', operator(0, ids(reportingLine))],
  ['eq-useroruserhierarchyandteams', operator(0, ids(lineAndTeams))],
  [
    'eq-businessid',
    operator(
      0,
      ids(({ caller }) => [caller.businessUnitId]),
    ),
  ],
  ['ne-businessid', operator(0, not(ids(({ caller }) => [caller.businessUnitId])))],
  ['eq-userlanguage', operator(0, userLanguageTest)],
  ['above', operator(1, tree(above, false))],
  ['eq-or-above', operator(1, tree(above, true))],
  ['under', operator(1, tree(below, false))],
  ['eq-or-under', operator(1, tree(below, true))],
  ['not-under', operator(1, not(tree(below, false)))],
  ['on', operator(1, dayTest)],
  ['on-or-after', operator(1, dayTest)],
  ['on-or-before', operator(1, dayTest)],
  ['in-fiscal-year', operator(1, fiscalTest)],
  ['in-fiscal-period', operator(1, fiscalTest)],
  ['in-fiscal-period-and-year', operator(2, fiscalTest)],
  ['in-or-before-fiscal-period-and-year', operator(2, fiscalTest)],
  ['in-or-after-fiscal-period-and-year', operator(2, fiscalTest)],
])

function operatorOf(name: string): Operator {
  const found = OPERATORS.get(name)
  if (found) return found
  if (isFixedWindow(name)) return operator(0, relativeDateTest)
  if (isCountedWindow(name)) return operator(1, relativeDateTest)
  throw new DataverseFault(400, '0x80044253', `Invalid operator code: '${name}'.`)
}

function checkArity({ arity }: Operator, { column, operator: name, values }: Condition): void {
  const given = values.length
  if (arity === 0 || (arity === 'list' ? given > 0 : given === arity)) return
  const where = `Condition for attribute '${column.name}'`
  if (given === 0) {
    throw invalidArgument(
      `${where}: null is not a valid value for an attribute. Use 'Null' or 'NotNull' conditions instead.`,
    )
  }
  throw invalidValue(`${where}: the operator '${name}' takes ${arity} value${arity === 1 ? '' : 's'}, not ${given}.`)
}

/** A FetchXML condition as a test of one column's value. @throws DataverseFault 400 for a bad operator or value */
export function conditionTest(condition: Condition): Test {
  const found = operatorOf(condition.operator)
  checkArity(found, condition)
  return found.build(condition)
}

/** Whether an operator may compare two columns (`valueof`). */
export function comparesColumns(name: string): boolean {
  return name === 'neq' || isOrdering(name)
}
