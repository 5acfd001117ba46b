import { instantOf, isCountedWindow, isFixedWindow, localDate, relativeWindow } from './dates.ts'
import type { Window } from './dates.ts'
import { DataverseFault, invalidValue, notEmulated } from './errors.ts'
import type { Column, Entity } from './schema.ts'
import { entityNamed, isChoice, isDateOnly, isLookup } from './schema.ts'
import type { Reader } from './security.ts'
import type { Row, Value } from './store.ts'
import { isReference, keyOf, nameOf, textOf, valueOf } from './store.ts'
import { isGuid, likePattern } from './text.ts'

/** SQL's three values: null is "unknown", which no filter lets through and `not` leaves unknown. */
export type Truth = boolean | null
export type Comparable = string | number | boolean
export type Test = (value: Value) => Truth

/** Sources differ on whether a negative condition holds for a null column; here it does not (facts: XrmMockup). */
const NEGATIVES_MATCH_NULL = false as boolean

const DAY_PATTERN = /^\d{4}-\d{2}-\d{2}$/

/** An instant in ms; text without a zone is the user's wall clock. */
export function parseInstant(text: string, timeZone: string): number {
  const iso = text.trim().replace(' ', 'T')
  if (/(Z|[+-]\d{2}:\d{2})$/i.test(iso)) return Date.parse(iso)
  return instantOf(Date.parse(DAY_PATTERN.test(iso) ? `${iso}T00:00:00Z` : `${iso}Z`), timeZone)
}

/** A stored value as something that `<` understands; dates become ms, a DateOnly its user's midnight. */
export function comparable(column: Column, value: Value, timeZone: string): Comparable | null {
  if (value === null) return null
  if (column.type === 'DateTime') {
    return isDateOnly(column) ? parseInstant(textOf(value), timeZone) : Date.parse(textOf(value))
  }
  if (typeof value === 'number' || typeof value === 'boolean') return value
  return keyOf(value)
}

function parseNumber(column: Column, text: string): number {
  const state = column.type === 'State' && column.options?.find(({ label }) => label === text)
  if (state) return state.value
  const whole = isChoice(column) || column.type === 'Integer' || column.type === 'BigInt'
  const pattern = whole ? /^\s*-?\d+\s*$/ : /^\s*-?\d+(\.\d+)?\s*$/
  if (pattern.test(text)) return Number(text)
  throw invalidValue(`The value '${text}' of the condition on '${column.name}' is not of type ${column.type}.`)
}

function parseGuid(column: Column, text: string): string {
  const bare = text.trim().replace(/^\{(.*)\}$/, '$1')
  if (isGuid(bare)) return bare.toLowerCase()
  throw invalidValue(`Expected a Guid for the condition on '${column.name}', received '${text}'.`)
}

function parseBoolean(column: Column, text: string): boolean {
  if (/^(1|true)$/i.test(text)) return true
  if (/^(0|false)$/i.test(text)) return false
  throw invalidValue(`The value '${text}' of the condition on '${column.name}' is not of type Boolean.`)
}

/** Reads a condition's text by the column's type. @throws DataverseFault 400 for text of another type */
export function parseOperand(column: Column, text: string, timeZone: string): Comparable {
  if (column.type === 'DateTime') {
    const instant = parseInstant(text, timeZone)
    if (Number.isNaN(instant))
      throw invalidValue(`The date-time format for ${text} is invalid, or value is outside the supported range.`)
    return instant
  }
  if (column.type === 'Boolean') return parseBoolean(column, text)
  if (column.type === 'Uniqueidentifier' || isLookup(column)) return parseGuid(column, text)
  if (isChoice(column) || ['Integer', 'BigInt', 'Decimal', 'Double', 'Money'].includes(column.type)) {
    return parseNumber(column, text)
  }
  return text.toLowerCase()
}

type Context = {
  readonly reader: Reader
  readonly column: Column
  readonly entity: Entity
  readonly values: readonly string[]
}

const ORDERINGS: Readonly<Record<string, (left: Comparable, right: Comparable) => boolean>> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  gt: (left, right) => left > right,
  ge: (left, right) => left >= right,
  lt: (left, right) => left < right,
  le: (left, right) => left <= right,
}

export function compareValues(operator: string, left: Comparable | null, right: Comparable | null): Truth {
  if (left === null || right === null) return operator === 'ne' && NEGATIVES_MATCH_NULL ? true : null
  return ORDERINGS[operator]?.(left, right) ?? null
}

