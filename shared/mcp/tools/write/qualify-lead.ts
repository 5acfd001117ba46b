import { writingTool } from './writing-tool.ts'

export const qualifyLeadTool = writingTool({
  name: 'qualify_lead',
  title: 'Qualify lead',
  description:
    'Qualifies the lead as previewed: send the call of preview_change as is, if the person wants it. Safe to repeat.',
})
