import { type Answer, isSilence } from '../wire/ask-server.ts'
import { type Challenge, parseChallenge } from '../wire/challenge-header.ts'
import { jsonObject, listOf, type Reply, textOf, type Visit } from '../visit.ts'

/** What ChatGPT reads before anybody signs in, fetched once and judged by several steps. */
export type Survey = {
  readonly refusal: Reply
  readonly challenge: Challenge | undefined
  readonly resource: Reply
  readonly server: Reply
  readonly openid: Reply
}

export const WELL_KNOWN = {
  resource: '/.well-known/oauth-protected-resource/mcp',
  resourceRoot: '/.well-known/oauth-protected-resource',
  server: '/.well-known/oauth-authorization-server',
  openid: '/.well-known/openid-configuration',
} as const

const DISCOVER = JSON.stringify({
  jsonrpc: '2.0',
  id: 'openai-mcp-discover',
  method: 'server/discover',
  params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } },
})

export const mcpRequest = (visit: Visit, body: string, headers: Readonly<Record<string, string>> = {}) => ({
  method: 'POST' as const,
  url: visit.url,
  body,
  headers: {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    ...headers,
  },
})

export const documentRequest = (visit: Visit, path: string) => ({
  url: visit.origin + path,
  headers: { accept: 'application/json' },
})

/** ChatGPT's order: the refusal, then the documents. */
export async function survey(visit: Visit): Promise<Survey> {
  const refusal = await visit.askServer(mcpRequest(visit, DISCOVER, { 'mcp-method': 'server/discover' }))
  const challenge = isSilence(refusal) ? undefined : parseChallenge(refusal.headers.get('www-authenticate'))
  const resource = await visit.askServer(documentRequest(visit, WELL_KNOWN.resource))
  const server = await visit.askServer(documentRequest(visit, WELL_KNOWN.server))
  const openid = await visit.askServer(documentRequest(visit, WELL_KNOWN.openid))
  return { refusal, challenge, resource, server, openid }
}

export const documentIn = (reply: Reply): Readonly<Record<string, unknown>> | undefined =>
  !isSilence(reply) && reply.status === 200 ? jsonObject(reply) : undefined

export const answerOf = (reply: Reply): Answer | undefined => (isSilence(reply) ? undefined : reply)

const originOf = (text: string | undefined): string | undefined =>
  text !== undefined && URL.canParse(text) ? new URL(text).origin : undefined

/** The one other origin that refusal and documents agree on, if they do: then one setting is wrong, not five things. */
export function otherBaseUrl({ origin }: Visit, { challenge, resource, server }: Survey): string | undefined {
  const claims = [
    challenge?.resource_metadata,
    textOf(documentIn(resource)?.resource),
    listOf(documentIn(resource)?.authorization_servers)[0],
    textOf(documentIn(server)?.issuer),
  ].map(originOf)
  const [first] = claims
  return first !== undefined && first !== origin && claims.every((claim) => claim === first) ? first : undefined
}