export function isOrdering(operator: string): boolean {
  return operator in ORDERINGS
}

const negated = (test: Test): Test => {
  return (value) => {
    if (value === null) return NEGATIVES_MATCH_NULL ? true : null
    const truth = test(value)
    return truth === null ? null : !truth
  }
}

const zoneOf = ({ reader }: Context): string => reader.caller.timeZone

function orderingTest(operator: string, context: Context): Test {
  const operand = parseOperand(context.column, context.values[0] ?? '', zoneOf(context))
  return (value) => compareValues(operator, comparable(context.column, value, zoneOf(context)), operand)
}

function anyOfTest(context: Context): Test {
  const operands = new Set(context.values.map((text) => parseOperand(context.column, text, zoneOf(context))))
  return (value) => {
    const known = comparable(context.column, value, zoneOf(context))
    return known === null ? null : operands.has(known)
  }
}

function betweenTest(context: Context): Test {
  const [low, high] = context.values.map((text) => parseOperand(context.column, text, zoneOf(context)))
  if (low === undefined || high === undefined || context.values.length !== 2) {
    throw invalidValue(`The operator 'between' on '${context.column.name}' takes exactly two values.`)
  }
  return (value) => {
    const known = comparable(context.column, value, zoneOf(context))
    return known === null ? null : known >= low && known <= high
  }
}

/** Text conditions on a lookup compare the primary name of the row that it points at. */
function likeTest(context: Context, before: string, after: string): Test {
  const pattern = likePattern(`${before}${context.values[0] ?? ''}${after}`)
  return (value) => {
    if (value === null) return null
    const target = isReference(value) ? context.reader.store.get(value.entity, value.id) : undefined
    return pattern.test(isReference(value) ? ((target && nameOf(target)) ?? '') : String(value))
  }
}

function windowTest({ from, to }: Window, context: Context): Test {
  return (value) => {
    const instant = comparable(context.column, value, zoneOf(context))
    if (typeof instant !== 'number') return null
    return (from === undefined || instant >= from) && (to === undefined || instant < to)
  }
}

function relativeDateTest(operator: string, context: Context): Test {
  requireDate(operator, context)
  const count = isCountedWindow(operator) ? Number(context.values[0]) : 0
  if (isCountedWindow(operator) && (!Number.isInteger(count) || count < 1)) {
    throw invalidValue(`The operator '${operator}' on '${context.column.name}' takes a whole number greater than zero.`)
  }
  return windowTest(relativeWindow(operator, count, context.reader.now, zoneOf(context)) ?? {}, context)
}

function requireDate(operator: string, { column }: Context): void {
  if (column.type === 'DateTime') return
  const text = `The operator '${operator}' is not valid for the attribute '${column.name}' of type ${column.type}.`
  throw new DataverseFault(400, '0x80048415', text)
}

function dayTest(operator: string, context: Context): Test {
  requireDate(operator, context)
  const zone = zoneOf(context)
  const date = localDate(Number(parseOperand(context.column, context.values[0] ?? '', zone)), zone)
  const start = instantOf(Date.parse(`${date}T00:00:00Z`), zone)
  const end = instantOf(Date.parse(`${date}T00:00:00Z`) + 86_400_000, zone)
  if (operator === 'on') return windowTest({ from: start, to: end }, context)
  return windowTest(operator === 'on-or-after' ? { from: start } : { to: end }, context)
}

const oneOf = (ids: Iterable<string>): Test => {
  const known = new Set(ids)
  return (value) => (value === null ? null : known.has(keyOf(value) ?? ''))
}

function hierarchyColumn({ column, entity }: Context): { readonly entity: Entity; readonly parent: string } {
  const target = isLookup(column) ? entityNamed(column.targets?.[0] ?? entity.logicalName) : entity
  const parent = [...target.columns.values()].find(
    (one) => one.name.startsWith('parent') && one.targets?.length === 1 && one.targets[0] === target.logicalName,
  )
  if (!parent) throw notEmulated(`a hierarchy on ${target.logicalName}`)
  return { entity: target, parent: parent.name }
}

function ancestors(store: Reader['store'], entity: Entity, parent: string, id: string): string[] {
  const row = store.get(entity.logicalName, id)
  const above = row ? keyOf(valueOf(row, parent)) : null
  return above === null ? [] : [above, ...ancestors(store, entity, parent, above)]
}

