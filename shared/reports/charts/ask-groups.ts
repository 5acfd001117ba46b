import { isTooManyToAggregate } from '../../dataverse/errors.ts'
import type { Entity } from '../../dataverse/metadata/model.ts'
import { zoneOf } from '../../dataverse/local-time.ts'
import type { Query } from '../../dataverse/query/model/query.ts'
import { REPORT_PAGE, type PageOfRows } from '../run/page-of-rows.ts'
import type { RunReportDeps } from '../run/report-deps.ts'
import { pathOf } from '../run/report-query.ts'

export type RawRow = Readonly<Record<string, unknown>>

export type Groups = {
  readonly raw: readonly RawRow[]
  /** There are more, and the chart itself does not end before them. */
  readonly more: boolean
  /** There are more, and the chart itself ends before them. */
  readonly isEnded: boolean
  /** Rows that were read to add them up here; 0 where Dataverse did. */
  readonly addedUp: number
}

const MORE = '@Microsoft.Dynamics.CRM.morerecords'

/**
 * The groups of an aggregate in its order: one request. More rows than Dataverse adds up are read and added up here.
 * @throws DataverseError; QueryError `too_many_rows`
 */
export async function askGroups(entity: Entity, query: Query, deps: RunReportDeps): Promise<Groups> {
  const own = query.top ?? query.count
  try {
    const page: PageOfRows = await deps.dataverse.get(pathOf(entity, query), REPORT_PAGE)
    const hasMore = page['@odata.nextLink'] !== undefined || page[MORE] === true
    // Behind a top Dataverse does not say whether there is more.
    const isEnded = own !== undefined && (hasMore || (query.top !== undefined && page.value.length >= own))
    return { raw: page.value, more: hasMore && own === undefined, isEnded, addedUp: 0 }
  } catch (error) {
    if (!isTooManyToAggregate(error)) throw error
    const { aggregateHere, canGroup } = await import('../rows/aggregate-here.ts')
    const { dataverse, metadata, now, limits } = deps
    const zone = zoneOf((await metadata.person()).timeZone.name)
    if (!canGroup(query, zone.known)) throw error
    const here = { dataverse, now, deadline: limits.deadline, zone }
    const { rows, read } = await aggregateHere({ entity, fetch: query }, { parameters: [] }, here)
    const sorted = inOrder(rows, query)
    return { raw: sorted.slice(0, own), more: false, isEnded: sorted.length > (own ?? Infinity), addedUp: read }
  }
}

const BY_NAME = new Intl.Collator('en')
const FORMATTED = '@OData.Community.Display.V1.FormattedValue'

/** Numbers and choices by value, records by what they are called, what is empty first. */
function inOrder(rows: readonly RawRow[], { entity }: Query): RawRow[] {
  const keyOf = (row: RawRow, alias: string): unknown => {
    const value = row[alias]
    return typeof value === 'number' ? value : (row[alias + FORMATTED] ?? value)
  }
  return rows.toSorted((one, other) => {
    for (const { alias = '', descending } of entity.orders) {
      const compared = compare(keyOf(one, alias), keyOf(other, alias))
      if (compared !== 0) return descending ? -compared : compared
    }
    return 0
  })
}

function compare(one: unknown, other: unknown): number {
  const [isNone, isOther] = [one ?? null, other ?? null].map((value) => value === null)
  if (isNone === true || isOther === true) return Number(isOther) - Number(isNone)
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return BY_NAME.compare(String(one), String(other))
}
