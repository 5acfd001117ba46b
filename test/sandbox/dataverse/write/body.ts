import type { WriteRequest } from '../http/api.ts'
import { notEmulated, odataError } from '../http/errors.ts'
import { findProperty } from '../odata/properties.ts'
import type { Column, Entity } from '../schema/schema.ts'
import { entityNamed } from '../schema/schema.ts'
import type { Operation } from '../schema/writing.ts'
import { isValidFor } from '../schema/writing.ts'
import { navigationOf } from '../store/navigation.ts'
import type { Row, Value } from '../store/store.ts'
import { boundRow, lookupOf } from './binds.ts'
import { cannotBeNull, payloadError, unknownName, wrongLiteral } from './errors.ts'
import { readValue } from './values.ts'

export type Members = Readonly<Record<string, unknown>>

/** What a body asks to be written, of the columns that may be. */
export type Written = {
  readonly values: Readonly<Record<string, Value>>
  /** The rows that lookups are bound to. */
  readonly bound: readonly Row[]
  readonly parties: readonly Written[]
}

/** A body on its way to be read. */
type Reading = {
  readonly entity: Entity
  readonly operation: Operation
  readonly request: WriteRequest
  readonly values: Record<string, Value>
  readonly bound: Row[]
  readonly parties: Written[]
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @throws DataverseFault 400 0x80048d19 for a body that is no JSON object */
export function parseBody({ headers, body }: WriteRequest, entity: Entity): Members {
  const type = headers.get('content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) throw odataError(`The content type '${type}' is not supported.`, 415)
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    value = undefined
  }
  if (isMembers(value)) return value
  throw payloadError(entity, 'Microsoft.OData.ODataException: The body is not a JSON object.')
}

/** A column that the operation does not take is left out without a word: entity-attribute-metadata. */
function set({ operation, values }: Reading, column: Column, value: Value): void {
  if (!isValidFor(operation, column)) return
  if (value === null && column.required === 'SystemRequired') throw cannotBeNull(column.name)
  values[column.name] = value
}

function columnOf(entity: Entity, name: string): Column {
  const column = entity.columns.get(name)
  if (!column) throw unknownName(entity, name)
  return column
}

function readBind(reading: Reading, name: string, value: unknown): void {
  const { entity, operation, request, values, bound } = reading
  const [lookup, row] = boundRow(entity, name, value, request)
  const column = columnOf(entity, lookup.column)
  if (column.name in values) throw notEmulated(`two values for the lookup ${column.name}`)
  set(reading, column, { entity: row.entity.logicalName, id: row.id })
  if (isValidFor(operation, column)) bound.push(row)
}

/** The parties of a new activity; every other row inside a row is not emulated. */
function readParties({ entity, operation, request, parties }: Reading, name: string, value: unknown): void {
  const isParties = name === `${entity.logicalName}_activity_parties` && operation === 'create'
  if (!isParties) throw notEmulated(`the deep insert of ${name}`)
  if (!Array.isArray(value)) throw wrongLiteral(entity, value, 'Collection(Microsoft.Dynamics.CRM.activityparty)')
  for (const one of value as readonly unknown[]) {
    if (!isMembers(one)) throw wrongLiteral(entity, one, 'Microsoft.Dynamics.CRM.activityparty')
    parties.push(readMembers(entityNamed('activityparty'), one, 'create', request))
  }
}

function readNavigation(reading: Reading, name: string, value: unknown): void {
  const lookup = lookupOf(reading.entity, name)
  if (lookup && value !== null) throw notEmulated(`the deep insert of ${name}`)
  if (lookup) set(reading, columnOf(reading.entity, lookup.column), null)
  else readParties(reading, name, value)
}

function readMember(reading: Reading, name: string, value: unknown): void {
  const { entity } = reading
  const property = findProperty(entity, name)
  if (!property) throw unknownName(entity, name)
  if (name !== property.column.name) {
    throw odataError(
      'CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.',
    )
  }
  set(reading, property.column, readValue(entity, property.column, value))
}

/** Instance annotations have a period in their name; what they say is not needed. */
function checkAnnotation(entity: Entity, name: string): void {
  if (name.slice(1, -1).includes('.') && !name.startsWith('.') && !name.endsWith('.')) return
  const rule = 'An instance annotation name must contain a period that is not at the start or end of the name.'
  throw payloadError(entity, `System.ArgumentException: '${name}' is an invalid instance annotation name. ${rule}`)
}

/** Reads the members of a row. @throws DataverseFault for what the table does not have or take */
export function readMembers(entity: Entity, members: Members, operation: Operation, request: WriteRequest): Written {
  const reading: Reading = { entity, operation, request, values: {}, bound: [], parties: [] }
  for (const [key, value] of Object.entries(members)) {
    const [name = '', annotation] = key.split(/@(.*)/s)
    if (annotation === 'odata.bind') readBind(reading, name, value)
    else if (annotation !== undefined) checkAnnotation(entity, annotation)
    else if (lookupOf(entity, name) ?? navigationOf(entity, name)) readNavigation(reading, name, value)
    else readMember(reading, name, value)
  }
  return reading
}
