import { readBearer } from '../../http/headers/bearer.ts'
import { jsonExcess } from '../../http/bounds/json-excess.ts'
import { checkLength } from '../../http/bounds/require-length.ts'
import { BODY_BYTES, MCP_JSON } from '../../http/bounds/sizes.ts'
import { parseJson } from '../../dataverse/web-api/parse-json.ts'
import { askedBy } from '../../http/failed-for.ts'
import { withErrorBoundary } from '../../http/error-boundary.ts'
import type { Endpoint, Incoming, Outgoing } from '../../http/message.ts'
import type { Caller } from '../../grants/caller.ts'
import { BUILT_IN_CATALOGUE } from '../../reports/catalogue/built-in.ts'
import type { Catalogue } from '../../reports/catalogue/catalogue.ts'
import { asksForReports } from './asks-for-reports.ts'
import { challenge, type ChallengeError } from './bearer.ts'
import { askForToken, MOST_TOKEN_CHARACTERS } from './first-call.ts'
import { corsHeaders, isForeignOrigin, MCP_METHODS, preflightHeaders } from './origin.ts'
import { rpcError, showRpcError } from './rpc-error.ts'
import type { RequestContext, ToolDeps } from '../tool/run-tool.ts'
import type { FairLine, Place } from '../limits/fair-line.ts'
import { personOf } from '../limits/person.ts'
import { sendAway } from '../limits/send-away.ts'
import { answerWithSdk, type Era, type Posted } from './answer-with-sdk.ts'
import { askedPart } from './messages/asked-part.ts'
import { batchProblem } from './messages/batch.ts'
import { keepingLists } from './messages/kept-lists.ts'
import { createMcpServer, listedFor, type ServerDeps } from './server.ts'
import { memoizedTools, type ToolsFor } from './tools-for.ts'
import { ALL_ON, type Off } from '../switches/off.ts'
import type { ToolLimits } from '../tool/tool.ts'
import { asBearerOf, WireError } from '../../http/wire-error.ts'
import type { Refused } from '../writes/gate.ts'

export type McpDeps = ToolDeps & {
  readonly publicBaseUrl: string
  readonly allowedOrigins: readonly string[]
  /** Of tools that read. */
  readonly scope: string
  /** What clients are told to ask for when they connect; `scope` where nothing is said. */
  readonly connectScope?: string
  /** `undefined` for what we never issued; throws when that cannot be told now. */
  readonly authenticate: (bearer: string, headers: Headers) => Promise<Caller | Ended | undefined>
  /** Drops what is remembered of a token whose Dataverse token was refused. */
  readonly forget: (bearer: string) => void
  readonly limits: ToolLimits
  /** Whose request is next; without one every request begins at once. */
  readonly line?: FairLine
  readonly version: string
  readonly branding: { readonly name: string }
  /**
   * The reports that are offered, the built-in ones where nothing is said. Where they change they are asked for at each
   * request; one that `isForReports` may be kept waiting for them, any other may not.
   */
  readonly catalogue?:
    | Catalogue
    | ((requestContext: RequestContext, isForReports: boolean) => Catalogue | Promise<Catalogue>)
  /** What administrators have switched off for a caller; nothing where nothing is said. */
  readonly offFor?: (caller: Caller) => Promise<Off>
  readonly guard?: Guard
}

/** A token of a grant that is known, but expired, revoked or replaced. */
export type Ended = { readonly endedGrant: string }

/** What catches, counts and shows the errors of an endpoint. */
export type Guard = (endpoint: Endpoint) => Endpoint

