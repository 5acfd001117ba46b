import type { Cursor } from '../../dataverse/rows/cursor.ts'
import { DataverseError, QueryError } from '../../dataverse/errors.ts'
import { plainAttribute, type Query } from '../../dataverse/query/model/query.ts'
import { readPage, type ReadPage } from '../../dataverse/rows/pages.ts'
import type { WebApi } from '../../dataverse/web-api/web-api.ts'
import type { ReportDefinition } from '../definition.ts'
import { groupHere } from './group-rows.ts'
import type { Zone } from '../../dataverse/local-time.ts'
import type { ReportQuery } from '../run/report-query.ts'

export type AggregateHereDeps = {
  readonly dataverse: WebApi
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly deadline: number
  readonly zone: Zone
}

const PAGE_SIZE = 5_000
/** Kept for what comes after the last page. */
const RESERVE_MS = 1_000

/**
 * Adds up here what Dataverse refuses to, above 50,000 rows: reads the rows themselves, page by page, with the columns
 * that are grouped and added up alone.
 * @throws QueryError `too_many_rows` when the deadline comes first
 */
export async function aggregateHere(
  query: ReportQuery,
  definition: ReportDefinition,
  deps: AggregateHereDeps,
): Promise<{ rows: Readonly<Record<string, unknown>>[]; read: number }> {
  const grouping = groupHere(query.fetch, deps.zone.iana)
  let at: Cursor | undefined = firstPage(query)
  let read = 0
  for (let took = 0; at !== undefined;) {
    const started = deps.now()
    if (started + took > deps.deadline - RESERVE_MS) throw tooMany(read, definition)
    const page: ReadPage = await readPage(deps.dataverse, query.entity, at).catch((error: unknown) => {
      throw error instanceof DataverseError && error.kind === 'timeout' ? tooMany(read, definition) : error
    })
    took = deps.now() - started
    read += page.rows.length
    grouping.add(page.rows)
    at = page.next
  }
  return { rows: grouping.rows(), read }
}

function firstPage({ entity, fetch }: ReportQuery): Cursor {
  const query = sourceOf(fetch, entity.idColumn)
  return { query, expansions: [], page: 1, pageSize: PAGE_SIZE, skip: 0, count: false, ids: false }
}

/** The rows under an aggregate. Without an order of their own, rows would change places between two pages. */
function sourceOf(fetch: Query, idColumn: string): Query {
  const { aggregateLimit: _limit, top: _top, count: _count, page: _page, entity, ...rest } = fetch
  const names = new Set([...entity.attributes.map(({ name }) => name), idColumn])
  const orders = [{ attribute: idColumn, descending: false }]
  return { ...rest, aggregate: false, entity: { ...entity, attributes: [...names].map(plainAttribute), orders } }
}

function tooMany(read: number, { parameters }: ReportDefinition): QueryError {
  const owner = parameters.find(({ type }) => type === 'owner')?.name
  const mine = owner === undefined ? 'Ask' : `Run it with ${owner} "me", or ask`
  return new QueryError(
    'too_many_rows',
    `More than 50,000 rows would be added up, and there was no time to read them all: ${read} were read.`,
    `${mine} query_crm for the totals in parts, with aggregates filtered by owner or by date.`,
  )
}
