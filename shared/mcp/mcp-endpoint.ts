import { readBearer } from '../http/bearer.ts'
import type { Endpoint, Incoming, Outgoing } from '../http/message.ts'
import type { Caller } from '../grants/caller.ts'
import { BUILT_IN_CATALOGUE } from '../reports/built-in.ts'
import type { Catalogue } from '../reports/catalogue.ts'
import { asksForReports } from './asks-for-reports.ts'
import { isOversizedBatch } from './batch.ts'
import { challenge, type ChallengeError } from './bearer.ts'
import { corsHeaders, isForeignOrigin, preflightHeaders } from './origin.ts'
import { rpcError } from './rpc-error.ts'
import type { Exchange, ToolDeps } from './run-tool.ts'
import { exchangeWithSdk } from './sdk-exchange.ts'
import { createMcpServer, type ServerDeps } from './server.ts'
import { listTool } from './tool-listing.ts'
import type { ToolLimits } from './tool.ts'
import { listShowReport } from './tools/show-report.ts'
import { createTools, createViewTools } from './tools.ts'

export type McpDeps = ToolDeps & {
  readonly publicBaseUrl: string
  readonly allowedOrigins: readonly string[]
  readonly scope: string
  /** `undefined` for a token that is unknown, expired or revoked; throws when that cannot be told now. */
  readonly authenticate: (bearer: string) => Promise<Caller | undefined>
  /** Drops what is remembered of a token whose Dataverse token was refused. */
  readonly forget: (bearer: string) => void
  readonly limits: ToolLimits & { readonly bodyBytes: number }
  readonly version: string
  readonly branding: { readonly name: string }
  /**
   * The reports that are offered, the built-in ones where nothing is said. Where they change they are asked for at each
   * request; one that `isForReports` may be kept waiting for them, any other may not.
   */
  readonly catalogue?: Catalogue | ((exchange: Exchange, isForReports: boolean) => Catalogue | Promise<Catalogue>)
}

const MOST_TOKEN_CHARACTERS = 4_096
const INVALID_TOKEN: ChallengeError = {
  error: 'invalid_token',
  description: 'The access token is unknown, expired or revoked',
}
const TOKEN_IN_QUERY: ChallengeError = {
  error: 'invalid_request',
  description: 'The access token belongs in the Authorization header',
}

/**
 * `/mcp`: the Streamable HTTP transport of MCP without sessions, for 2026-07-28 and the 2025 revisions.
 * The bearer is checked before method and body: a client that polls with GET must learn that its token has ended.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
 */
export function createMcpEndpoint(deps: McpDeps): Endpoint {
  const toolsFor = memoizedTools(deps)
  return async (request) => {
    const origin = request.headers.get('origin')
    if (isForeignOrigin(origin, deps.allowedOrigins)) return refuseOrigin(request)
    const shared = { 'cache-control': 'no-store', ...corsHeaders(origin) }
    if (request.method === 'OPTIONS') return { status: 204, headers: { ...shared, ...preflightHeaders() } }
    const answer = await answerBearer(request, toolsFor, deps)
    return { ...answer, headers: { ...shared, ...answer.headers } }
  }
}

async function answerBearer(request: Incoming, toolsFor: ToolsFor, deps: McpDeps): Promise<Outgoing> {
  // RFC 6750 section 2.3: a token in a URL ends up in logs and referrers.
  if (request.query.has('access_token')) return refuseToken(request, deps, 400, TOKEN_IN_QUERY)
  const bearer = readBearer(request.headers, MOST_TOKEN_CHARACTERS)
  if (bearer.kind === 'absent') return refuseToken(request, deps, 401)
  const caller = bearer.kind === 'present' ? await deps.authenticate(bearer.token) : undefined
  if (bearer.kind === 'malformed' || !caller) return refuseToken(request, deps, 401, INVALID_TOKEN)

  if (request.method !== 'POST') return rpcError(405, 'Method not allowed', { allow: 'POST, OPTIONS' })
  if (request.body.byteLength > deps.limits.bodyBytes) return rpcError(413, 'The request body is too large')
  if (isOversizedBatch(request.body)) return rpcError(400, 'The batch holds too many messages')

  const state = { refused: false }
  const exchange = {
    caller,
    audit: request.audit,
    correlationId: request.correlationId,
    tokenRefused: () => {
      state.refused = true
    },
  }
  const url = `${deps.publicBaseUrl}/mcp`
  const catalogue = await catalogueFor(deps, request, exchange)
  const serverDeps: ServerDeps = { ...deps, ...toolsFor(catalogue), catalogue }
  const server = (): ReturnType<typeof createMcpServer> => createMcpServer(serverDeps, exchange)
  const answer = await exchangeWithSdk(request, url, deps.limits.toolDeadlineMs, server)
  if (!state.refused) return answer
  deps.forget(bearer.token)
  return refuseToken(request, deps, 401, INVALID_TOKEN)
}

type Tools = Pick<ServerDeps, 'tools' | 'listed' | 'listedForViews'>
type ToolsFor = (catalogue: Catalogue) => Tools

/** JSON schemas are slow to write, and the same for as long as the reports are. */
function memoizedTools({ limits, scope }: McpDeps): ToolsFor {
  const known = new WeakMap<Catalogue, Tools>()
  return (catalogue) => {
    const found = known.get(catalogue)
    if (found) return found
    const tools = createTools(limits, catalogue)
    const views = createViewTools(tools)
    const made = {
      tools: [...tools, ...views],
      listed: tools.map((tool) => listTool(tool, scope)),
      listedForViews: views.map((tool) => listShowReport(tool, scope)),
    }
    known.set(catalogue, made)
    return made
  }
}

async function catalogueFor(
  { catalogue = BUILT_IN_CATALOGUE }: McpDeps,
  { body }: Incoming,
  exchange: Exchange,
): Promise<Catalogue> {
  return typeof catalogue === 'function' ? await catalogue(exchange, asksForReports(body)) : catalogue
}

function refuseToken(request: Incoming, deps: McpDeps, status: 400 | 401, failure?: ChallengeError): Outgoing {
  if (failure) auditRefusal(request, status, failure.error)
  const message = failure?.description ?? 'Authorization is required'
  return rpcError(status, message, { 'www-authenticate': challenge(deps.publicBaseUrl, deps.scope, failure) })
}

function refuseOrigin(request: Incoming): Outgoing {
  auditRefusal(request, 403, 'foreign_origin')
  return rpcError(403, 'Origin not allowed', { 'cache-control': 'no-store', vary: 'Origin' })
}

function auditRefusal(request: Incoming, status: number, code: string): void {
  request.audit({ name: 'mcp.refused', outcome: 'refused', status, code, correlationId: request.correlationId })
}
