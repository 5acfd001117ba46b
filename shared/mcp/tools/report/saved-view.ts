import { QueryError } from '../../../dataverse/errors.ts'
import type { ReportResult } from '../../../reports/definition.ts'
import type { RunReportDeps } from '../../../reports/run/run-report.ts'
import { SAVED_VIEWS } from '../../../reports/views/find-view.ts'
import { listViews } from '../../../reports/views/list-views.ts'
import { runView } from '../../../reports/views/run-view.ts'

export type ViewArguments = {
  readonly report?: string | undefined
  readonly view?: string | undefined
  readonly entity?: string | undefined
  /** As an argument of the reports it is no more than a value yet. */
  readonly top?: unknown
}

/**
 * Runs a saved view, or lists them, where a call asks for that; `undefined` where it asks for a report.
 * @throws QueryError for both or neither
 */
export async function savedView(
  { report, view, entity, top }: ViewArguments,
  deps: RunReportDeps,
): Promise<ReportResult | undefined> {
  const isReport = report !== undefined && report !== SAVED_VIEWS
  if (view !== undefined && isReport)
    throw new QueryError(
      'invalid_arguments',
      'A report and a saved view cannot be run at once.',
      'Give report or view, not both.',
    )
  if (view !== undefined) return await runView({ view, entity, top: rowsOf(top, deps) }, deps)
  if (report === SAVED_VIEWS) return await listViews(entity, deps)
  if (isReport) return undefined
  throw new QueryError(
    'invalid_arguments',
    'Neither a report nor a saved view was named.',
    `Give report, or view with the name of a saved view; report "${SAVED_VIEWS}" lists them.`,
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
