import type { Answer, ApiRequest, MutableJson } from '../http/api.ts'
import { cookieColumns, innerCookie, readSkipToken, skipToken, startIndex } from '../query/cookie.ts'
import { odataError } from '../http/errors.ts'
import { wants } from '../http/preferences.ts'
import type { Entity } from '../schema/schema.ts'
import type { Row } from '../store/store.ts'
import { applyAnswer } from './apply.ts'
import { compileFilter } from './evaluate.ts'
import { expandWriter } from './expand.ts'
import type { ExpandItem, QueryOptions } from './options.ts'
import { parseOptions } from './options.ts'
import { changedRows, deltaLink, tracksChanges } from './changes.ts'
import { orderRows } from './order.ts'
import { etagOf, fieldsOf, writeFields } from './serialize.ts'

const PAGE = 5000
const COUNT_LIMIT = 5000
const CRM = '@Microsoft.Dynamics.CRM.'

const expandContext = ({ nav, isReference, options }: ExpandItem): string =>
  isReference ? `${nav},${nav}/$ref()` : `${nav}(${selectContext(options)})`

function selectContext({ select, expand }: QueryOptions): string {
  return [...(select ?? []), ...expand.map(expandContext)].join(',')
}

/** `…/$metadata#accounts(name,primarycontactid(fullname))`. */
export function contextUrl(base: string, entity: Entity, options: QueryOptions): string {
  const shape = selectContext(options)
  return `${base}$metadata#${entity.entitySetName}${shape === '' ? '' : `(${shape})`}`
}

function writeCounts(
  out: MutableJson,
  total: number,
  options: QueryOptions,
  { preferences, platform }: ApiRequest,
): void {
  const capped = Math.min(total, COUNT_LIMIT)
  if (options.count) out['@odata.count'] = capped
  if (wants(preferences, 'Microsoft.Dynamics.CRM.totalrecordcount')) {
    out[`${CRM}totalrecordcount`] = options.count ? capped : -1
  }
  if (wants(preferences, 'Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded')) {
    out[`${CRM}totalrecordcountlimitexceeded`] = options.count && total > COUNT_LIMIT
  }
  if (wants(preferences, 'Microsoft.Dynamics.CRM.globalmetadataversion')) {
    out[`${CRM}globalmetadataversion`] = String(platform.metadata.version())
  }
}

type Page = { readonly rows: readonly Row[]; readonly number: number; readonly hasMore: boolean }

function pageOf(rows: readonly Row[], options: QueryOptions, entity: Entity, maxPageSize: number | undefined): Page {
  const size = maxPageSize ?? PAGE
  const limited = maxPageSize === undefined && options.top !== undefined ? rows.slice(0, options.top) : rows
  const position =
    options.skipToken === undefined ? undefined : readSkipToken(options.skipToken, entity.primaryIdAttribute)
  const ids = position ? limited.map(({ id }) => id) : []
  const start = position ? startIndex(ids, position, size) : 0
  return {
    rows: limited.slice(start, start + size),
    number: position?.page ?? 1,
    hasMore: start + size < limited.length,
  }
}

function nextLink(page: Page, options: QueryOptions, request: ApiRequest): string | undefined {
  const [first, last] = [page.rows[0], page.rows.at(-1)]
  if (!page.hasMore || !first || !last) return undefined
  const orderedBy = options.orderBy.map(({ name }) => name.replace(/^_(.+)_value$/, '$1'))
  const columns = cookieColumns(orderedBy, first.entity.primaryIdAttribute)
  const token = skipToken(page.number + 1, innerCookie(page.number, columns, first, last))
  const query = request.sentQuery === '' ? '' : `${request.sentQuery}&`
  return `${request.base}${encodeURI(request.path.join('/'))}?${query}${token}`
}

/** Filters, orders, pages and writes the rows of a collection. @throws DataverseFault */
export function answerCollection(entity: Entity, rows: readonly Row[], request: ApiRequest): Answer {
  const options = parseOptions(request.query)
  const keeps = options.filter ? compileFilter(options.filter, request.reader, entity) : () => true
  if (options.apply !== undefined) return applyAnswer(options, entity, rows.filter(keeps), request)
  const fields = fieldsOf(entity, options.select, options.expand)
  const expand = expandWriter(options.expand, entity, request)
  const changed = changedRows(rows, options)
  const found = orderRows(changed.filter(keeps), options.orderBy, entity, request.reader)
  const page = pageOf(found, options, entity, request.preferences.maxPageSize)
  const context = contextUrl(request.base, entity, options)
  const body: MutableJson = { '@odata.context': options.deltaToken === undefined ? context : `${context}/$delta` }
  writeCounts(body, found.length, options, request)
  body['value'] = page.rows.map((row) => {
    const out: MutableJson = { '@odata.etag': etagOf(row) }
    writeFields(out, row, fields, request)
    expand(row, out)
    return out
  })
  const link = nextLink(page, options, request)
  if (link !== undefined) body['@odata.nextLink'] = link
  else if (tracksChanges(options, request)) body['@odata.deltaLink'] = deltaLink(entity, rows, request)
  return { status: 200, body }
}

/** `/$count`: a byte order mark and digits, capped like `@odata.count`. */
export function answerCount(entity: Entity, rows: readonly Row[], request: ApiRequest): Answer {
  const options = parseOptions(request.query)
  const keeps = options.filter ? compileFilter(options.filter, request.reader, entity) : () => true
  const count = Math.min(rows.filter(keeps).length, COUNT_LIMIT)
  return { status: 200, body: `\uFEFF${count}`, contentType: 'text/plain' }
}

const IN_SINGLE = ['filter', 'top', 'apply', 'skipToken', 'deltaToken'] as const

/** One row with `$select` and `$expand`. @throws DataverseFault */
export function answerRow(row: Row, request: ApiRequest): Answer {
  const options = parseOptions(request.query)
  if (options.orderBy.length > 0 || options.count || IN_SINGLE.some((name) => options[name] !== undefined)) {
    throw odataError('Query options $filter, $orderby, $count, $skip, and $top can be applied only on collections.')
  }
  // Only what the row itself says has this version: with related rows in the answer, "unchanged" might be untrue.
  if (options.expand.length === 0 && request.ifNoneMatch === etagOf(row)) return { status: 304, body: '' }
  const body: MutableJson = {
    '@odata.context': `${contextUrl(request.base, row.entity, options)}/$entity`,
    '@odata.etag': etagOf(row),
  }
  writeFields(body, row, fieldsOf(row.entity, options.select, options.expand), request)
  expandWriter(options.expand, row.entity, request)(row, body)
  return { status: 200, body }
}
