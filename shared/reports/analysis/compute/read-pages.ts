import { DataverseError } from '../../../dataverse/errors.ts'
import type { Entity } from '../../../dataverse/metadata/model.ts'
import { plainAttribute, type Link, type Query, type Source } from '../../../dataverse/query/model/query.ts'
import type { Cursor } from '../../../dataverse/rows/cursor.ts'
import { readPage, type ReadPage } from '../../../dataverse/rows/pages.ts'
import { coalesceReads, required } from '../../../dataverse/web-api/coalesce.ts'
import type { WebApi } from '../../../dataverse/web-api/web-api.ts'
import type { Row } from './row-values.ts'

export type PagesDeps = {
  readonly dataverse: WebApi
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly deadline: number
}

/** Rows to be read to their end, and what is done with them. */
export type RowsToRead = {
  readonly entity: Entity
  /** An aggregate: its rows are read, with the columns that it is made of. */
  readonly query: Query
  /** Annotations of the values that are of use. */
  readonly annotations?: readonly string[] | undefined
  readonly add: (rows: readonly Row[]) => void
}

export type RowsRead = { readonly read: number; readonly isPartial: boolean }

const PAGE_SIZE = 5_000
/** More at once would be one answer too large to take. */
const AT_ONCE = 4
/** Kept for what comes after the last page. */
const RESERVE_MS = 1_000

type Reader = RowsToRead & { at: Cursor | undefined; read: number; isPartial: boolean }

/**
 * Reads rows page by page, those of several queries in one request, until they or the time are over.
 * @throws DataverseError; where the time is over before a first page, of kind `timeout`
 */
export async function readAllPages(wanted: readonly RowsToRead[], deps: PagesDeps): Promise<readonly RowsRead[]> {
  const readers = wanted.map((one): Reader => ({ ...one, at: firstPage(one), read: 0, isPartial: false }))
  for (let took = 0; ;) {
    const open = readers.filter(({ at }) => at !== undefined).toSorted((one, other) => one.read - other.read)
    if (open.length === 0) break
    const started = deps.now()
    const error =
      started + took > deps.deadline - RESERVE_MS ? timeOver() : await readRound(open.slice(0, AT_ONCE), deps)
    took = deps.now() - started
    if (error === undefined) continue
    if (open.some(({ read }) => read === 0)) throw error
    for (const one of open) {
      one.at = undefined
      one.isPartial = true
    }
  }
  return readers.map(({ read, isPartial }) => ({ read, isPartial }))
}

/** One page of each. @returns what time was over by @throws DataverseError for anything else */
async function readRound(readers: readonly Reader[], { dataverse }: PagesDeps): Promise<DataverseError | undefined> {
  const api = readers.length > 1 ? together(dataverse) : dataverse
  const pages = await Promise.allSettled(readers.map((one) => pageOf(one, api)))
  let over: DataverseError | undefined
  for (const [at, page] of pages.entries()) {
    const reader = readers[at]
    if (page.status === 'fulfilled' && reader) take(reader, page.value)
    else if (page.status === 'rejected') {
      if (!isTimeOver(page.reason)) throw page.reason
      over = page.reason
    }
  }
  return over
}

/** As one request, what is asked for at once. */
function together(api: WebApi): WebApi {
  const reads = coalesceReads(api)
  return { ...api, get: async (path, schema, how) => required(await reads.read({ path, schema, ...how })) }
}

async function pageOf({ entity, at, annotations }: Reader, api: WebApi): Promise<ReadPage> {
  if (!at) throw new RangeError('no page to read')
  return await readPage(api, entity, at, { annotations })
}

function take(reader: Reader, { rows, next, isCutOff }: ReadPage): void {
  reader.add(rows)
  reader.read += rows.length
  reader.at = next
  reader.isPartial = isCutOff
}

/** A pause that Dataverse asks for and that outlasts the call is the end of its time, too. */
function isTimeOver(error: unknown): error is DataverseError {
  return error instanceof DataverseError && (error.kind === 'timeout' || error.kind === 'throttled')
}

function timeOver(): DataverseError {
  const text = 'The time for this call was over before all rows were read.'
  return new DataverseError({ kind: 'timeout', status: 0, code: 'timeout', text })
}

function firstPage({ query, entity }: RowsToRead): Cursor {
  const rows = rowsUnder(query, entity.idColumn)
  return { query: rows, expansions: [], page: 1, pageSize: PAGE_SIZE, skip: 0, count: false, ids: false }
}

/** The rows under an aggregate. Without an order of their own, rows would change places between two pages. */
function rowsUnder(query: Query, idColumn: string): Query {
  const { aggregateLimit: _limit, top: _top, count: _count, page: _page, ...rest } = query
  const attributes = [...new Set([...query.entity.attributes.map(({ name }) => name), idColumn])].map(plainAttribute)
  const entity = { ...withoutAliases(query.entity), attributes, orders: [{ attribute: idColumn, descending: false }] }
  return { ...rest, aggregate: false, entity }
}

function withoutAliases<S extends Source>(source: S): S {
  const names = [...new Set(source.attributes.map(({ name }) => name))]
  const links = source.links.map((link): Link => {
    const { after: _after, ...inside } = withoutAliases(link)
    return inside
  })
  return { ...source, attributes: names.map(plainAttribute), orders: [], links }
}
