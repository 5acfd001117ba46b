import type { Answer, ApiRequest, MutableJson } from '../api.ts'
import { METADATA_VERSION } from '../api.ts'
import { innerCookie, outerCookie, readInnerCookie, startIndex } from '../cookie.ts'
import { DataverseFault, notEmulated } from '../errors.ts'
import { propertyKey } from '../odata/properties.ts'
import { etagOf, writeValue } from '../odata/serialize.ts'
import { wants } from '../preferences.ts'
import type { Entity } from '../schema.ts'
import type { Row, Value } from '../store.ts'
import { keyOf, valueOf } from '../store.ts'
import { aggregateTuples } from './aggregate.ts'
import type { Attribute, Source } from './bind.ts'
import { bindFetch, fieldOf } from './bind.ts'
import type { Tuple } from './evaluate.ts'
import { evaluate } from './evaluate.ts'
import { orderTuples, sortersOf } from './order.ts'
import type { RawFetch } from './parse.ts'
import { parseFetch } from './parse.ts'

const PAGE = 5000
const COUNT_LIMIT = 5000
const CRM = 'Microsoft.Dynamics.CRM.'

type Selected = Pick<Attribute, 'field' | 'source' | 'alias' | 'rowAggregate'>

function attributesOf(source: Source, request: ApiRequest): Selected[] {
  if (!source.allAttributes) return [...source.attributes]
  return [...source.entity.columns.values()]
    .filter((column) => column.type !== 'PartyList')
    .map((column) => ({ source, field: fieldOf(source.entity, column.name, request.reader) }))
}

function selectedOf(source: Source, request: ApiRequest): Selected[] {
  return [...attributesOf(source, request), ...source.links.flatMap((link) => selectedOf(link, request))]
}

/** A row brings its id along, and a Money column its currency. */
function withCompanions(
  selected: readonly Selected[],
  root: Source,
  distinct: boolean,
  request: ApiRequest,
): Selected[] {
  const own = selected.filter(({ source }) => source === root)
  const names = [
    own.some(({ field }) => field.column.type === 'Money') ? 'transactioncurrencyid' : undefined,
    distinct ? undefined : root.entity.primaryIdAttribute,
  ]
  const missing = names.filter(
    (name) =>
      name !== undefined && root.entity.columns.has(name) && !own.some(({ field }) => field.column.name === name),
  )
  return [
    ...selected,
    ...missing.map((name) => ({ source: root, field: fieldOf(root.entity, name ?? '', request.reader) })),
  ]
}

const keyFor = ({ source, field, alias }: Selected): string => {
  if (alias !== undefined) return alias
  return source.alias === '' ? propertyKey(field.column) : `${source.alias}.${field.column.name}`
}

/** How many rows point at this one, readable or not. */
function childCount(row: Row, { reader }: ApiRequest): number {
  const parent = [...row.entity.columns.values()].find(
    (column) => column.name.startsWith('parent') && column.targets?.[0] === row.entity.logicalName,
  )
  if (!parent) throw notEmulated(`CountChildren on ${row.entity.logicalName}`)
  return reader.store.rows(row.entity.logicalName).filter((one) => keyOf(valueOf(one, parent.name)) === row.id).length
}

function writeTuple(tuple: Tuple, selected: readonly Selected[], distinct: boolean, request: ApiRequest): MutableJson {
  const root = tuple.get('')
  const out: MutableJson = root && !distinct ? { '@odata.etag': etagOf(root) } : {}
  for (const one of selected) {
    const row = tuple.get(one.source.alias)
    if (!row) continue
    const value: Value = one.rowAggregate === 'CountChildren' ? childCount(row, request) : one.field.read(row)
    if (value !== null) writeValue(out, keyFor(one), one.field.column, value, row, request)
  }
  return out
}

function distinctRows(rows: readonly MutableJson[]): MutableJson[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()]
}

type Page<Item> = { readonly items: readonly Item[]; readonly number: number; readonly hasMore: boolean }

function pageOf<Item>(
  items: readonly Item[],
  fetch: RawFetch,
  maxPageSize: number | undefined,
  start?: number,
): Page<Item> {
  const limited = fetch.top === undefined ? items : items.slice(0, fetch.top)
  const size = fetch.count ?? maxPageSize ?? PAGE
  const number = fetch.page ?? 1
  const from = start ?? (number - 1) * size
  return {
    items: limited.slice(from, from + size),
    number,
    hasMore: fetch.top === undefined && from + size < limited.length,
  }
}

