import type { WriteTool } from '../model.ts'
import type { Operation } from '../operation.ts'

/** Each is loaded when it is asked for: most deployments write nothing. */
const OPERATIONS: Readonly<Record<WriteTool, () => Promise<Operation>>> = {
  create_record: async () => (await import('./create-record.ts')).createRecord,
  update_record: async () => (await import('./update-record.ts')).updateRecord,
  log_activity: async () => (await import('./log-activity.ts')).logActivity,
  close_opportunity: async () => (await import('./close-opportunity.ts')).closeOpportunity,
  resolve_case: async () => (await import('./resolve-case.ts')).resolveCase,
  qualify_lead: async () => (await import('./qualify-lead.ts')).qualifyLead,
}

/** How one kind of change is made. */
export async function operationOf(tool: WriteTool): Promise<Operation> {
  return await OPERATIONS[tool]()
}
