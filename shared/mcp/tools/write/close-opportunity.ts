import { writingTool } from './writing-tool.ts'

export const closeOpportunityTool = writingTool({
  name: 'close_opportunity',
  title: 'Close opportunity',
  description:
    'Closes the opportunity as previewed: send the call of preview_change as is, if the person wants it. Safe to repeat.',
})
