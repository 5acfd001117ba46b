import { McpServer } from '@modelcontextprotocol/server'
import type { Catalogue } from '../../reports/catalogue/catalogue.ts'
import type { Era } from './answer-with-sdk.ts'
import { instructionsFor } from './instructions.ts'
import { checkMessages } from './messages/check-messages.ts'
import { plainError } from './messages/plain-error.ts'
import { refuseRequest } from './messages/refuse-request.ts'
import { offerReportPrompts } from '../reports/report-prompts.ts'
import { offerResources, reportResources } from '../reports/report-resources.ts'
import { APPS_EXTENSION, reportViewResource } from '../reports/report-view-resource.ts'
import { reportViewUri } from '../reports/report-view-uri.ts'
import { answerCall } from '../switches/answer-call.ts'
import type { Off } from '../switches/off.ts'
import { offeredOf } from '../switches/offered.ts'
import type { RequestContext, ToolDeps } from '../tool/run-tool.ts'
import type { ListedTool } from '../tool/tool-listing.ts'
import type { Tool } from '../tool/tool.ts'
import { toolConfig } from './tool-config.ts'

export type ServerDeps = ToolDeps & {
  readonly tools: readonly Tool[]
  /** What `tools/list` says, where the view has this address. */
  readonly listed: (viewUri: string) => readonly ListedTool[]
  readonly catalogue: Catalogue
  readonly off: Off
  readonly version: string
  readonly branding: { readonly name: string }
}

/**
 * A server object for one request: the caller is captured here and nowhere else, so that no two people's requests can
 * ever meet in it.
 */
export function createMcpServer(deps: ServerDeps, requestContext: RequestContext, era: Era): McpServer {
  const { isOn, catalogue, hasView } = offeredOf(deps.tools, deps.catalogue, deps.off)
  const server = new McpServer(
    { name: 'chatgpt-dynamics-mcp', title: `${deps.branding.name} Dynamics 365`, version: deps.version },
    {
      instructions: instructionsFor(deps.branding.name, isOn),
      capabilities: {
        tools: { listChanged: false },
        resources: { listChanged: false },
        prompts: { listChanged: false },
        extensions: { [APPS_EXTENSION]: {} },
      },
    },
  )
  for (const tool of deps.tools) {
    server.registerTool(tool.name, toolConfig(tool), async (args) => await answerCall(tool, args, deps, requestContext))
  }
  // The SDK's own list has no place for `securitySchemes`.
  server.server.setRequestHandler('tools/list', async () => ({
    tools: deps.listed(await reportViewUri()).filter(({ name }) => isOn(name)),
  }))
  const view = hasView ? [reportViewResource(requestContext)] : []
  offerResources(server, [...reportResources(catalogue, requestContext), ...view])
  offerReportPrompts(server, catalogue, requestContext)
  const names = deps.tools.map(({ name }) => name)
  return checkMessages(server, {
    // One that is off is not unknown: its own answer says so.
    refuse: (asked) =>
      refuseRequest(
        asked,
        names.filter((name) => isOn(name) || name === asked.params['name']),
      ),
    tell: (error, { method }) => plainError(error, method, era),
  })
}
