import { BUILT_IN_CATALOGUE } from '../reports/catalogue/built-in.ts'
import type { Catalogue } from '../reports/catalogue/catalogue.ts'
import type { Tool, ToolLimits } from './tool/tool.ts'
import { analyze } from './tools/analyze/analyze.ts'
import { fetchRecord } from './tools/fetch/fetch.ts'
import { getEntityMetadata } from './tools/metadata/get-entity-metadata.ts'
import { getRecord } from './tools/get-record.ts'
import { listEntities } from './tools/metadata/list-entities.ts'
import { queryCrm } from './tools/query/query-crm.ts'
import { runReportTool } from './tools/report/run-report.ts'
import { search } from './tools/search/search.ts'
import { showReport } from './tools/report/show-report.ts'
import { showAnswer } from './tools/show/show-answer.ts'
import { timeline } from './tools/timeline/timeline.ts'
import { whoami } from './tools/whoami.ts'

/**
 * All tools, in the order that `tools/list` gives them; the same for all who have the same reports.
 * @param writing those that write, where that is switched on
 */
export function createTools(
  limits: Pick<ToolLimits, 'defaultTop' | 'maxTop'>,
  catalogue: Catalogue = BUILT_IN_CATALOGUE,
  writing: readonly Tool[] = [],
): readonly Tool[] {
  const report = runReportTool(catalogue)
  const [query, analysis, happened] = [queryCrm(limits), analyze(), timeline(limits)]
  const shown = showAnswer([analysis, query, happened])
  const reading = [query, analysis, getRecord, getEntityMetadata, listEntities, whoami]
  return [...reading, ...writing, report, showReport(report), shown, search, fetchRecord, happened]
}
