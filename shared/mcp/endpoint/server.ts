import { type CallToolResult, McpServer } from '@modelcontextprotocol/server'
import type { Catalogue } from '../../reports/catalogue/catalogue.ts'
import type { Era } from './answer-with-sdk.ts'
import { instructionsFor, type TellTerms } from './instructions.ts'
import type { AskedPart } from './messages/asked-part.ts'
import { checkMessages } from './messages/check-messages.ts'
import { plainError } from './messages/plain-error.ts'
import { refuseRequest } from './messages/refuse-request.ts'
import { offerReportPrompts } from '../reports/report-prompts.ts'
import { offerResources, reportResources, type OfferedResource } from '../reports/report-resources.ts'
import { APPS_EXTENSION } from '../reports/apps-extension.ts'
import { reportViewResource } from '../reports/report-view-resource.ts'
import { reportViewUri } from '../reports/report-view-uri.ts'
import { answerCall } from '../switches/answer-call.ts'
import type { Off } from '../switches/off.ts'
import { offeredOf } from '../switches/offered.ts'
import type { RequestContext, ToolDeps } from '../tool/run-tool.ts'
import type { ListedTool, ListTools } from '../tool/tool-listing.ts'
import type { Tool } from '../tool/tool.ts'
import { toolConfig } from './tool-config.ts'

export type ServerDeps = ToolDeps & {
  readonly tools: readonly Tool[]
  /** What `tools/list` says. */
  readonly listed: ListTools
  readonly catalogue: Catalogue
  readonly off: Off
  readonly toldTerms: TellTerms | undefined
  readonly refusedWrite: CallToolResult | undefined
  readonly version: string
  readonly branding: { readonly name: string }
}

const PART = { listChanged: false }

/**
 * A server object for one request, as far as that asks for it: the caller is captured here and nowhere else, so that no
 * two people's requests can ever meet in it.
 */
export function createMcpServer(
  deps: ServerDeps,
  requestContext: RequestContext,
  era: Era,
  asked: AskedPart,
): McpServer {
  const { isOn, catalogue, hasView } = offeredOf(deps.tools, deps.catalogue, deps.off)
  const drawsChanges = isDrawingChanges(deps)
  const server = emptyServer(deps, isOn, asked)
  if (isIn(asked, 'tools')) offerTools(server, deps, requestContext, { asked, era })
  if (isIn(asked, 'resources')) {
    const view = hasView ? [reportViewResource(requestContext)] : []
    const resources = [...reportResources(catalogue, requestContext, deps.dataverse), ...view]
    offerResources(server, resources, drawsChanges ? () => changeViews(requestContext) : undefined)
  }
  if (isIn(asked, 'prompts')) offerReportPrompts(server, catalogue, requestContext, deps.dataverse)
  const names = deps.tools.map(({ name }) => name)
  return checkMessages(server, {
    // One that is off is not unknown: its own answer says so.
    refuse: (request) =>
      refuseRequest(
        request,
        names.filter((name) => isOn(name) || name === request.params['name']),
      ),
    tell: (error, { method }) => plainError(error, method, era),
  })
}

/** What is offered to whoever asks now, the same object for as long as it says the same. */
export async function listedFor(deps: ServerDeps): Promise<ListedTool[]> {
  const { isOn } = offeredOf(deps.tools, deps.catalogue, deps.off)
  return deps.listed(await reportViewUri(), isOn, isDrawingChanges(deps) ? await changeUri() : undefined)
}

/** Who reads a resource loads no tool that writes. */
const isDrawingChanges = ({ writes, off }: ServerDeps): boolean =>
  writes !== undefined && !off.isToolOff({ name: 'preview_change' })

function isIn({ of }: AskedPart, part: 'tools' | 'resources' | 'prompts'): boolean {
  return of === 'all' || of === part
}

/** The SDK makes handlers for each capability that is named; all of them are told where a client asks for them. */
function emptyServer(
  { branding, version, toldTerms }: ServerDeps,
  isOn: (tool: string) => boolean,
  asked: AskedPart,
): McpServer {
  const about = { name: 'chatgpt-dynamics-mcp', title: `${branding.name} Dynamics 365`, version }
  if (asked.of !== 'all') return new McpServer(about, { capabilities: { [asked.of]: PART } })
  return new McpServer(about, {
    instructions: instructionsFor(branding.name, isOn, toldTerms),
    capabilities: { tools: PART, resources: PART, prompts: PART, extensions: { [APPS_EXTENSION]: {} } },
  })
}

async function changeViews(requestContext: RequestContext): Promise<readonly OfferedResource[]> {
  const { changeViewResource } = await import('../writes/card/change-view-resource.ts')
  return [changeViewResource(requestContext)]
}

async function changeUri(): Promise<string> {
  return await (await import('../writes/card/change-view-uri.ts')).changeViewUri()
}

type Tools = { readonly asked: AskedPart; readonly era: Era }

function offerTools(server: McpServer, deps: ServerDeps, requestContext: RequestContext, { asked, era }: Tools): void {
  const wanted = asked.of === 'tools' ? deps.tools.filter(({ name }) => name === asked.tool) : deps.tools
  for (const tool of wanted) {
    server.registerTool(tool.name, toolConfig(tool), async (args, context) => {
      const message = tool.ofWrites && era === 'modern' ? { message: context } : {}
      return await answerCall(tool, args, deps, { ...requestContext, ...message })
    })
  }
  // The SDK's own list has no place for `securitySchemes`.
  server.server.setRequestHandler('tools/list', async () => ({ tools: await listedFor(deps) }))
}
