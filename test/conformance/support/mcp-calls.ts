import { postMcp, readResult } from '../../sandbox/chatgpt/mcp.ts'
import { type Reply, send } from '../../sandbox/chatgpt/wire.ts'
import type { Revision } from './revisions.ts'

const WIRE = { userAgent: 'conformance' }

export type RawPost = {
  readonly body: unknown
  readonly accessToken?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Any body as JSON (a string as it is), with the headers that every revision wants. */
export const postRaw = (mcpUrl: string, { body, accessToken, headers }: RawPost): Promise<Reply> =>
  send(WIRE, 'POST', {
    method: 'POST',
    url: mcpUrl,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

/** One request as a client of that revision sends it: 2025-03-26 knows no version header. */
export function request(revision: Revision, mcpUrl: string, accessToken: string, method: string, params = {}) {
  if (revision.stateless) return postMcp(WIRE, mcpUrl, { id: 7, method, params, accessToken })
  const headers = revision.date === '2025-03-26' ? {} : { 'mcp-protocol-version': revision.date }
  return postRaw(mcpUrl, { body: { jsonrpc: '2.0', id: 7, method, params }, accessToken, headers })
}

const initializeParams = (date: string) => ({
  protocolVersion: date,
  capabilities: {},
  clientInfo: { name: 'conformance', version: '1' },
})

/** The opening of that revision: `server/discover`, or `initialize`. */
export async function openAs(revision: Revision, mcpUrl: string, accessToken: string) {
  const { stateless, date } = revision
  const [method, params] = stateless ? ['server/discover', {}] : ['initialize', initializeParams(date)]
  const reply = await request(revision, mcpUrl, accessToken, method, params)
  return readResult('opening', reply, 7)
}

/** What a client of that revision does to learn the tools, from the opening on. */
export async function listToolsAs(revision: Revision, mcpUrl: string, accessToken: string) {
  await openAs(revision, mcpUrl, accessToken)
  const result = readResult('tools/list', await request(revision, mcpUrl, accessToken, 'tools/list'), 7)
  return { tools: (result.tools as { name: string }[]).map(({ name }) => name) }
}

/** The JSON-RPC error of an answer, and its id. */
export function rpcErrorOf(reply: Reply) {
  const { id, error } = JSON.parse(reply.text) as { id: unknown; error?: { code: number; message: string } }
  return { id, code: error?.code }
}
