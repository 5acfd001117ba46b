import type { Answer, ApiRequest } from './api.ts'
import { DataverseFault, missingRow, notEmulated, odataError, unknownSegment } from './errors.ts'
import { answerFetch } from './fetchxml/answer.ts'
import { answerMetadata, isMetadataPath } from './metadata/answer.ts'
import { follow, navigationOf, related } from './navigation.ts'
import { answerCollection, answerCount, answerRow } from './odata/collection.ts'
import { findProperty, requireProperty } from './odata/properties.ts'
import { writeValue } from './odata/serialize.ts'
import type { Segment } from './path.ts'
import { parseKey, parseSegment } from './path.ts'
import type { Entity } from './schema.ts'
import { entityOfSet } from './schema.ts'
import type { Reader } from './security.ts'
import type { Row } from './store.ts'
import { keyOf, textOf, valueOf } from './store.ts'
import { isGuid } from './text.ts'

export type RequestKind = 'whoami' | 'metadata' | 'query' | 'record' | 'fetchxml'
export const ORGANISATION_ID = '5e1f0b8c-7a4d-4c39-9d2e-3b6a8f0c1d2e'

export function kindOf(path: readonly string[], query: ReadonlyMap<string, string>): RequestKind {
  const first = path[0] ?? ''
  if (/^WhoAmI(\(\))?$/.test(first)) return 'whoami'
  if (isMetadataPath(first)) return 'metadata'
  if (query.has('fetchXml')) return 'fetchxml'
  return first.includes('(') ? 'record' : 'query'
}

function whoAmI({ base, reader: { caller } }: ApiRequest): Answer {
  const body = {
    '@odata.context': `${base}$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse`,
    BusinessUnitId: caller.businessUnitId,
    UserId: caller.user.id,
    OrganizationId: ORGANISATION_ID,
  }
  return { status: 200, body }
}

function findByColumns(entity: Entity, columns: ReadonlyMap<string, string>, reader: Reader): Row {
  const wanted = [...columns].map(([name, text]) => ({ column: requireProperty(entity, name).column.name, text }))
  const found = reader
    .rows(entity)
    .find((row) => wanted.every(({ column, text }) => keyOf(valueOf(row, column)) === text.toLowerCase()))
  if (found) return found
  const text = `A record with the specified key values does not exist in ${entity.logicalName} entity`
  throw new DataverseFault(404, '0x80060891', text)
}

function rowOf(entity: Entity, keyText: string, reader: Reader): Row {
  const key = parseKey(keyText)
  return 'id' in key ? reader.require(entity, key.id) : findByColumns(entity, key.columns, reader)
}

/** The sandbox has no saved views: every id is a missing one. */
function refuseSavedQuery({ query }: ApiRequest): void {
  for (const [parameter, entity] of [
    ['savedQuery', 'savedquery'],
    ['userQuery', 'userquery'],
  ] as const) {
    const id = query.get(parameter)
    if (id === undefined) continue
    if (!isGuid(id)) throw odataError(`Guid should contain 32 digits with 4 dashes (${parameter}).`)
    throw missingRow(entity, id)
  }
}

function answerSet(entity: Entity, rows: readonly Row[], rest: readonly string[], request: ApiRequest): Answer {
  refuseSavedQuery(request)
  if (rest.length === 0) {
    const fetchXml = request.query.get('fetchXml')
    return fetchXml === undefined ? answerCollection(entity, rows, request) : answerFetch(entity, fetchXml, request)
  }
  if (rest.length === 1 && rest[0] === '$count') return answerCount(entity, rows, request)
  if (rest[0]?.startsWith('Microsoft.Dynamics.CRM.')) throw notEmulated(`the function ${rest[0]}`)
  throw unknownSegment(rest[0] ?? '')
}

function answerProperty(row: Row, name: string, rest: readonly string[], request: ApiRequest): Answer {
  const { column, key } = requireProperty(row.entity, name)
  const value = valueOf(row, column.name)
  if (rest[0] === '$value') return { status: 200, body: textOf(value), contentType: 'text/plain' }
  if (rest.length > 0) throw unknownSegment(rest[0] ?? '')
  const context = `${request.base}$metadata#${row.entity.entitySetName}(${row.id})/${key}`
  const written: Record<string, unknown> = {}
  writeValue(written, 'value', column, value, row, request)
  return { status: value === null ? 204 : 200, body: value === null ? '' : { '@odata.context': context, ...written } }
}

function answerReference(row: Row | null, request: ApiRequest): Answer {
  if (!row) return { status: 204, body: '' }
  const id = `${request.base}${row.entity.entitySetName}(${row.id})`
  return { status: 200, body: { '@odata.context': `${request.base}$metadata#$ref`, '@odata.id': id } }
}

function answerBelow(row: Row, [text = '', ...rest]: readonly string[], request: ApiRequest): Answer {
  const segment: Segment = parseSegment(text)
  if (segment.name.startsWith('Microsoft.Dynamics.CRM.')) throw notEmulated(`the function ${segment.name}`)
  if (findProperty(row.entity, segment.name)) return answerProperty(row, segment.name, rest, request)
  const navigation = navigationOf(row.entity, segment.name)
  if (!navigation) throw unknownSegment(segment.name)
  if (navigation.kind !== 'one') {
    const rows = related(request.reader, row, navigation)
    if (rest[0] === '$ref') throw notEmulated('$ref on a collection')
    return answerSet(navigation.target, rows, rest, request)
  }
  const target = follow(request.reader, row, navigation)
  if (rest[0] === '$ref') return answerReference(target, request)
  if (!target) return { status: 204, body: '' }
  return rest.length === 0 ? answerRow(target, request) : answerBelow(target, rest, request)
}

/** Finds what a path means and answers it. @throws DataverseFault */
export function answer(request: ApiRequest): Answer {
  const [first = '', ...rest] = request.path
  if (/^WhoAmI(\(\))?$/.test(first) && rest.length === 0) return whoAmI(request)
  if (isMetadataPath(first)) return answerMetadata(request)
  if (first.startsWith('$')) throw notEmulated(first)
  const segment = parseSegment(first)
  const entity = entityOfSet(segment.name)
  if (!entity) throw unknownSegment(segment.name)
  if (segment.key === undefined) return answerSet(entity, request.reader.rows(entity), rest, request)
  const row = rowOf(entity, segment.key, request.reader)
  return rest.length === 0 ? answerRow(row, request) : answerBelow(row, rest, request)
}
