import type { CallToolResult } from '@modelcontextprotocol/server'
import { idsOf } from '../audit/call-event.ts'
import { runTool, type CallAnswer, type RequestContext, type ToolDeps } from '../tool/run-tool.ts'
import { errorResult } from '../tool/tool-error.ts'
import type { Tool } from '../tool/tool.ts'
import { visibleTexts } from '../../dataverse/records/visible-text.ts'
import { type Off, refusalOf } from './off.ts'

/**
 * Runs a tool unless it is off; a call of one that is off asks nobody, and is audited like any other. What writes was
 * decided of before, and is not run where that was a refusal.
 */
export async function answerCall(
  tool: Tool,
  args: unknown,
  deps: ToolDeps & { readonly off: Off; readonly refusedWrite?: CallToolResult | undefined },
  requestContext: RequestContext,
): Promise<CallAnswer> {
  if (tool.ofWrites && deps.refusedWrite) return deps.refusedWrite
  const { whole, isToolOff } = deps.off
  const refusal = whole ?? (isToolOff(tool) ? refusalOf(tool, deps.off) : undefined)
  if (!refusal) return await runTool(tool, args, deps, requestContext)
  const { code } = refusal
  requestContext.mustRest?.()
  requestContext.audit({
    name: 'tool.called',
    tool: tool.name,
    ...idsOf(requestContext),
    outcome: 'refused',
    code,
    dataverseRequests: 0,
  })
  return errorResult(visibleTexts(refusal), tool.exactOutput)
}
