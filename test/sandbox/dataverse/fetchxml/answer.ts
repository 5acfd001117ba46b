import type { Answer, ApiRequest, MutableJson } from '../http/api.ts'
import { cookieColumns, innerCookie, annotatedCookie, readInnerCookie, startIndex } from '../query/cookie.ts'
import { DataverseFault, notEmulated } from '../http/errors.ts'
import { childrenByParent, hierarchyOf } from '../security/hierarchy.ts'
import { propertyKey } from '../odata/properties.ts'
import { etagOf, writeValue } from '../odata/serialize.ts'
import { isPlaceholder } from '../store/placeholders.ts'
import { wants } from '../http/preferences.ts'
import { schemaRevision, type Column, type Entity } from '../schema/schema.ts'
import type { Row, Value } from '../store/store.ts'
import { keyOf } from '../store/store.ts'
import { aggregateTuples } from './aggregate.ts'
import type { Attribute, Bindings, Source } from './bind.ts'
import { bindFetch, fieldOf } from './bind.ts'
import type { Tuple } from './evaluate.ts'
import { evaluate } from './evaluate.ts'
import type { Sorter } from './order.ts'
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
      name !== undefined &&
      root.entity.columns.has(name) &&
      !own.some(({ field, alias }) => alias === undefined && field.column.name === name),
  )
  return [
    ...selected,
    ...missing.map((name) => ({ source: root, field: fieldOf(root.entity, name ?? '', request.reader) })),
  ]
}

const isFirstMatch = (source: Source): boolean => 'type' in source && source.type === 'matchfirstrowusingcrossapply'

/** A column of a link is `alias.column`, but under matchfirstrowusingcrossapply its bare schema name. */
const keyFor = ({ source, field, alias }: Selected): string => {
  if (alias !== undefined) return alias
  if (source.alias === '') return propertyKey(field.column)
  return isFirstMatch(source) ? field.column.schemaName : `${source.alias}.${field.column.name}`
}

const CHILD_COUNT: Column = { name: 'CountChildren', schemaName: 'CountChildren', label: '', type: 'Integer' }

/** Counts the rows directly below a row, readable or not. */
function childCounter(entity: Entity, { reader }: ApiRequest): (row: Row) => number {
  const hierarchy = hierarchyOf(entity)
  if (!hierarchy) {
    const text = `The attribute value provided is invalid: '${entity.logicalName}' has no hierarchy to count.`
    throw new DataverseFault(400, '0x80041139', text)
  }
  const children = childrenByParent(reader.store, hierarchy)
  return (row) => children.get(row.id)?.length ?? 0
}

type Written = {
  readonly key: string
  readonly source: string
  readonly column: Column
  readonly read: (row: Row) => Value
}

function columnsOf(selected: readonly Selected[], request: ApiRequest): Written[] {
  return selected.map((one) => {
    const base = { key: keyFor(one), source: one.source.alias }
    if (one.rowAggregate === undefined) return { ...base, column: one.field.column, read: one.field.read }
    return { ...base, column: CHILD_COUNT, read: childCounter(one.source.entity, request) }
  })
}

