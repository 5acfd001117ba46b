import { writingTool } from './writing-tool.ts'

export const logActivityTool = writingTool({
  name: 'log_activity',
  title: 'Log activity',
  description:
    'Logs the activity as previewed: send the call of preview_change as is, if the person wants it. Safe to repeat.',
  addsOnly: true,
})
