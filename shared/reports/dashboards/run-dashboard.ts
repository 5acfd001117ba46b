import { QueryError } from '../../dataverse/errors.ts'
import { isoInZone, zoneOf } from '../../dataverse/local-time.ts'
import { parseFetch } from '../../dataverse/query/from-fetchxml/parse-fetch.ts'
import type { WebApi } from '../../dataverse/web-api/web-api.ts'
import { readChartData } from '../charts/chart-data.ts'
import { readCharts, type SavedChart } from '../charts/read-charts.ts'
import type { ReportColumn, ReportResult } from '../definition.ts'
import type { RunReportDeps } from '../run/report-deps.ts'
import { shown } from '../views/pick-named.ts'
import { readViews, type SavedView } from '../views/read-views.ts'
import { readFormParts, type FormPart } from './form-parts.ts'
import { findDashboard, type Dashboard } from './read-dashboards.ts'

/** Twice the twenty that Dynamics 365 lets a dashboard have: some are a chart and its list. */
const MOST_PARTS = 40
const COLUMNS: readonly ReportColumn[] = [
  { key: 'part', title: 'Part', kind: 'text' },
  { key: 'kind', title: 'Kind', kind: 'text' },
  { key: 'entity', title: 'Table', kind: 'text' },
  { key: 'run', title: 'Arguments that run it', kind: 'text' },
  { key: 'why', title: 'Why it cannot be run', kind: 'text' },
]

/**
 * A dashboard as a list of its parts, each with the arguments of `run_report` that run it, or why it cannot be run. Three
 * requests.
 * @throws QueryError `unknown_dashboard`, `ambiguous_dashboard`, `unsupported_dashboard`; DataverseError
 */
export async function runDashboard(wanted: string, deps: RunReportDeps): Promise<ReportResult> {
  const { dataverse, metadata } = deps
  const [person, dashboard] = await Promise.all([metadata.person(), findDashboard(dataverse, wanted)])
  deps.about?.({ parameters: { dashboard: dashboard.name } })
  const all = partsOf(dashboard)
  const parts = all.slice(0, MOST_PARTS)
  const saved = await savedIn(parts, dataverse)
  const rows = await Promise.all(parts.map(async (part, at) => await rowOf(part, at, saved, deps)))
  const zone = zoneOf(person.timeZone.name)
  return {
    report: `dashboard:${dashboard.id}`,
    title: dashboard.name,
    asOf: isoInZone(deps.now(), zone.iana),
    timeZone: zone.iana,
    parameters: {},
    columns: COLUMNS,
    totals: [],
    rows,
    records: [],
    more: all.length > parts.length,
    picture: { kind: 'table' },
    reading: [
      `${dashboard.isOwn ? 'A personal' : 'An organization’s'} dashboard. Run a part by run_report, or show_report, with its arguments.`,
    ],
    notes: rows.length === 0 ? ['The dashboard has no part.'] : [],
  }
}

function partsOf({ name, formxml, isPowerBi }: Dashboard): FormPart[] {
  const open =
    'Open it in Dynamics 365; the charts and views that it shows are listed by the reports saved-charts and saved-views.'
  const refused = (why: string): QueryError =>
    new QueryError(
      'unsupported_dashboard',
      `The dashboard "${shown(name)}" has no parts that can be read: ${why}`,
      open,
    )
  if (isPowerBi) throw refused('Power BI draws it.')
  try {
    return readFormParts(formxml)
  } catch (error) {
    throw error instanceof QueryError ? refused(error.message) : error
  }
}

type SavedParts = {
  readonly charts: ReadonlyMap<string, SavedChart>
  readonly views: ReadonlyMap<string, SavedView>
}

/** What the parts name, as far as the person may read it. Two requests. */
async function savedIn(parts: readonly FormPart[], api: WebApi): Promise<SavedParts> {
  const idsOf = (key: 'chart' | 'view'): string | undefined => {
    const ids = new Set(parts.flatMap((part) => part[key] ?? []))
    return ids.size === 0 ? undefined : [...ids].map((id) => `{id} eq ${id}`).join(' or ')
  }
  const [ofCharts, ofViews] = [idsOf('chart'), idsOf('view')]
  const [charts, views] = await Promise.all([
    ofCharts === undefined ? [] : readCharts(api, ofCharts),
    ofViews === undefined ? [] : readViews(api, ofViews),
  ])
  return { charts: byId(charts), views: byId(views) }
}

function byId<T extends { readonly id: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map((one) => [one.id.toLowerCase(), one]))
}

type Row = Readonly<Record<string, string>>

async function rowOf(part: FormPart, at: number, saved: SavedParts, deps: RunReportDeps): Promise<Row> {
  const { kind, title, entity } = part
  const chart = saved.charts.get(part.chart ?? '')
  const view = saved.views.get(part.view ?? '')
  const name = title ?? `Part ${at + 1}`
  const table = chart?.entity ?? view?.entity ?? entity
  if (WHY[kind] !== undefined) return { part: name, kind, why: WHY[kind] }
  if (table !== undefined && !(await isKnown(table, deps))) return { part: `Part ${at + 1}`, kind, why: NO_TABLE }
  const why = unreadable(part, chart, view)
  const run = chart ? { chart: chart.id, ...(view && { view: view.id }) } : { view: view?.id }
  return {
    part: title ?? chart?.name ?? view?.name ?? name,
    kind,
    ...(table !== undefined && { entity: table }),
    ...(why === undefined ? { run: JSON.stringify(run) } : { why }),
  }
}

/** Of a table that is kept from models not even the name of what shows it is told. */
const NO_TABLE = 'Its table is gone, or an administrator keeps it from models.'

const WHY: Readonly<Partial<Record<FormPart['kind'], string>>> = {
  iframe: 'It shows another web page.',
  'web resource': 'A web resource draws it.',
  timer: 'It is a clock.',
  other: 'It is neither a chart nor a list.',
}

/** What is known of it before it is run. */
function unreadable(part: FormPart, chart: SavedChart | undefined, view: SavedView | undefined): string | undefined {
  if (part.kind === 'chart' && !chart) return 'The person may not read its chart, or it is gone.'
  if (!view && (part.kind === 'list' || part.view !== undefined))
    return 'The person may not read its view, or it is gone.'
  try {
    if (chart && part.kind === 'chart') readChartData(chart.data)
    if (view) parseFetch(view.fetchxml)
    return undefined
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return `It cannot be read: ${error.message}`
  }
}

async function isKnown(entity: string, { metadata }: RunReportDeps): Promise<boolean> {
  try {
    await metadata.entity(entity)
    return true
  } catch (error) {
    if (error instanceof QueryError) return false
    throw error
  }
}