/** Who has used up a budget, or is switched off, asks no more than eight times a second here, however often they try. */
const REST_MS = 500
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
  const guard = deps.guard ?? ((endpoint: Endpoint) => withErrorBoundary(endpoint, () => undefined, showRpcError))
  const answer = guard((request) => answerBearer(request, toolsFor, deps))
  const refuseOrigin = guard((request) => Promise.reject(foreignOrigin(request)))
  return async (request) => {
    const origin = request.headers.get('origin')
    if (isForeignOrigin(origin, deps.allowedOrigins)) return await refuseOrigin(request)
    const shared = { 'cache-control': 'no-store', ...corsHeaders(origin) }
    if (request.method === 'OPTIONS')
      return { status: 204, headers: { ...shared, allow: MCP_METHODS, ...preflightHeaders() } }
    const reply = await answer(request)
    return { ...reply, headers: { ...shared, ...reply.headers } }
  }
}

async function answerBearer(request: Incoming, toolsFor: ToolsFor, deps: McpDeps): Promise<Outgoing> {
  // RFC 6750 section 2.3: a token in a URL ends up in logs and referrers.
  if (request.query.has('access_token')) throw tokenRefused(request, deps, 400, TOKEN_IN_QUERY, 'in the address')
  const bearer = readBearer(request.headers, MOST_TOKEN_CHARACTERS)
  if (bearer.kind === 'absent') return askForToken({ ...deps, scope: connectScopeOf(deps) })
  const caller = bearer.kind === 'present' ? await deps.authenticate(bearer.token, request.headers) : undefined
  if (bearer.kind === 'malformed' || !caller) throw tokenRefused(request, deps, 401, INVALID_TOKEN, 'not ours')
  if ('endedGrant' in caller) {
    const grantId = caller.endedGrant
    const refused = tokenRefused(request, deps, 401, INVALID_TOKEN, 'of a grant that we know', { grantId })
    throw refused.blaming({ flow: grantId, issued: true })
  }
  if (request.method !== 'POST') return rpcError(405, `Use ${MCP_METHODS}.`, { allow: MCP_METHODS })
  const { userId, clientId, grantId } = caller
  const answer = (turn: Turn): Promise<Outgoing> =>
    asBearerOf(grantId, () => answerCaller(request, { token: bearer.token, caller, turn }, toolsFor, deps))
  return askedBy(
    () => ({ userId, clientId, grantId }),
    () => (deps.line ? inTurn(request, caller, deps.line, answer) : answer(AT_ONCE)),
  )
}

/** Before anything is parsed: what a person's requests cost this worker is what they take turns for. */
async function inTurn(
  request: Incoming,
  caller: Caller,
  line: FairLine,
  answer: (turn: Turn) => Promise<Outgoing>,
): Promise<Outgoing> {
  let restMs = 0
  const mustRest = (): void => void (restMs = REST_MS)
  const turn = await line.take(personOf(caller), request.body.byteLength)
  if (!('leave' in turn)) return sendAway(request, caller, turn)
  try {
    return await answer({ waitedMs: turn.waitedMs, mustRest })
  } finally {
    turn.leave(restMs)
  }
}

/** What a batch or a text may hold is bounded before anything parses it, for the person who sent it as for all others. */
function readPosted(request: Incoming): Posted {
  const { body, headers } = request
  if (body.byteLength > BODY_BYTES.mcp) throw new WireError(413, 'invalid_request', 'The request body is too large')
  const excess = jsonExcess(body, MCP_JSON)
  if (excess) throw new WireError(400, 'invalid_request', `The request body ${excess}`)
  const json = parseJson(UTF_8.decode(body))
  const problem = batchProblem(json, headers.get('mcp-protocol-version'))
  if (problem) throw new WireError(400, 'invalid_request', problem)
  return { ...request, json }
}

const UTF_8 = new TextDecoder()

type Turn = Pick<Place, 'waitedMs'> & { readonly mustRest: () => void }
const AT_ONCE: Turn = { waitedMs: 0, mustRest: () => undefined }
type Asking = { readonly token: string; readonly caller: Caller; readonly turn: Turn }

