import type { Tool } from '../../tool/tool.ts'
import { closeOpportunityTool } from './close-opportunity.ts'
import { createRecordTool } from './create-record.ts'
import { logActivityTool } from './log-activity.ts'
import { previewChange } from './preview-change.ts'
import { qualifyLeadTool } from './qualify-lead.ts'
import { resolveCaseTool } from './resolve-case.ts'
import { updateRecordTool } from './update-record.ts'

/** The tools that prepare and make changes, in the order of `tools/list`. */
export const writeTools: readonly Tool[] = [
  previewChange,
  createRecordTool,
  updateRecordTool,
  logActivityTool,
  closeOpportunityTool,
  resolveCaseTool,
  qualifyLeadTool,
]
