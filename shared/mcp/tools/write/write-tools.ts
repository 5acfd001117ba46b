import type { Tool } from '../../tool/tool.ts'
import { previewChange } from './preview-change.ts'

/** The tools that prepare and make changes, in the order of `tools/list`. */
export const writeTools: readonly Tool[] = [previewChange]
