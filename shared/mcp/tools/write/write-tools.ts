import type { Tool } from '../../tool/tool.ts'
import { createRecordTool } from './create-record.ts'
import { previewChange } from './preview-change.ts'
import { updateRecordTool } from './update-record.ts'

/** The tools that prepare and make changes, in the order of `tools/list`. */
export const writeTools: readonly Tool[] = [previewChange, createRecordTool, updateRecordTool]
