import type { Tool, ToolLimits } from './tool.ts'
import { fetchRecord } from './tools/fetch.ts'
import { getEntityMetadata } from './tools/get-entity-metadata.ts'
import { getRecord } from './tools/get-record.ts'
import { listEntities } from './tools/list-entities.ts'
import { queryCrm } from './tools/query-crm.ts'
import { runReport } from './tools/run-report.ts'
import { search } from './tools/search.ts'
import { whoami } from './tools/whoami.ts'

/** All tools, in the order that `tools/list` gives them; the same for everybody. */
export function createTools(limits: Pick<ToolLimits, 'defaultTop' | 'maxTop'>): readonly Tool[] {
  return [queryCrm(limits), getRecord, getEntityMetadata, listEntities, whoami, runReport(limits), search, fetchRecord]
}
