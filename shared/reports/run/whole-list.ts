import {
  plainAttribute,
  type Aggregate,
  type Attribute,
  type Link,
  type Query,
  type Source,
} from '../../dataverse/query/model/query.ts'
import type { ReadResult } from '../../dataverse/web-api/web-api.ts'
import type { ReportDefinition, ReportTotal } from '../definition.ts'
import type { PageOfRows } from './page-of-rows.ts'
import { pathOf, type ReportQuery } from './report-query.ts'

/** How many rows a list would have without its limit, and the sums of them by their keys. */
export type Whole = { readonly rows: number; readonly sums: ReadonlyMap<string, number> }

const ROWS = 'all_rows'

/**
 * Where to ask for the totals of all rows of a list, which may be cut; undefined for groups, for distinct rows, which no
 * aggregate counts, and where the report totals no list.
 */
export function wholePath(query: ReportQuery, { totals }: Pick<ReportDefinition, 'totals'>): string | undefined {
  const { fetch, entity, totalsOnly } = query
  const isTotalled = totals.some((total) => total.kind === 'rows' || summedBy(total) !== undefined)
  if (fetch.aggregate || fetch.distinct || totalsOnly || !isTotalled) return undefined
  const sums = summed(query, totals).map(({ name }) => totalOf(name, aliasOf(name), 'sum'))
  return pathOf(entity, aggregateOf(fetch, [totalOf(entity.idColumn, ROWS, 'count'), ...sums]))
}

/** Undefined where it was not asked for, or not given: of more than 50,000 rows Dataverse gives none. */
export function wholeOf(
  result: ReadResult<PageOfRows> | undefined,
  query: ReportQuery,
  { totals }: Pick<ReportDefinition, 'totals'>,
): Whole | undefined {
  const [row] = result?.ok ? result.value.value : []
  const rows = row?.[ROWS]
  if (typeof rows !== 'number') return undefined
  const sums = summed(query, totals).map(({ key, name }) => [key, Number(row?.[aliasOf(name)] ?? 0)] as const)
  return { rows, sums: new Map(sums) }
}

/** A list's query as one row of totals: it gives no columns, and has no order of rows. */
export function aggregateOf(fetch: Query, attributes: readonly Attribute[]): Query {
  const { top: _top, count: _count, page: _page, ...rest } = fetch
  return { ...rest, aggregate: true, distinct: false, entity: { ...bare(fetch.entity), attributes } }
}

export function totalOf(name: string, alias: string, aggregate: Aggregate): Attribute {
  return { ...plainAttribute(name), alias, aggregate }
}

function bare<S extends Source>(source: S): S {
  const links = source.links.map((link): Link => bare(link))
  return { ...source, attributes: [], allAttributes: false, orders: [], links }
}

/** The columns of the list that are added up, amounts in the base currency alone: Dataverse totals no other. */
function summed({ fetch, masked }: ReportQuery, totals: readonly ReportTotal[]): { key: string; name: string }[] {
  const keys = new Set(totals.map(summedBy))
  return fetch.entity.attributes
    .map(({ name, alias }) => ({ key: alias ?? name, name }))
    .filter(({ key, name }) => keys.has(key) && name.endsWith('_base') && !masked.includes(key))
}

function summedBy(total: ReportTotal): string | undefined {
  return total.kind === 'sum' && total.part === undefined ? total.of : undefined
}

function aliasOf(name: string): string {
  return `all_${name}`
}
