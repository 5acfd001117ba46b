import { QueryError } from '../../../dataverse/errors.ts'
import type { Owner, ReportResult } from '../../../reports/definition.ts'
import type { RunReportDeps } from '../../../reports/run/report-deps.ts'
import { SAVED_VIEWS } from '../../../reports/views/find-view.ts'
import { listViews } from '../../../reports/views/list-views.ts'
import { runView } from '../../../reports/views/run-view.ts'

export type ViewArguments = {
  readonly report?: string | undefined
  readonly view?: string | undefined
  readonly entity?: string | undefined
  /** Arguments of the reports; none is more than a value yet. */
  readonly others: Readonly<Record<string, unknown>>
}

/**
 * Runs a saved view, or lists them, where a call asks for that; `undefined` where it asks for a report.
 * @throws QueryError for both or neither, and for arguments that would change nothing
 */
export async function savedView(
  { report, view, entity, others }: ViewArguments,
  deps: RunReportDeps,
): Promise<ReportResult | undefined> {
  const isReport = report !== undefined && report !== SAVED_VIEWS
  if (view !== undefined && isReport)
    throw new QueryError(
      'invalid_arguments',
      'A report and a saved view cannot be run at once.',
      'Give report or view, not both.',
    )
  if (view !== undefined) {
    refuseOthers('A saved view takes entity and top alone', others, ['top'])
    return await runView({ view, entity, top: rowsOf(others['top'], deps) }, deps)
  }
  if (report === SAVED_VIEWS) {
    refuseOthers('The list of saved views takes entity alone', others, [])
    return await listViews(entity, deps)
  }
  if (isReport) return undefined
  throw new QueryError(
    'invalid_arguments',
    'Neither a report nor a saved view was named.',
    `Give report, or view with the name of a saved view; report "${SAVED_VIEWS}" lists them.`,
  )
}

/** No, and no owner in particular, are what a model fills in that asks for neither. */
export function asksForNothing(value: unknown): boolean {
  const nobody: Owner = 'anyone'
  return value === undefined || value === false || value === nobody
}

function refuseOthers(rule: string, others: ViewArguments['others'], taken: readonly string[]): void {
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