async function answerCaller(
  request: Incoming,
  { token, caller, turn: { waitedMs, mustRest } }: Asking,
  toolsFor: ToolsFor,
  deps: McpDeps,
): Promise<Outgoing> {
  checkLength(request)
  const posted = readPosted(request)
  const state = { refused: false }
  const requestContext = {
    caller,
    waitedMs,
    mustRest,
    audit: request.audit,
    correlationId: request.correlationId,
    tokenRefused: () => {
      state.refused = true
    },
  }
  const url = `${deps.publicBaseUrl}/mcp`
  const catalogue = await catalogueFor(deps, posted, requestContext)
  const off = (await deps.offFor?.(caller)) ?? ALL_ON
  const asked = askedPart(posted.json)
  const offered = await toolsFor(catalogue, asked)
  const refused = await refusedWrite(deps, posted, { tools: offered.tools, off }, requestContext)
  if (refused?.kind === 'request') return refused.answer
  const told = asked.of === 'all' ? await termsToTell(deps, request) : undefined
  const serverDeps: ServerDeps = { ...deps, ...offered, catalogue, off, toldTerms: told, refusedWrite: refused?.result }
  const server = (era: Era): ReturnType<typeof createMcpServer> =>
    createMcpServer(serverDeps, requestContext, era, asked)
  const ask = (): Promise<Outgoing> => answerWithSdk(posted, url, deps.limits.toolDeadlineMs, server)
  const answer = await keepingLists(posted, () => listedFor(serverDeps), ask)
  if (!state.refused) return answer
  deps.forget(token)
  const { grantId, userId } = caller
  throw tokenRefused(request, deps, 401, INVALID_TOKEN, 'refused by Dataverse', { grantId, userId })
}

async function termsToTell(
  { dataverse: { terms, hiders } }: McpDeps,
  { audit }: Pick<Incoming, 'audit'>,
): Promise<ServerDeps['toldTerms']> {
  if (!terms) return undefined
  const { toldTerms } = await import('./told-terms.ts')
  return toldTerms(await terms(audit), hiders)
}

/** What a request may not write, or is challenged for; nothing of it is loaded where nothing is written. */
async function refusedWrite(
  { writes, publicBaseUrl }: McpDeps,
  { json }: Posted,
  { tools, off }: Pick<ServerDeps, 'tools' | 'off'>,
  requestContext: RequestContext,
): Promise<Refused | undefined> {
  if (!writes || !tools.some(({ ofWrites }) => ofWrites)) return undefined
  const { gate } = await import('../writes/gate.ts')
  return gate(json, tools, { writes, publicBaseUrl, off }, requestContext)
}

const connectScopeOf = ({ connectScope, scope }: McpDeps): string => connectScope ?? scope

async function catalogueFor(
  { catalogue = BUILT_IN_CATALOGUE }: McpDeps,
  { json }: Posted,
  requestContext: RequestContext,
): Promise<Catalogue> {
  return typeof catalogue === 'function' ? await catalogue(requestContext, asksForReports(json)) : catalogue
}

function tokenRefused(
  request: Incoming,
  deps: McpDeps,
  status: 400 | 401,
  failure: ChallengeError,
  cause: string,
  known: Known = {},
): WireError {
  auditRefusal(request, status, failure.error, known)
  const headers = { 'www-authenticate': challenge(deps.publicBaseUrl, connectScopeOf(deps), failure) }
  return new WireError(status, failure.error, failure.description, { headers, cause })
}

function foreignOrigin(request: Incoming): WireError {
  auditRefusal(request, 403, 'foreign_origin')
  return new WireError(403, 'access_denied', 'Origin not allowed', { headers: { vary: 'Origin' } })
}

type Known = { readonly grantId?: string; readonly userId?: string }

function auditRefusal({ audit, correlationId }: Incoming, status: number, code: string, known: Known = {}): void {
  audit({ name: 'mcp.refused', outcome: 'refused', status, code, correlationId, ...known })
}
