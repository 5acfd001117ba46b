import { isTooManyToAggregate, type DataverseError } from '../../dataverse/errors.ts'
import type { Metadata } from '../../dataverse/metadata/model.ts'
import type { Zone } from '../../dataverse/local-time.ts'
import { listedRecords } from '../../dataverse/records/linked-records.ts'
import { withoutIds, type RecordsRead } from '../../dataverse/records/records-read.ts'
import { compactRow, type CompactRow } from '../../dataverse/rows/rows.ts'
import { isRefusal } from '../../dataverse/web-api/coalesce.ts'
import type { Read, ReadResult, WebApi } from '../../dataverse/web-api/web-api.ts'
import type { ReportDefinition } from '../definition.ts'
import { reportRows } from '../rows/report-rows.ts'
import { REPORT_PAGE, type PageOfRows } from './page-of-rows.ts'
import type { LeftOut, ReportQuery } from './report-query.ts'
import { wholePath, type Whole } from './whole-list.ts'

/** What a query of a report gave: rows as its columns show them, those of totals alone as they came. */
export type Answer = {
  readonly query: ReportQuery
  readonly rows: readonly CompactRow[]
  readonly more: boolean
  /** The records that its rows are made of. */
  readonly records: readonly RecordsRead[]
  /** Rows that were read to add them up here; 0 where Dataverse did. */
  readonly addedUp: number
  /** Of all rows of a list that goes on; absent where Dataverse did not tell. */
  readonly whole?: Whole | undefined
}

const MORE = '@Microsoft.Dynamics.CRM.morerecords'

/**
 * What goes out as one request: the report's own queries, the totals of its lists, what teams own besides, and which
 * owners are disabled.
 */
type Asked = {
  readonly definition: ReportDefinition
  readonly queries: readonly ReportQuery[]
  readonly teams: readonly Read<PageOfRows>[]
  readonly owners: readonly Read<PageOfRows>[]
}
type Result = ReadResult<PageOfRows>
export type Results = {
  readonly queries: readonly Result[]
  /** By query. */
  readonly wholes: ReadonlyMap<ReportQuery, Result>
  readonly teams: readonly Result[]
  readonly owners: readonly Result[]
}

export async function readAll({ definition, queries, teams, owners }: Asked, dataverse: WebApi): Promise<Results> {
  const listed = queries.flatMap((query) => {
    const path = wholePath(query, definition)
    return path === undefined ? [] : [{ query, path }]
  })
  const own = [...queries, ...listed].map(({ path }): Read<PageOfRows> => ({ path, schema: REPORT_PAGE }))
  const results = await readTogether([...own, ...teams, ...owners], dataverse)
  const wholes = listed.flatMap(({ query }, at) => {
    const result = results[queries.length + at]
    return result ? [[query, result] as const] : []
  })
  const beside = own.length + teams.length
  return {
    queries: results.slice(0, queries.length),
    wholes: new Map(wholes),
    teams: results.slice(own.length, beside),
    owners: results.slice(beside),
  }
}

/** A single one that is too many rows to aggregate is told, as a part of several would be. */
async function readTogether(
  reads: readonly Read<PageOfRows>[],
  dataverse: WebApi,
): Promise<readonly ReadResult<PageOfRows>[]> {
  const [first, ...others] = reads
  if (!first || others.length > 0) return await dataverse.batch(reads)
  return [
    await dataverse.get(first.path, REPORT_PAGE).then(
      (value) => ({ ok: true, value }) as const,
      (error: unknown) => {
        if (isTooManyToAggregate(error)) return { ok: false, error: error as DataverseError } as const
        throw error
      },
    ),
  ]
}

export type AnswerDeps = {
  readonly metadata: Pick<Metadata, 'entities'>
  readonly dataverse: WebApi
  readonly now: () => number
  readonly deadline: number
  readonly zone: Zone
}

/**
 * What a query gave. Half a report would be a wrong one: only what totals alone are made of may be missing.
 * @throws DataverseError; QueryError `too_many_rows`
 */
export async function answerOf(
  query: ReportQuery,
  result: ReadResult<PageOfRows>,
  definition: ReportDefinition,
  deps: AnswerDeps,
): Promise<Answer | LeftOut> {
  const { fetch, top, totalsOnly } = query
  const shown = (raw: readonly Readonly<Record<string, unknown>>[]): readonly CompactRow[] =>
    totalsOnly ? raw.map((row) => compactRow(row)) : reportRows(raw, query, definition)
  if (result.ok) {
    const { value: raw, '@odata.nextLink': next, [MORE]: more } = result.value
    const first = fetch.aggregate ? raw : raw.slice(0, top)
    const rest = first.length < raw.length || (fetch.aggregate && (next !== undefined || more === true))
    const records = await recordsIn(first, query, deps)
    return { query, rows: shown(first), more: rest, records, addedUp: 0 }
  }
  const isTooMany = isTooManyToAggregate(result.error)
  if (totalsOnly && (isTooMany || isRefusal(result.error)))
    return {
      part: query.part ?? '',
      reason: `Dynamics 365 ${isTooMany ? 'does not total as many rows' : 'refused it'}.`,
    }
  if (!isTooMany) throw result.error
  const { aggregateHere, canGroup } = await import('../rows/aggregate-here.ts')
  if (!canGroup(fetch, deps.zone.known)) throw result.error
  const { rows, read } = await aggregateHere(query, definition, deps)
  const records = await recordsIn(rows, query, deps)
  return { query, rows: shown(rows), more: false, records, addedUp: read }
}

/** Of a list that totals alone are made of no row is shown. */
async function recordsIn(
  rows: readonly Readonly<Record<string, unknown>>[],
  { entity, fetch, totalsOnly }: ReportQuery,
  { metadata }: AnswerDeps,
): Promise<readonly RecordsRead[]> {
  return totalsOnly ? [withoutIds(entity.name)] : await listedRecords(rows, fetch, metadata)
}
