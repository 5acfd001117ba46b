import { writingTool } from './writing-tool.ts'

export const createRecordTool = writingTool({
  name: 'create_record',
  title: 'Create record',
  description:
    'Creates the record as previewed: send the call of preview_change as is, if the person wants it. Safe to repeat.',
  addsOnly: true,
})
