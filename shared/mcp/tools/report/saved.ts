import { QueryError } from '../../../dataverse/errors.ts'
import type { Owner, ReportResult } from '../../../reports/definition.ts'
import type { RunReportDeps } from '../../../reports/run/report-deps.ts'
import { SAVED_VIEWS } from '../../../reports/views/slug.ts'
import { SAVED_CHARTS } from '../../../reports/charts/slug.ts'
import { DASHBOARDS } from '../../../reports/dashboards/slug.ts'
import { listViews } from '../../../reports/views/list-views.ts'
import { runView } from '../../../reports/views/run-view.ts'

const LISTED_BY: Readonly<Record<string, string>> = { view: SAVED_VIEWS, chart: SAVED_CHARTS, dashboard: DASHBOARDS }

export type SavedArguments = {
  readonly report?: string | undefined
  readonly view?: string | undefined
  readonly chart?: string | undefined
  readonly dashboard?: string | undefined
  readonly entity?: string | undefined
  /** Arguments of the reports; none is more than a value yet. */
  readonly others: Readonly<Record<string, unknown>>
}

/**
 * Runs what was saved in Dynamics 365 (a view, a chart over a view, a dashboard) or lists it, where a call asks for that;
 * `undefined` where it asks for a report.
 * @throws QueryError for several or none of them, and for arguments that would change nothing
 */
export async function savedInDynamics(asked: SavedArguments, deps: RunReportDeps): Promise<ReportResult | undefined> {
  const { report, view, chart, dashboard, entity, others } = asked
  if (report !== undefined) checkAlone(asked)
  if (dashboard !== undefined) {
    refuseOthers('A dashboard takes no other argument', { ...others, view, chart, entity }, [])
    const { runDashboard } = await import('../../../reports/dashboards/run-dashboard.ts')
    return await runDashboard(dashboard, deps)
  }
  if (chart !== undefined) {
    refuseOthers('A saved chart takes entity, view and top alone', others, ['top'])
    const { runChart } = await import('../../../reports/charts/run-chart.ts')
    return await runChart({ chart, view, entity, top: rowsOf(others['top'], deps) }, deps)
  }
  if (view !== undefined) {
    refuseOthers('A saved view takes entity and top alone', others, ['top'])
    return await runView({ view, entity, top: rowsOf(others['top'], deps) }, deps)
  }
  if (report !== undefined) return await listed(report, asked, deps)
  throw new QueryError(
    'invalid_arguments',
    'Neither a report nor a saved view, chart or dashboard was named.',
    `Give report, or view with the name of a saved view; report "${SAVED_VIEWS}" lists them, as "${SAVED_CHARTS}" and "${DASHBOARDS}" do for chart and dashboard.`,
  )
}

/** The slug under which a call is told of in logs. */
export function slugOf({ report, view, chart, dashboard }: Omit<SavedArguments, 'others'>): string | undefined {
  if (dashboard !== undefined) return DASHBOARDS
  return chart === undefined ? (view === undefined ? report : SAVED_VIEWS) : SAVED_CHARTS
}

async function listed(
  report: string,
  { entity, others }: SavedArguments,
  deps: RunReportDeps,
): Promise<ReportResult | undefined> {
  if (report === DASHBOARDS) {
    refuseOthers('The list of dashboards takes no other argument', { ...others, entity }, [])
    return await (await import('../../../reports/dashboards/read-dashboards.ts')).listDashboards(deps)
  }
  if (report !== SAVED_VIEWS && report !== SAVED_CHARTS) return undefined
  const what = report === SAVED_VIEWS ? 'views' : 'charts'
  refuseOthers(`The list of saved ${what} takes entity alone`, others, [])
  if (report === SAVED_VIEWS) return await listViews(entity, deps)
  return await (await import('../../../reports/charts/read-charts.ts')).listCharts(entity, deps)
}

/** The list that one would be found in may be named beside it: it asks for no more. */
function checkAlone({ report, view, chart, dashboard }: SavedArguments): void {
  const [name] = Object.entries({ dashboard, chart, view }).flatMap(([key, value]) =>
    value === undefined ? [] : [key],
  )
  if (name === undefined || report === LISTED_BY[name]) return
  throw new QueryError(
    'invalid_arguments',
    `A report and a saved ${name} cannot be run at once.`,
    `Give report or ${name}, not both.`,
  )
}

/** No, and no owner in particular, are what a model fills in that asks for neither. */
export function asksForNothing(value: unknown): boolean {
  const nobody: Owner = 'anyone'
  return value === undefined || value === false || value === nobody
}

function refuseOthers(rule: string, others: SavedArguments['others'], taken: readonly string[]): void {
  const given = Object.entries(others).filter(([, value]) => !asksForNothing(value))
  const names = given.map(([name]) => name).filter((name) => !taken.includes(name))
  if (names.length === 0) return
  throw new QueryError(
    'invalid_parameter',
    `${rule}, not ${names.join(', ')}.`,
    `Leave ${names.join(', ')} out, or ask the same of its entity with query_crm, filtered as you need.`,
  )
}

function rowsOf(top: unknown, { limits }: RunReportDeps): number | undefined {
  if (top === undefined) return undefined
  if (typeof top === 'number' && Number.isSafeInteger(top) && top >= 1 && top <= limits.maxTop) return top
  throw new QueryError(
    'invalid_parameter',
    'The value of top is out of range.',
    `Give top as a whole number from 1 to ${limits.maxTop}, or leave it out.`,
  )
}