function writeTotals(out: MutableJson, total: number, fetch: RawFetch, { preferences }: ApiRequest): void {
  if (fetch.returnTotal || wants(preferences, `${CRM}totalrecordcount`)) {
    out[`@${CRM}totalrecordcount`] = fetch.returnTotal ? Math.min(total, COUNT_LIMIT) : -1
    out[`@${CRM}totalrecordcountlimitexceeded`] = fetch.returnTotal && total > COUNT_LIMIT
  }
  if (wants(preferences, `${CRM}globalmetadataversion`)) out[`@${CRM}globalmetadataversion`] = METADATA_VERSION
}

function writeMore(out: MutableJson, cookie: string | undefined, { preferences }: ApiRequest): void {
  if (cookie !== undefined && wants(preferences, `${CRM}fetchxmlpagingcookie`))
    out[`@${CRM}fetchxmlpagingcookie`] = cookie
  if (wants(preferences, `${CRM}morerecords`)) out[`@${CRM}morerecords`] = true
}

function cookieFor(page: Page<Tuple>, columns: readonly string[]): string | undefined {
  const [first, last] = [page.items[0]?.get(''), page.items.at(-1)?.get('')]
  if (!first || !last) return undefined
  return outerCookie(page.number + 1, innerCookie(page.number, columns, first, last))
}

function startOf(
  tuples: readonly Tuple[],
  fetch: RawFetch,
  columns: readonly string[],
  size: number,
): number | undefined {
  if (fetch.cookie === undefined) return undefined
  const position = readInnerCookie(fetch.cookie)
  const expected = position.columns.slice(0, -1)
  if (expected.join() !== columns.join()) {
    throw new DataverseFault(400, '0x80041129', 'Order by columns do not match those in paging cookie.')
  }
  if (fetch.page !== position.page + 1) return undefined
  return startIndex(
    tuples.map((tuple) => tuple.get('')?.id ?? ''),
    position,
    size,
  )
}

function answerRows(
  root: Source,
  tuples: readonly Tuple[],
  fetch: RawFetch,
  request: ApiRequest,
  orderColumns: readonly string[],
): Answer {
  const selected = withCompanions(selectedOf(root, request), root, fetch.distinct, request)
  const context = selected.map(keyFor).join(',')
  const body: MutableJson = { '@odata.context': `${request.base}$metadata#${root.entity.entitySetName}(${context})` }
  const { maxPageSize } = request.preferences
  if (fetch.distinct) {
    const rows = distinctRows(tuples.map((tuple) => writeTuple(tuple, selected, true, request)))
    const page = pageOf(rows, fetch, maxPageSize)
    writeTotals(body, rows.length, fetch, request)
    if (page.hasMore) writeMore(body, undefined, request)
    return { status: 200, body: { ...body, value: page.items } }
  }
  const start = startOf(tuples, fetch, orderColumns, fetch.count ?? maxPageSize ?? PAGE)
  const page = pageOf(tuples, fetch, maxPageSize, start)
  writeTotals(body, tuples.length, fetch, request)
  const byRoot = root.links.every((link) => link.orders.length === 0)
  if (page.hasMore) writeMore(body, byRoot ? cookieFor(page, orderColumns) : undefined, request)
  return {
    status: 200,
    body: { ...body, value: page.items.map((tuple) => writeTuple(tuple, selected, false, request)) },
  }
}

function answerAggregate(root: Source, tuples: readonly Tuple[], fetch: RawFetch, request: ApiRequest): Answer {
  const page = pageOf(aggregateTuples(tuples, root, request), fetch, request.preferences.maxPageSize)
  const body: MutableJson = { '@odata.context': `${request.base}$metadata#${root.entity.entitySetName}` }
  if (page.hasMore) writeMore(body, undefined, request)
  return { status: 200, body: { ...body, value: page.items } }
}

/** Answers `?fetchXml=`. @throws DataverseFault */
export function answerFetch(entity: Entity, xml: string, request: ApiRequest): Answer {
  const others = [...request.query.keys()].filter((name) => name !== 'fetchXml')
  if (others.length > 0) throw notEmulated(`fetchXml together with ${others.join(', ')}`)
  if (request.path.length !== 1) throw notEmulated('fetchXml on a collection of one row')
  const fetch = parseFetch(xml)
  if (fetch.dataSource !== undefined) throw notEmulated('datasource (long-term retained rows)')
  const { root, bindings } = bindFetch(fetch.source, request.reader)
  if (root.entity !== entity) {
    const text =
      'The entity name specified in fetchxml does not match the entity name specified in the Entity or Query Expression.'
    throw new DataverseFault(400, '0x80041128', text)
  }
  const tuples = evaluate(root, bindings)
  if (fetch.aggregate) return answerAggregate(root, tuples, fetch, request)
  const sorters = sortersOf(root, bindings)
  const ordered = orderTuples(tuples, sorters, request.reader, fetch.rawOrder)
  const columns = sorters.filter(({ source }) => source === root).map(({ field }) => field.column.name)
  return answerRows(root, ordered, fetch, request, columns)
}
