import { choicesOf } from '../query/operands.ts'
import { isGuid } from '../query/text.ts'
import { DataverseFault, notEmulated } from '../http/errors.ts'
import type { Column, Entity } from '../schema/schema.ts'
import { isDateOnly } from '../schema/schema.ts'
import { maxLengthOf, precisionOf, rangeOf } from '../schema/writing.ts'
import type { Value } from '../store/store.ts'
import { wrongLiteral } from './errors.ts'

type Reading = (entity: Entity, column: Column, value: unknown) => Value

const MOST_CHOICES = 150

function readText(entity: Entity, column: Column, value: unknown): Value {
  if (typeof value !== 'string') throw wrongLiteral(entity, value, 'Edm.String')
  const most = maxLengthOf(column)
  if (value.length <= most) return value
  const what = `The length of the '${column.name}' attribute of the '${entity.logicalName}' entity`
  const text = `A validation error occurred.  ${what} exceeded the maximum allowed length of '${most}'.`
  throw new DataverseFault(400, '0x80044331', text)
}

function outOfRange(entity: Entity, column: Column, value: number, type: string, code: string): DataverseFault {
  const { min, max } = rangeOf(column)
  const what = `The value ${value} of type ${type} is outside the valid range(${min} to ${max}).`
  const text = `A validation error occurred for ${entity.logicalName}.${column.name}. ${what}`
  return new DataverseFault(400, code, text)
}

function isOutside(column: Column, value: number): boolean {
  const { min, max } = rangeOf(column)
  return value < min || value > max
}

function isInt32(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 2_147_483_648
}

function readInteger(entity: Entity, column: Column, value: unknown): Value {
  if (!isInt32(value)) throw wrongLiteral(entity, value, 'Edm.Int32')
  if (isOutside(column, value)) throw outOfRange(entity, column, value, 'System.Int32', '0x8004432f')
  return value
}

const NET_TYPES: Readonly<Partial<Record<Column['type'], string>>> = {
  Decimal: 'System.Decimal',
  Double: 'System.Double',
  Money: 'Microsoft.Xrm.Sdk.Money',
}

/** More digits than the precision are rounded away; that the service does so, and refuses none, is assumed. */
function readNumber(entity: Entity, column: Column, value: unknown): Value {
  if (typeof value !== 'number')
    throw wrongLiteral(entity, value, column.type === 'Double' ? 'Edm.Double' : 'Edm.Decimal')
  if (isOutside(column, value)) {
    throw outOfRange(entity, column, value, NET_TYPES[column.type] ?? 'System.Decimal', '0x80044330')
  }
  return Number(value.toFixed(Math.min(precisionOf(column), 10)))
}

function requireOption(entity: Entity, column: Column, value: number): void {
  const options = column.options ?? []
  if (options.some((option) => option.value === value)) return
  const what = `The value ${value} of '${column.name}' on record of type '${entity.logicalName}' is outside the valid range.`
  const accepted = options.map((option) => option.value).join(',')
  const text = `A validation error occurred. ${what} Accepted Values: ${accepted}`
  throw new DataverseFault(400, '0x8004431a', text)
}

/** A status reason is held against its state elsewhere. */
function readChoice(entity: Entity, column: Column, value: unknown): Value {
  if (!isInt32(value)) throw wrongLiteral(entity, value, 'Edm.Int32')
  if (column.type === 'Picklist') requireOption(entity, column, value)
  return value
}

function readChoices(entity: Entity, column: Column, value: unknown): Value {
  if (typeof value !== 'string') throw wrongLiteral(entity, value, 'Edm.String')
  const numbers = choicesOf(value).map((text) => {
    if (!/^-?\d+$/.test(text)) throw wrongLiteral(entity, text, 'Edm.Int32')
    return Number(text)
  })
  for (const one of numbers) requireOption(entity, column, one)
  if (numbers.length <= MOST_CHOICES) return [...new Set(numbers)].join(',')
  throw new DataverseFault(400, '0x80040203', `${column.name} takes at most ${MOST_CHOICES} values.`)
}

function readBoolean(entity: Entity, _column: Column, value: unknown): Value {
  if (typeof value !== 'boolean') throw wrongLiteral(entity, value, 'Edm.Boolean')
  return value
}

const EARLIEST = Date.UTC(1753, 0, 1)
const ZONELESS = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(\.\d+)?$/
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?$/

function requireModern(instant: number): void {
  if (instant >= EARLIEST) return
  const text =
    'DateTime is less than minumum value supported by CrmDateTime. Minimum value supported: 01/01/1753 00:00:00'
  throw new DataverseFault(400, '0x80040239', text)
}

/** A moment without an offset is one in UTC, whatever the person's zone; one that knows no zone keeps its clock. */
function readDate(entity: Entity, column: Column, value: unknown): Value {
  const text = typeof value === 'string' ? value : ''
  if (isDateOnly(column)) {
    const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN
    if (Number.isNaN(day) || !new Date(day).toISOString().startsWith(text))
      throw wrongLiteral(entity, value, 'Edm.Date')
    requireModern(day)
    return text
  }
  const isClock = column.behavior === 'TimeZoneIndependent'
  const read = isClock ? text.replace(/(Z|[+-]\d\d:\d\d)$/, '') : text
  const instant = MOMENT.test(text) ? Date.parse(ZONELESS.test(read) ? `${read}Z` : read) : NaN
  if (Number.isNaN(instant)) throw wrongLiteral(entity, value, 'Edm.DateTimeOffset')
  requireModern(instant)
  return stamp(new Date(instant))
}

/** As the store has moments: ISO 8601 UTC to the second. */
export function stamp(moment: Date): string {
  return `${moment.toISOString().slice(0, -'.000Z'.length)}Z`
}

function readGuid(entity: Entity, _column: Column, value: unknown): Value {
  if (typeof value !== 'string' || !isGuid(value)) throw wrongLiteral(entity, value, 'Edm.Guid')
  return value.toLowerCase()
}

const READINGS: Readonly<Partial<Record<Column['type'], Reading>>> = {
  String: readText,
  Memo: readText,
  EntityName: readText,
  Integer: readInteger,
  BigInt: readInteger,
  Decimal: readNumber,
  Double: readNumber,
  Money: readNumber,
  Boolean: readBoolean,
  Picklist: readChoice,
  State: readChoice,
  Status: readChoice,
  MultiSelectPicklist: readChoices,
  DateTime: readDate,
  Uniqueidentifier: readGuid,
}

/** One value as a body has it. @throws DataverseFault 400 for a value that the column does not take */
export function readValue(entity: Entity, column: Column, value: unknown): Value {
  if (value === null) return null
  const read = READINGS[column.type]
  if (!read) throw notEmulated(`writing a column of type ${column.type}`)
  return read(entity, column, value)
}
