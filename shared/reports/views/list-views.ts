import type { ReportResult } from '../definition.ts'
import type { RunReportDeps } from '../run/report-deps.ts'
import { VIEW } from './find-view.ts'
import { listNamed } from './list-named.ts'
import { readViewNames } from './read-views.ts'

/**
 * The saved views of a table, or of the usual ones, that the person may run: their own first. One request.
 * @throws QueryError `unknown_entity`; DataverseError
 */
export async function listViews(named: string | undefined, deps: RunReportDeps): Promise<ReportResult> {
  const read = async (filter: string | undefined) => await readViewNames(deps.dataverse, filter)
  const listed = { kind: VIEW, title: 'View', plural: 'Saved views', tableColumn: 'returnedtypecode', read }
  return await listNamed(listed, named, deps)
}