function writeTuple(tuple: Tuple, columns: readonly Written[], distinct: boolean, request: ApiRequest): MutableJson {
  const root = tuple.get('')
  const out: MutableJson = root && !distinct ? { '@odata.etag': etagOf(root) } : {}
  for (const { key, source, column, read } of columns) {
    const row = tuple.get(source)
    const value = row ? read(row) : null
    if (row && value !== null) writeValue(out, key, column, value, row, request)
  }
  return out
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

function writeTotals(out: MutableJson, total: number, fetch: RawFetch, { preferences, platform }: ApiRequest): void {
  if (fetch.returnTotal || wants(preferences, `${CRM}totalrecordcount`)) {
    out[`@${CRM}totalrecordcount`] = fetch.returnTotal ? Math.min(total, COUNT_LIMIT) : -1
    out[`@${CRM}totalrecordcountlimitexceeded`] = fetch.returnTotal && total > COUNT_LIMIT
  }
  if (wants(preferences, `${CRM}globalmetadataversion`))
    out[`@${CRM}globalmetadataversion`] = String(platform.metadata.version())
}

function writeMore(out: MutableJson, cookie: string | undefined, { preferences }: ApiRequest): void {
  if (cookie !== undefined && wants(preferences, `${CRM}fetchxmlpagingcookie`))
    out[`@${CRM}fetchxmlpagingcookie`] = cookie
  if (wants(preferences, `${CRM}morerecords`)) out[`@${CRM}morerecords`] = true
}

type Paged = { readonly tuples: readonly Tuple[]; readonly rows: readonly MutableJson[] }

/** What is paged: each tuple with the row that it becomes, of which distinct leaves the first of equals. */
function rowsOf(tuples: readonly Tuple[], columns: readonly Written[], request: ApiRequest): Paged {
  const seen = new Map<string, Tuple>()
  for (const tuple of tuples) {
    const cells = columns.map(({ source, read }) => {
      const row = tuple.get(source)
      return row ? keyOf(read(row)) : null
    })
    const key = JSON.stringify(cells)
    if (!seen.has(key)) seen.set(key, tuple)
  }
  const kept = [...seen.values()]
  return { tuples: kept, rows: kept.map((tuple) => writeTuple(tuple, columns, true, request)) }
}

type Cookies = {
  /** The columns of the cookie; none where a query does not support one. */
  readonly columns: readonly string[]
  readonly key: string
}

/** Rows that are sorted by a link's column have no cookie, nor have distinct rows without an order. */
function cookiesOf(root: Source, sorters: readonly Sorter[], distinct: boolean): Cookies {
  const key = root.entity.primaryIdAttribute
  if (sorters.some(({ source }) => source !== root)) return { columns: [], key }
  const orderedBy = sorters.map(({ field }) => field.column.name)
  return { columns: cookieColumns(orderedBy, distinct ? undefined : key), key }
}

function cookieFor(page: Page<Tuple>, { columns }: Cookies): string | undefined {
  const [first, last] = [page.items[0]?.get(''), page.items.at(-1)?.get('')]
  if (!first || !last || columns.length === 0) return undefined
  return annotatedCookie(page.number + 1, innerCookie(page.number, columns, first, last))
}

function startOf(
  tuples: readonly Tuple[],
  fetch: RawFetch,
  { columns, key }: Cookies,
  size: number,
): number | undefined {
  if (fetch.cookie === undefined || isPlaceholder(fetch.cookie)) return undefined
  const position = readInnerCookie(fetch.cookie, key)
  if (position.columns.join() !== columns.join()) {
    throw new DataverseFault(400, '0x80041129', 'Order by columns do not match those in paging cookie.')
  }
  if (fetch.page !== position.page + 1) return undefined
  const ids = tuples.map((tuple) => tuple.get('')?.id ?? '')
  return startIndex(ids, { ...position, page: fetch.page }, size)
}

function answerRows(
  root: Source,
  tuples: readonly Tuple[],
  fetch: RawFetch,
  request: ApiRequest,
  sorters: readonly Sorter[],
): Answer {
  const selected = withCompanions(selectedOf(root, request), root, fetch.distinct, request)
  const context = selected.map(keyFor).join(',')
  const body: MutableJson = { '@odata.context': `${request.base}$metadata#${root.entity.entitySetName}(${context})` }
  const columns = columnsOf(selected, request)
  const cookies = cookiesOf(root, sorters, fetch.distinct)
  const { maxPageSize } = request.preferences
  const paged = fetch.distinct ? rowsOf(tuples, columns, request) : { tuples, rows: undefined }
  const start = startOf(paged.tuples, fetch, cookies, fetch.count ?? maxPageSize ?? PAGE)
  const page = pageOf(paged.tuples, fetch, maxPageSize, start)
  writeTotals(body, paged.tuples.length, fetch, request)
  if (page.hasMore) writeMore(body, cookieFor(page, cookies), request)
  const value = paged.rows
    ? pageOf(paged.rows, fetch, maxPageSize, start).items
    : page.items.map((tuple) => writeTuple(tuple, columns, false, request))
  return { status: 200, body: { ...body, value } }
}

function answerAggregate(root: Source, tuples: readonly Tuple[], fetch: RawFetch, request: ApiRequest): Answer {
  const page = pageOf(
    aggregateTuples(tuples, root, request, fetch.aggregateLimit),
    fetch,
    request.preferences.maxPageSize,
  )
  const body: MutableJson = { '@odata.context': `${request.base}$metadata#${root.entity.entitySetName}` }
  if (page.hasMore) writeMore(body, undefined, request)
  return { status: 200, body: { ...body, value: page.items } }
}

/** A sum that nobody computes would come back as a plain column. */
function refuseAggregates(source: Source): void {
  const stray = source.attributes.find(({ aggregate, groupBy }) => aggregate !== undefined || groupBy)
  if (stray) {
    const text = `The attribute '${stray.field.column.name}' aggregates or groups, and <fetch> is not set to aggregate='true'.`
    throw new DataverseFault(400, '0x8004111a', text)
  }
  source.links.forEach(refuseAggregates)
}

/** Microsoft's own samples encode FetchXML twice, and the service reads them. */
function decoded(xml: string): string {
  if (!/^\s*%3C/i.test(xml)) return xml
  try {
    return decodeURIComponent(xml)
  } catch {
    return xml
  }
}

/** Answers `?fetchXml=`. @throws DataverseFault */
export function answerFetch(entity: Entity, xml: string, request: ApiRequest): Answer {
  const others = [...request.query.keys()].filter((name) => name !== 'fetchXml' && name !== '$count')
  if (others.length > 0) throw notEmulated(`fetchXml together with ${others.join(', ')}`)
  if (request.path.length !== 1) throw notEmulated('fetchXml on a collection of one row')
  const fetch = parseFetch(decoded(xml))
  const { root, bindings } = bindFetch(fetch.source, request.reader)
  if (root.entity !== entity) {
    const text =
      'The entity name specified in fetchxml does not match the entity name specified in the Entity or Query Expression.'
    throw new DataverseFault(400, '0x80041128', text)
  }
  const tuples = request.reader.found(questionOf(fetch, request), () => find(fetch, root, bindings))
  if (fetch.aggregate) return answerAggregate(root, tuples, fetch, request)
  return answerRows(root, tuples, fetch, request, sortersOf(root, bindings))
}

/** The rows of a fetch in its order; those that it adds up have none. */
function find(fetch: RawFetch, root: Source, bindings: Bindings): readonly Tuple[] {
  const found = evaluate(root, bindings)
  // Nothing of the sandbox has been moved to long-term retention.
  const tuples = fetch.retained ? [] : found
  if (fetch.aggregate) return tuples
  refuseAggregates(root)
  return orderTuples(tuples, sortersOf(root, bindings), bindings.reader, fetch.rawOrder)
}

/** A fetch but for its page, and what else decides what it finds. */
function questionOf(fetch: RawFetch, { reader: { now } }: ApiRequest): string {
  const { source, aggregate, rawOrder, retained } = fetch
  return JSON.stringify([now.getTime(), schemaRevision(), source, aggregate, rawOrder, retained])
}
