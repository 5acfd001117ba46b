import type { Column, Metadata, Table } from '../metadata/model.ts'
import { withOptions } from '../web-api/url.ts'
import { resolveExpand, type ExpandItem, type Expansion } from '../query/from-odata/expand.ts'
import { resolveOrderby } from '../query/from-odata/orderby.ts'
import { parseFilter } from '../query/from-odata/parse-filter.ts'
import { resolveFilter } from './resolve-filter.ts'
import { resolveSelect } from '../query/from-odata/select.ts'
import { writeFilter } from './write-filter.ts'

export type OdataQuery = {
  readonly table: Table
  /** Absent: all columns. The caller names a few instead. */
  readonly select?: readonly string[]
  readonly filter?: string
  readonly orderby?: string
  readonly expand?: readonly ExpandItem[]
  readonly count?: boolean
}

export type BuiltOdataQuery = {
  /** Below the API's root, percent-encoded, e.g. `opportunities?$select=name`. */
  readonly path: string
  /** The filter as it was written, not encoded. */
  readonly filter?: string
  readonly columns: readonly Column[]
  readonly expansions: readonly Expansion[]
  /** What was read differently from how it was written, a sentence each. */
  readonly interpreted: readonly string[]
}

/**
 * Writes a query for the Web API from what a model asked for; no string of the model's is sent as it came.
 * There is no `$top`: the page size goes into a header, so that Dataverse gives a link to the next page.
 * @throws QueryError when a name is unknown, or what is asked cannot be expressed
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/overview
 */
export async function buildOdataQuery(query: OdataQuery, metadata: Metadata): Promise<BuiltOdataQuery> {
  const { table } = query
  const select = resolveSelect(table, query.select ?? [])
  const filter = await readFilter(query.filter, table, metadata)
  const orderby = resolveOrderby(table, query.orderby)
  const expand = await resolveExpand(table, query.expand ?? [], metadata)
  const path = withOptions(table.entity.entitySet, {
    $select: select.properties.join(','),
    $filter: filter.written,
    $orderby: orderby.orderby,
    $expand: expand.expand,
    $count: query.count ? 'true' : undefined,
  })
  const interpreted = [select, filter, orderby, expand].flatMap((part) => part.interpreted)
  return {
    path,
    ...(filter.written !== undefined && { filter: filter.written }),
    columns: select.columns,
    expansions: expand.expansions,
    interpreted: [...new Set(interpreted)],
  }
}

type WrittenFilter = { readonly written: string | undefined; readonly interpreted: readonly string[] }

async function readFilter(text: string | undefined, table: Table, metadata: Metadata): Promise<WrittenFilter> {
  if (!text?.trim()) return { written: undefined, interpreted: [] }
  const parsed = parseFilter(text)
  const resolved = await resolveFilter(parsed.filter, table, metadata)
  return { written: writeFilter(resolved.filter), interpreted: [...parsed.interpreted, ...resolved.interpreted] }
}
