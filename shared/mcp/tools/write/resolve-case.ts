import { writingTool } from './writing-tool.ts'

export const resolveCaseTool = writingTool({
  name: 'resolve_case',
  title: 'Resolve case',
  description:
    'Resolves the case as previewed: send the call of preview_change as is, if the person wants it. Safe to repeat.',
})
