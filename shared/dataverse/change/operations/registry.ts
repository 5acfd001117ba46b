import type { WriteTool } from '../model.ts'
import type { Operation } from '../operation.ts'
import { closeOpportunity } from './close-opportunity.ts'
import { createRecord } from './create-record.ts'
import { logActivity } from './log-activity.ts'
import { qualifyLead } from './qualify-lead.ts'
import { resolveCase } from './resolve-case.ts'
import { updateRecord } from './update-record.ts'

const OPERATIONS: Readonly<Record<WriteTool, Operation>> = {
  create_record: createRecord,
  update_record: updateRecord,
  log_activity: logActivity,
  close_opportunity: closeOpportunity,
  resolve_case: resolveCase,
  qualify_lead: qualifyLead,
}

/** How one kind of change is made. */
export const operationOf = (tool: WriteTool): Operation => OPERATIONS[tool]
