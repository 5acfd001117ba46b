import type { Answer, ApiRequest, Json, MutableJson } from '../http/api.ts'
import { DataverseFault, unknownSegment } from '../http/errors.ts'
import { formatValue, symbolOf } from '../store/format-values.ts'
import { compileFilter } from '../odata/evaluate.ts'
import { FORMATTED, LOOKUP_NAME } from '../http/preferences.ts'
import { readDepth } from '../security/security.ts'
import type { Row } from '../store/store.ts'
import { isReference, textOf, valueOf } from '../store/store.ts'
import type { Scope, SearchPayload } from './payload.ts'
import { readPayload } from './payload.ts'
import type { Match } from './term.ts'
import { matchTexts, parseTerms } from './term.ts'

type Found = { readonly row: Row; readonly scope: Scope; readonly match: Match }

function find(payload: SearchPayload, { reader }: ApiRequest): Found[] {
  const terms = parseTerms(payload.search)
  return payload.scopes.flatMap((scope) => {
    const { entity, searched, filters } = scope
    if (readDepth(reader.caller, entity) === 'None') return []
    const keeps = filters.map((filter) => compileFilter(filter, reader, entity))
    return reader.rows(entity).flatMap((row) => {
      if (!keeps.every((keep) => keep(row))) return []
      const texts = new Map(searched.map((column) => [column, textOf(valueOf(row, column))]))
      const match = matchTexts(texts, terms, payload.needsAll)
      return match ? [{ row, scope, match }] : []
    })
  })
}

function compare(left: Found, right: Found, { orderBy }: SearchPayload): number {
  for (const { column, descending } of orderBy) {
    const key = ({ row, match }: Found): number | string =>
      column === '@search.score' ? match.score : textOf(valueOf(row, column))
    const [first, second] = [key(left), key(right)]
    const order = first < second ? -1 : first > second ? 1 : 0
    if (order !== 0) return descending ? -order : order
  }
  return right.match.score - left.match.score
}

function attributesOf({ row, scope }: Found, { reader }: ApiRequest): Json {
  const out: MutableJson = { '@search.objecttypecode': row.entity.objectTypeCode }
  for (const name of scope.selected) {
    const column = row.entity.columns.get(name)
    const value = valueOf(row, name)
    if (!column || value === null) continue
    out[name] = isReference(value) ? value.id : value
    if (isReference(value)) out[`${name}@${LOOKUP_NAME}`] = value.entity
    const symbol = symbolOf(reader.store, row, name)
    const text = formatValue(column, value, { store: reader.store, timeZone: reader.caller.timeZone, symbol })
    if (text !== undefined) out[`${name}@${FORMATTED}`] = text
  }
  return out
}

/** As the service answers: the table's code is among the attributes, `ObjectTypeCode` is 0. */
function resultOf(found: Found, request: ApiRequest): Json {
  return {
    Id: found.row.id,
    EntityName: found.row.entity.logicalName,
    ObjectTypeCode: 0,
    Attributes: attributesOf(found, request),
    Highlights: found.match.highlights,
    Score: found.match.score,
  }
}

function facetsOf(found: readonly Found[]): Json {
  const groups = Map.groupBy(found, ({ row }) => row.entity.logicalName)
  const values = [...groups].map(([Value, { length: Count }]) => ({
    Count,
    From: null,
    To: null,
    Type: 'Value',
    Value,
    OptionalValue: null,
  }))
  return { entityname: values }
}

function admit({ platform, reader }: ApiRequest, upn: string): void {
  if (!platform.search.settings().enabled) {
    throw new DataverseFault(400, '0x80048d0b', 'Dataverse Search feature is disabled for this organization.')
  }
  if (!platform.search.admit(upn, reader.now)) {
    const text = 'Number of requests exceeded the limit of 1 over time window of 1 seconds.'
    throw new DataverseFault(429, '0x80072322', text, { 'retry-after': '1' })
  }
}

/**
 * `POST /api/search/v2.0/query` and its twin, the action `searchquery`.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/search/query
 * @throws DataverseFault 400 when search is off or the payload is wrong, 429 when a person asks too often
 */
export function answerSearch(request: ApiRequest, body: string, upn: string): Answer {
  const [operation = ''] = request.path
  if (request.path.length !== 1 || !['query', 'searchquery'].includes(operation)) throw unknownSegment(operation)
  admit(request, upn)
  const payload = readPayload(body)
  const found = find(payload, request).sort((left, right) => compare(left, right, payload))
  const response = {
    Error: null,
    Value: found.slice(payload.skip, payload.skip + payload.top).map((one) => resultOf(one, request)),
    Facets: payload.countsEntities ? facetsOf(found) : {},
    QueryContext: null,
    Count: payload.count ? found.length : -1,
  }
  const root = request.base.replace(/\/api\/.*$/, '/api/data/v9.2/')
  const context = `${root}$metadata#Microsoft.Dynamics.CRM.searchqueryResponse`
  return { status: 200, body: { '@odata.context': context, response: JSON.stringify(response) } }
}