function hierarchyTest(operator: string, context: Context): Test {
  const { entity, parent } = hierarchyColumn(context)
  const { store } = context.reader
  const id = parseGuid(context.column, context.values[0] ?? '')
  const self = operator.startsWith('eq-or-') ? [id] : []
  if (operator.endsWith('above')) return oneOf([...ancestors(store, entity, parent, id), ...self])
  const below = store.rows(entity.logicalName).filter((row) => ancestors(store, entity, parent, row.id).includes(id))
  return oneOf([...below.map((row) => row.id), ...self])
}

function fiscalYearTest(context: Context): Test {
  requireDate('in-fiscal-year', context)
  return (value) => (value === null ? null : textOf(value).startsWith(`${context.values[0] ?? ''}-`))
}

function fiscalPeriodTest(context: Context): Test {
  requireDate('in-fiscal-period', context)
  const [period, year] = context.values
  return (value) => {
    if (value === null) return null
    const quarter = Math.ceil(Number(textOf(value).slice(5, 7)) / 3)
    return quarter === Number(period) && (year === undefined || textOf(value).startsWith(`${year}-`))
  }
}

const isNull: Test = (value) => value === null

type Build = (context: Context) => Test
const OPERATORS: Readonly<Record<string, Build>> = {
  null: () => isNull,
  'not-null': () => (value) => value !== null,
  in: anyOfTest,
  'not-in': (context) => negated(anyOfTest(context)),
  between: betweenTest,
  'not-between': (context) => negated(betweenTest(context)),
  like: (context) => likeTest(context, '', ''),
  'not-like': (context) => negated(likeTest(context, '', '')),
  'begins-with': (context) => likeTest(context, '', '%'),
  'not-begin-with': (context) => negated(likeTest(context, '', '%')),
  'ends-with': (context) => likeTest(context, '%', ''),
  'not-end-with': (context) => negated(likeTest(context, '%', '')),
  'eq-userid': ({ reader }) => oneOf([reader.caller.user.id]),
  'ne-userid': ({ reader }) => negated(oneOf([reader.caller.user.id])),
  'eq-userteams': ({ reader }) => oneOf(reader.caller.teamIds),
  'eq-useroruserteams': ({ reader }) => oneOf([reader.caller.user.id, ...reader.caller.teamIds]),
  'eq-businessid': ({ reader }) => oneOf([reader.caller.businessUnitId]),
  'ne-businessid': ({ reader }) => negated(oneOf([reader.caller.businessUnitId])),
  'in-fiscal-year': fiscalYearTest,
  'in-fiscal-period': fiscalPeriodTest,
  'in-fiscal-period-and-year': fiscalPeriodTest,
  above: (context) => hierarchyTest('above', context),
  'eq-or-above': (context) => hierarchyTest('eq-or-above', context),
  under: (context) => hierarchyTest('under', context),
  'eq-or-under': (context) => hierarchyTest('eq-or-under', context),
  'not-under': (context) => negated(hierarchyTest('eq-or-under', context)),
}
const NOT_EMULATED = new Set([
  'eq-useroruserhierarchy',
  'eq-useroruserhierarchyandteams',
  'eq-userlanguage',
  'contain-values',
  'not-contain-values',
  'in-or-before-fiscal-period-and-year',
  'in-or-after-fiscal-period-and-year',
])

/** A FetchXML condition as a test of one column's value. @throws DataverseFault 400 for a bad operator or value */
export function conditionTest(
  reader: Reader,
  entity: Entity,
  column: Column,
  operator: string,
  values: readonly string[],
): Test {
  const context = { reader, column, entity, values }
  const name = operator === 'neq' ? 'ne' : operator
  if (isOrdering(name)) return orderingTest(name, context)
  if (isFixedWindow(name) || isCountedWindow(name)) return relativeDateTest(name, context)
  if (name === 'on' || name === 'on-or-after' || name === 'on-or-before') return dayTest(name, context)
  const build = OPERATORS[name]
  if (build) return build(context)
  if (NOT_EMULATED.has(name)) throw notEmulated(`the condition operator '${name}'`)
  throw new DataverseFault(400, '0x80044253', `Invalid operator code: '${operator}'.`)
}

export function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false
  return truths.includes(null) ? null : true
}

export function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true
  return truths.includes(null) ? null : false
}

export function rowValue(row: Row | null, column: Column): Value {
  return row === null ? null : valueOf(row, column.name)
}
