import type { Answer, ApiRequest } from './api.ts'
import { DataverseFault, notEmulated, odataError, unknownSegment } from './errors.ts'
import { answerFetch } from '../fetchxml/answer.ts'
import { answerAuditDetails } from '../functions/audit/history.ts'
import { USER_FUNCTIONS, answerUserFunction } from '../functions/privileges.ts'
import { answerUnbound, isUnboundFunction } from '../functions/unbound.ts'
import { answerMetadata, isMetadataPath } from '../metadata/answer.ts'
import { follow, navigationOf, related } from '../store/navigation.ts'
import { answerCollection, answerCount, answerRow } from '../odata/collection.ts'
import { findProperty, requireProperty } from '../odata/properties.ts'
import { writeValue } from '../odata/serialize.ts'
import type { Segment } from './path.ts'
import { parseSegment } from './path.ts'
import { rowOf } from '../query/rows.ts'
import { ORGANISATION_ID } from '../seed/platform/rows.ts'
import type { Entity } from '../schema/schema.ts'
import { entityNamed, entityOfSet } from '../schema/schema.ts'
import type { Row } from '../store/store.ts'
import { textOf, valueOf } from '../store/store.ts'
import type { Joined } from '../security/seen.ts'
import { isGuid } from '../query/text.ts'
import { isActionPath } from '../write/actions/actions.ts'

export type RequestKind =
  | 'whoami'
  | 'metadata'
  | 'query'
  | 'record'
  | 'fetchxml'
  /** A function other than WhoAmI. */
  | 'function'
  | 'search'
  /** A batch, whatever it holds; what it holds is counted apart. */
  | 'batch'
  /** A POST of a row, a PATCH, a POST that says what happened. */
  | 'create'
  | 'update'
  | 'action'

const CRM = 'Microsoft.Dynamics.CRM.'
const VIEW_PARAMETERS = [
  ['savedQuery', 'savedquery'],
  ['userQuery', 'userquery'],
] as const

export function kindOf(method: string, path: readonly string[], query: ReadonlyMap<string, string>): RequestKind {
  const first = path[0] ?? ''
  if (method === 'PATCH') return 'update'
  if (method === 'POST' && first !== '$batch') return isActionPath(path) ? 'action' : 'create'
  if (/^WhoAmI(\(\))?$/.test(first)) return 'whoami'
  if (first === '$batch') return 'batch'
  if (isMetadataPath(first)) return 'metadata'
  if (isUnboundFunction(first) || path.some((part) => part.startsWith(CRM))) return 'function'
  if (query.has('fetchXml') || query.has('savedQuery') || query.has('userQuery')) return 'fetchxml'
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

/** The FetchXML of `?savedQuery=` or `?userQuery=`. @throws DataverseFault 404 for no view, 400 for another table's */
function viewOf(entity: Entity, { query, reader }: ApiRequest): string | undefined {
  for (const [parameter, table] of VIEW_PARAMETERS) {
    const id = query.get(parameter)
    if (id === undefined) continue
    if (!isGuid(id)) throw odataError(`Guid should contain 32 digits with 4 dashes (${parameter}).`)
    if (query.size > 1) throw notEmulated(`${parameter} together with other query options`)
    const view = reader.require(entityNamed(table), id.toLowerCase())
    if (valueOf(view, 'returnedtypecode') === entity.logicalName) return textOf(valueOf(view, 'fetchxml'))
    throw new DataverseFault(400, '0x80041128', `The view ${id} is not of the entity ${entity.logicalName}.`)
  }
  return undefined
}

/** Runs a view's FetchXML over the rows of a collection. */
function answerView(entity: Entity, rows: readonly Row[], xml: string, request: ApiRequest): Answer {
  const { reader } = request
  const ids = new Set(rows.map(({ id }) => id))
  const within = {
    ...reader,
    found: (_question: string, find: () => Joined) => find(),
    rows: (one: Entity) => (one === entity ? reader.rows(one).filter(({ id }) => ids.has(id)) : reader.rows(one)),
  }
  return answerFetch(entity, xml, {
    ...request,
    path: [entity.entitySetName],
    query: new Map(),
    reader: request.path.length === 1 ? reader : within,
  })
}

function answerSet(entity: Entity, rows: readonly Row[], rest: readonly string[], request: ApiRequest): Answer {
  if (rest.length === 0) {
    const view = viewOf(entity, request)
    if (view !== undefined) return answerView(entity, rows, view, request)
    const fetchXml = request.query.get('fetchXml')
    return fetchXml === undefined ? answerCollection(entity, rows, request) : answerFetch(entity, fetchXml, request)
  }
  if (rest.length === 1 && rest[0] === '$count') return answerCount(entity, rows, request)
  if (rest[0]?.startsWith(CRM)) throw notEmulated(`the function ${rest[0]}`)
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
  if (segment.name.startsWith(CRM)) {
    if (row.entity.logicalName === 'audit' && segment.name === `${CRM}RetrieveAuditDetails`) {
      return answerAuditDetails(row, text, rest, request)
    }
    const isUserFunction = USER_FUNCTIONS.has(segment.name.slice(CRM.length))
    if (isUserFunction && row.entity.logicalName === 'systemuser') return answerUserFunction(row, text, rest, request)
    throw isUserFunction ? unknownSegment(text) : notEmulated(`the function ${segment.name}`)
  }
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
  if (first === '$batch') throw odataError("The requested resource does not support http method 'GET'.", 405)
  if (first.startsWith('$')) throw notEmulated(first)
  if (isUnboundFunction(first)) return answerUnbound(first, rest, request)
  const segment = parseSegment(first)
  const entity = entityOfSet(segment.name)
  if (!entity) throw unknownSegment(segment.name)
  if (segment.key === undefined) return answerSet(entity, request.reader.rows(entity), rest, request)
  const row = rowOf(entity, segment.key, request.reader)
  return rest.length === 0 ? answerRow(row, request) : answerBelow(row, rest, request)
}
