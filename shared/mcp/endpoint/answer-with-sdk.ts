import { createMcpHandler, type McpServer } from '@modelcontextprotocol/server'
import type { Incoming, Outgoing } from '../../http/message.ts'

/** They speak of our front end's connection, or are secrets that the SDK has no use for. */
const NOT_FOR_THE_SDK = ['authorization', 'cookie', 'connection', 'content-length', 'host', 'transfer-encoding']
const BOTH_TYPES = 'application/json, text/event-stream'
/** A tool ends by its own deadline; this is for whatever else might hang. */
const GRACE_MS = 5_000

/** Has the SDK answer one POST with one server object, and reads its answer to the end. */
export async function answerWithSdk(
  request: Incoming,
  url: string,
  deadlineMs: number,
  server: () => McpServer,
): Promise<Outgoing> {
  // No subscriptions: their stream would hold the invocation open for ever.
  const handler = createMcpHandler(server, { maxSubscriptions: 0, maxRequestBodySize: request.body.byteLength + 1 })
  const response = await handler.fetch(toWebRequest(request, url, deadlineMs + GRACE_MS))
  const body = await response.text()
  const type = response.headers.get('content-type')
  return { status: response.status, ...(type && { headers: { 'content-type': type } }), ...(body && { body }) }
}

function toWebRequest(request: Incoming, url: string, timeoutMs: number): Request {
  const headers = new Headers(request.headers)
  for (const name of NOT_FOR_THE_SDK) headers.delete(name)
  headers.set('accept', widenAccept(headers.get('accept')))
  return new Request(url, { method: 'POST', headers, body: request.body, signal: AbortSignal.timeout(timeoutMs) })
}

/** curl and simple clients accept anything, but do not say so in the two names that the specification asks for. */
export function widenAccept(accept: string | null): string {
  const listed = (accept ?? '').split(',').map((range) => range.split(';')[0]?.trim())
  return accept === null || accept.trim() === '' || listed.includes('*/*') ? BOTH_TYPES : accept
}
