import type { Query } from '../../dataverse/query/model/query.ts'
import { listedRecords } from '../../dataverse/records/linked-records.ts'
import type { CompactRow } from '../../dataverse/rows/rows.ts'
import type { ReportColumn, ReportResult } from '../definition.ts'
import { totalsOf } from '../rows/totals.ts'
import { REPORT_PAGE } from '../run/page-of-rows.ts'
import type { RunReportDeps } from '../run/report-deps.ts'
import { pathOf } from '../run/report-query.ts'
import { toRow } from '../views/run-view.ts'
import { viewColumns } from '../views/view-columns.ts'
import { askGroups, type Groups } from './ask-groups.ts'
import { chartTypeOf, pictureOf } from './chart-kind.ts'
import { chartColumns, chartRows, firstOfAxis } from './chart-rows.ts'
import { attributeWith } from './date-groups.ts'
import type { SavedChart } from './read-charts.ts'
import { rowBehindMark, rowsBehindGroup } from './rows-behind.ts'
import type { ChartQuery } from './run-chart.ts'

export type ChartAnswer = Pick<
  ReportResult,
  | 'columns'
  | 'rows'
  | 'records'
  | 'more'
  | 'picture'
  | 'drawing'
  | 'totals'
  | 'reading'
  | 'notes'
  | 'currency'
  | 'recordLink'
  | 'behind'
>

/** What a chart shows: groups with their figures, or single rows. One request. @throws DataverseError */
export async function answerChart(
  query: ChartQuery,
  chart: SavedChart,
  top: number | undefined,
  deps: RunReportDeps,
): Promise<ChartAnswer> {
  const answer = query.query.aggregate ? await ofGroups(query, chart, top, deps) : await ofRows(query, chart, top, deps)
  const hasRecords = answer.columns.some(({ kind }) => kind === 'record')
  return {
    ...answer,
    ...(hasRecords && { recordLink: `${deps.dataverseUrl}/main.aspx?pagetype=entityrecord&etn={entity}&id={id}` }),
    notes: [...answer.notes, ...(answer.rows.length === 0 ? [NOTHING] : [])],
  }
}

const NOTHING = 'The chart shows nothing: its view has no row that the signed-in person may read.'

async function ofGroups(
  query: ChartQuery,
  chart: SavedChart,
  top: number | undefined,
  deps: RunReportDeps,
): Promise<ChartAnswer> {
  const { groups, measures } = query
  const asked = await askGroups(query.entity, query.query, deps)
  const columns = chartColumns(query)
  const all = chartRows(asked.raw, query, columns)
  const rows = top === undefined ? all : firstOfAxis(all, groups[0], top)
  const currency = columns.some(({ kind }) => kind === 'money') ? await baseCurrency(deps) : undefined
  const drawn = pictureOf({
    type: chartTypeOf(chart.presentation),
    groups,
    measures: lengthsOf(measures, columns),
    isOfDates: attributeWith(query.query, groups[0])?.attribute.dateGrouping !== undefined,
    canStack: canAddUp(query.query, lengthsOf(measures, columns)[0]),
  })
  const isCut = rows.length < all.length
  return {
    columns,
    rows,
    behind: () => behind(rows, all, asked.raw, query),
    records: await listedRecords(asked.raw, query.query, deps.metadata),
    more: asked.more || isCut,
    totals: asked.more || isCut || asked.isEnded ? [] : figuresOver(rows, query, columns, currency),
    ...drawn,
    ...(currency !== undefined && { currency }),
    reading: [
      ...endedSentences(asked, query.query),
      ...(currency === undefined ? [] : [`The base currency of the organization is ${currency}.`]),
    ],
    notes: asked.addedUp > 0 ? [addedUpNote(asked.addedUp)] : [],
  }
}

/** A date is no length of a bar. */
function lengthsOf(measures: readonly string[], columns: readonly ReportColumn[]): string[] {
  return measures.filter((key) => columns.some((one) => one.key === key && one.kind !== 'date'))
}

function behind(
  rows: readonly CompactRow[],
  all: readonly CompactRow[],
  raw: Groups['raw'],
  query: ChartQuery,
): ReturnType<NonNullable<ReportResult['behind']>> {
  const askedFor = rowsBehindGroup(query)
  const places = new Map(all.map((row, at) => [row, at] as const))
  return rows.map((row) => {
    const of = raw[places.get(row) ?? -1]
    return of ? askedFor(of) : null
  })
}

async function baseCurrency({ metadata }: RunReportDeps): Promise<string | undefined> {
  return (await metadata.person()).organization.baseCurrency?.code
}

function addedUpNote(rows: number): string {
  return `More than 50,000 rows: Dynamics 365 does not total as many, so ${rows} rows were read and added up here.`
}

function endedSentences({ isEnded }: Groups, { top, count = 0 }: Query): string[] {
  return isEnded ? [`Of its groups the chart shows the first ${top ?? count} alone.`] : []
}

/** Whether the figures of groups are parts of one figure. */
function canAddUp(query: Query, alias: string | undefined): boolean {
  const { aggregate, distinct } = attributeWith(query, alias)?.attribute ?? {}
  return !distinct && (aggregate === 'sum' || aggregate === 'count' || aggregate === 'countcolumn')
}

function figuresOver(
  rows: readonly CompactRow[],
  { query, measures }: ChartQuery,
  columns: readonly ReportColumn[],
  currency: string | undefined,
): ReportResult['totals'] {
  const totals = columns
    .filter(({ key }) => measures.includes(key) && canAddUp(query, key))
    .map(({ key, title, kind }) => {
      return { kind: 'sum', title, of: key, format: kind === 'money' ? 'money' : 'count' } as const
    })
  return totalsOf(totals, { rows, answers: [], currency, more: false })
}

/** A mark for each row, as many as the chart says or who asks. */
async function ofRows(
  query: ChartQuery,
  chart: SavedChart,
  top: number | undefined,
  { dataverse, metadata, limits }: RunReportDeps,
): Promise<ChartAnswer> {
  const { count, page: _page, ...fetch } = query.query
  const own = fetch.top ?? count
  const most = Math.min(own ?? limits.maxTop, top ?? limits.maxTop, limits.maxTop)
  const { value } = await dataverse.get(pathOf(query.entity, { ...fetch, top: most + 1 }), REPORT_PAGE)
  const raw = value.slice(0, most)
  const { columns } = viewColumns('', query.columns, query.table)
  const measures = columns.filter(({ key }) => query.measures.includes(key)).map(({ key }) => key)
  const axis = columns.find(({ key }) => !measures.includes(key))?.key
  const type = chartTypeOf(chart.presentation)
  const groups = axis === undefined || measures.length === 0 ? [] : [axis]
  const drawn = pictureOf({ type, groups, measures, isOfDates: false, canStack: false })
  return {
    columns,
    rows: raw.map((row) => toRow(row, columns, query)),
    behind: () => raw.map(rowBehindMark(query)),
    records: await listedRecords(raw, query.query, metadata),
    more: value.length > most && most !== own,
    totals: [],
    ...drawn,
    reading: [],
    notes: [],
  }
}
