import type { Entity, Metadata, Table } from '../../metadata/model.ts'
import { withOptions } from '../../web-api/url.ts'
import type { Fetch } from '../model/query.ts'
import type { OutputColumn } from '../model/output-column.ts'
import { parseFetch } from '../from-fetchxml/parse-fetch.ts'
import { resolveFetch } from '../resolve/resolve-query.ts'
import type { Defaults } from '../resolve/with-defaults.ts'
import { writeFetch, type FetchPage } from './write-fetch.ts'

export type FetchQuery = {
  readonly xml: string
  readonly metadata: Pick<Metadata, 'entity' | 'table'>
  /** Most rows of a page, from 1 to 5,000; a smaller number in the FetchXML wins. */
  readonly top?: number
  readonly defaults: Defaults
  /** Asks for the total, which Dataverse counts to 5,000. */
  readonly returnTotal?: boolean
}

export type BuiltFetchQuery = {
  /** Below the API's root; it may be longer than a URL may be. */
  readonly path: string
  readonly entity: Entity
  readonly table: Table
  readonly columns: readonly OutputColumn[]
  readonly interpreted: readonly string[]
  readonly fetch: Fetch
  /** The page that the path asks for; the next ones have the same `count`. */
  readonly paging: FetchPage
}

const MOST_ROWS = 5_000

/**
 * A model's FetchXML as a path of the Web API. Nothing of its text is sent as it came.
 * @throws QueryError
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/retrieve-data
 */
export async function buildFetchQuery(query: FetchQuery): Promise<BuiltFetchQuery> {
  const parsed = parseFetch(query.xml)
  const resolved = await resolveFetch(parsed.fetch, query.metadata, query.defaults)
  const { fetch, entity, table, columns } = resolved
  const paging = firstPage(fetch, query)
  return {
    path: fetchPath(fetch, entity, paging),
    entity,
    table,
    columns,
    interpreted: [...new Set([...parsed.interpreted, ...resolved.interpreted])],
    fetch,
    paging,
  }
}

/** The path of one page of a resolved fetch. */
export function fetchPath(fetch: Fetch, entity: Pick<Entity, 'entitySet'>, paging: FetchPage): string {
  return withOptions(entity.entitySet, { fetchXml: writeFetch(fetch, paging) })
}

function firstPage(fetch: Fetch, { top = MOST_ROWS, returnTotal }: FetchQuery): FetchPage {
  const count = Math.min(top, fetch.count ?? fetch.top ?? MOST_ROWS)
  return {
    page: fetch.page ?? 1,
    count,
    ...(returnTotal !== undefined && { returnTotal: returnTotal && !fetch.aggregate }),
  }
}
