import { QueryError } from '../../dataverse/errors.ts'
import { KEPT_CODE } from '../../dataverse/hiding/refusals.ts'
import { parseFetch } from '../../dataverse/query/from-fetchxml/parse-fetch.ts'
import { resolveVisible, type Visible } from '../../dataverse/column-security/resolve-visible.ts'
import type { ResolvedQuery } from '../../dataverse/query/resolve/resolved-query.ts'
import { firstPage } from '../../dataverse/query/to-wire/first-page.ts'
import type { FetchPage } from '../../dataverse/query/to-wire/write-fetch.ts'
import { withFreshNames } from '../../dataverse/metadata/cache/fresh-names.ts'
import { kindOf } from '../../dataverse/rows/record-link.ts'
import { listedRecords } from '../../dataverse/records/linked-records.ts'
import type { Cursor } from '../../dataverse/rows/cursor.ts'
import { readPage } from '../../dataverse/rows/pages.ts'
import { compactRow, type CompactRow } from '../../dataverse/rows/rows.ts'
import { usualColumns } from '../../dataverse/metadata/usual-columns.ts'
import type { ReportColumn, ReportResult } from '../definition.ts'
import { isoInZone, zoneOf } from '../../dataverse/local-time.ts'
import { clockOf } from '../../dataverse/query/resolve/values/clock.ts'
import { periodSentences } from '../run/period-sentences.ts'
import { resolveDepsOf, type RunReportDeps } from '../run/report-deps.ts'
import { findView } from './find-view.ts'
import type { SavedView } from './read-views.ts'
import { viewColumns } from './view-columns.ts'
import { withoutFiles } from './without-files.ts'

export type AskedView = {
  /** Name or id. */
  readonly view: string
  readonly entity?: string | undefined
  /** Rows at most. */
  readonly top?: number | undefined
}

/**
 * Runs a view that was saved in Dynamics 365, the organization's or the person's own, as the signed-in person: two
 * requests once its table is known. Its FetchXML is parsed and written anew, like a model's.
 * @throws QueryError `unknown_view`, `ambiguous_view`, `unsupported_view`; DataverseError
 */
export async function runView(
  { view: wanted, entity: named, top }: AskedView,
  deps: RunReportDeps,
): Promise<ReportResult> {
  const { dataverse, metadata, limits } = deps
  const [person, entity] = await Promise.all([
    metadata.person(),
    named === undefined ? undefined : metadata.entity(named),
  ])
  const view = await findView(dataverse, wanted, entity)
  const query = await queryOf(view, Math.min(top ?? limits.maxTop, limits.maxTop), deps)
  deps.about?.({ entity: query.entity.name, queries: [query], parameters: { view: view.name } })
  const zone = zoneOf(person.timeZone.name)
  const instant = deps.now()
  const asOf = isoInZone(instant, zone.iana)
  const here = await pageOf(query, deps)
  const page = await readPage(dataverse, query.entity, here)
  const { columns, left } = viewColumns(view.layoutxml, query.columns, query.table)
  const shown = page.rows.slice(here.skip)
  const rows = shown.map((row) => toRow(row, columns, query))
  return {
    report: `view:${view.id}`,
    title: view.name,
    asOf,
    timeZone: zone.iana,
    parameters: {},
    columns,
    totals: [],
    rows,
    records: await listedRecords(shown, query.query, metadata),
    more: page.next !== undefined || page.isCutOff,
    goOn: (behind) => (behind < rows.length ? { ...here, skip: here.skip + behind } : page.next),
    picture: { kind: 'table' },
    reading: [
      ...periodSentences([{ fetch: query.query }], clockOf(person, instant)),
      `${view.isOwn ? 'A personal' : 'An organization’s'} saved view of ${query.entity.name}.`,
    ],
    recordLink: `${deps.dataverseUrl}/main.aspx?pagetype=entityrecord&etn={entity}&id={id}`,
    notes: [
      ...query.interpreted,
      ...query.hidden,
      ...(rows.length === 0 ? ['The view shows no row that the signed-in person may read.'] : []),
      ...(left > 0 ? [`${left} more columns of the view were left out.`] : []),
      ...(zone.known ? [] : ['The time zone of the person is unknown: times are in UTC.']),
    ],
  }
}

type ViewQuery = ResolvedQuery & Visible & { readonly paging: FetchPage }

async function queryOf(view: SavedView, top: number, deps: RunReportDeps): Promise<ViewQuery> {
  try {
    return await withFreshNames(deps.metadata, async (metadata) => {
      const { fetch, interpreted } = parseFetch(view.fetchxml)
      const resolving = { ...resolveDepsOf(deps), metadata, defaults: usualColumns }
      const resolved = withoutFiles(await resolveVisible(fetch, resolving))
      const paging = firstPage(resolved.query, { top, usual: top, most: top })
      return { ...resolved, interpreted: [...new Set([...interpreted, ...resolved.interpreted])], paging }
    })
  } catch (error) {
    if (!(error instanceof QueryError) || [KEPT_CODE, 'hidden_column'].includes(error.code)) throw error
    throw new QueryError(
      'unsupported_view',
      `The saved view "${view.name.slice(0, 100).toWellFormed()}" cannot be run here: ${error.message}`,
      `Ask the same of ${view.entity} with query_crm, or open the view in Dynamics 365.`,
    )
  }
}

async function pageOf({ query, paging, columns }: ViewQuery, { sized }: RunReportDeps): Promise<Cursor> {
  const { page, count: pageSize } = paging
  const at = { query, expansions: [], page, pageSize, skip: 0, count: false, ids: false }
  return sized ? await sized(at, columns) : at
}

/** A row of a list with the columns that are shown; its name leads to its record. */
export function toRow(
  raw: Readonly<Record<string, unknown>>,
  columns: readonly ReportColumn[],
  { entity }: Pick<ResolvedQuery, 'entity'>,
): CompactRow {
  const compact = compactRow(raw)
  const row: CompactRow = {}
  for (const { key } of columns) {
    const value = compact[key]
    if (value === undefined) continue
    const id = key === entity.nameColumn ? raw[entity.idColumn] : undefined
    row[key] =
      typeof value === 'string' && id !== undefined ? { id, label: value, entity: kindOf(raw, entity.name) } : value
  }
  return row
}
