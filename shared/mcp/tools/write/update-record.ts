import { writingTool } from './writing-tool.ts'

export const updateRecordTool = writingTool({
  name: 'update_record',
  title: 'Update record',
  description:
    'Changes the record as previewed: send the call of preview_change as is, if the person wants it. Safe to repeat.',
})
