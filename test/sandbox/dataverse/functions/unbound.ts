import { COMPANY, TENANT_ID } from '../../people.ts'
import type { Answer, ApiRequest, Json } from '../http/api.ts'
import { missingRow, notEmulated, odataError, unknownEntity, unknownSegment } from '../http/errors.ts'
import { bindFetch } from '../fetchxml/bind.ts'
import { parseFetch } from '../fetchxml/parse.ts'
import { parseSegment } from '../http/path.ts'
import { ORGANISATION_ID } from '../seed/platform/rows.ts'
import { ENTITIES } from '../schema/schema.ts'
import { requireReadPrivilege } from '../security/security.ts'
import type { Value } from '../store/store.ts'
import { keyOf, textOf, valueOf } from '../store/store.ts'
import { answerRow } from '../odata/collection.ts'
import { duplicatesOf } from '../write/duplicates.ts'
import { recordChangeHistory } from './audit/history.ts'
import type { Call } from './call.ts'
import { enumOf, jsonOf, parseCall, stringOf } from './call.ts'

function totalRecordCount(call: Call, { reader }: ApiRequest): Json {
  const text = call.parameters.get('EntityNames')
  const list = { ...call, parameters: new Map([['EntityNames', (text ?? '').replaceAll("'", '"')]]) }
  const names = jsonOf(list, 'EntityNames')
  if (!Array.isArray(names)) throw odataError('RetrieveTotalRecordCount needs the collection EntityNames.')
  const counts = names.map((name: unknown) => {
    const entity = ENTITIES.get(String(name))
    if (!entity) throw unknownEntity(String(name))
    requireReadPrivilege(reader.caller, entity)
    return reader.store.rows(entity.logicalName).length
  })
  return { EntityRecordCountCollection: { Count: names.length, IsReadOnly: false, Keys: names, Values: counts } }
}

function currentOrganization(call: Call, { base }: ApiRequest): Json {
  enumOf(call, 'AccessType', 'EndpointAccessType')
  const origin = new URL(base).origin
  const endpoints = {
    Count: 3,
    IsReadOnly: false,
    Keys: ['WebApplication', 'OrganizationService', 'OrganizationDataService'],
    Values: [
      `${origin}/`,
      `${origin}/XRMServices/2011/Organization.svc`,
      `${origin}/XRMServices/2011/OrganizationData.svc`,
    ],
  }
  const detail = {
    OrganizationId: ORGANISATION_ID,
    FriendlyName: COMPANY,
    OrganizationVersion: '9.2.26111.00125',
    EnvironmentId: ORGANISATION_ID,
    Geo: 'EMEA',
    TenantId: TENANT_ID,
    UrlName: 'harbourpine',
    UniqueName: 'harbourpine',
    State: 'Enabled',
    Endpoints: endpoints,
  }
  return { Detail: detail }
}

const LEADING_WILDCARD = /operator=["'](?:not-)?like["'][^>]*value=["']%/

function validateFetchXml(call: Call, { reader }: ApiRequest): Json {
  const xml = stringOf(call, 'FetchXml')
  if (xml === undefined) throw odataError('ValidateFetchXmlExpression needs the string FetchXml.')
  bindFetch(parseFetch(xml).source, reader)
  const text = 'A condition begins with a wildcard: it cannot use an index.'
  const warning = { LocalizedMessageText: text, Severity: 1, Code: 2, OptionalPropertyBag: null }
  return { ValidationResults: { Messages: LEADING_WILDCARD.test(xml) ? [warning] : [] } }
}

function timeZoneCode(call: Call, { reader }: ApiRequest): Json {
  const name = stringOf(call, 'LocalizedStandardName') ?? ''
  const found = reader.store
    .rows('timezonedefinition')
    .find((row) => keyOf(valueOf(row, 'standardname')) === name.toLowerCase())
  if (!found) throw missingRow('timezonedefinition', name)
  return { TimeZoneCode: valueOf(found, 'timezonecode') }
}

/**
 * The rows that published rules find alike, of those that the caller may read. That values of a row yet to be do for
 * `BusinessEntity` is assumed: the documentation's example gives the id of one that is there.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/run-duplicate-detection
 */
function retrieveDuplicates(call: Call, request: ApiRequest): Json {
  const { reader } = request
  const given = jsonOf(call, 'BusinessEntity')
  const matching = stringOf(call, 'MatchingEntityName')
  const paging = jsonOf(call, 'PagingInfo') as { readonly Count?: unknown } | undefined
  const values = (given ?? {}) as Readonly<Record<string, Value>>
  const type = textOf(values['@odata.type']).replace(/^#?Microsoft\.Dynamics\.CRM\./, '')
  const entity = ENTITIES.get(type)
  if (!entity || matching === undefined) {
    throw odataError('RetrieveDuplicates needs BusinessEntity, a row with its @odata.type, and MatchingEntityName.')
  }
  if (matching !== type) throw notEmulated('RetrieveDuplicates between two tables')
  const id = textOf(values[entity.primaryIdAttribute]).toLowerCase()
  const own = reader.store.get(type, id)?.values ?? {}
  const found = duplicatesOf(reader.store, entity, { ...own, ...values }, id).flatMap(
    (row) => reader.find(entity, row.id) ?? [],
  )
  const shown = found.slice(0, Number(paging?.Count ?? found.length))
  return { value: shown.map((row) => answerRow(row, { ...request, query: new Map() }).body) }
}

type Unbound = {
  readonly parameters: readonly string[]
  readonly run: (call: Call, request: ApiRequest) => Json
}

const FUNCTIONS: ReadonlyMap<string, Unbound> = new Map([
  ['RetrieveTotalRecordCount', { parameters: ['EntityNames'], run: totalRecordCount }],
  ['RetrieveCurrentOrganization', { parameters: ['AccessType'], run: currentOrganization }],
  ['ValidateFetchXmlExpression', { parameters: ['FetchXml'], run: validateFetchXml }],
  [
    'RetrieveDuplicates',
    { parameters: ['BusinessEntity', 'MatchingEntityName', 'PagingInfo'], run: retrieveDuplicates },
  ],
  ['RetrieveRecordChangeHistory', { parameters: ['Target', 'PagingInfo'], run: recordChangeHistory }],
  ['GetTimeZoneCodeByLocalizedName', { parameters: ['LocalizedStandardName', 'LocaleId'], run: timeZoneCode }],
])

export function isUnboundFunction(segment: string): boolean {
  return FUNCTIONS.has(segment.split('(', 1)[0] ?? '')
}

/** A function of the organisation. @throws DataverseFault */
export function answerUnbound(segment: string, rest: readonly string[], request: ApiRequest): Answer {
  const { name } = parseSegment(segment)
  const found = FUNCTIONS.get(name)
  if (!found || rest.length > 0) throw unknownSegment(rest[0] ?? segment)
  const body = found.run(parseCall(segment, request.query, found.parameters), request)
  return {
    status: 200,
    body: { '@odata.context': `${request.base}$metadata#Microsoft.Dynamics.CRM.${name}Response`, ...body },
  }
}
