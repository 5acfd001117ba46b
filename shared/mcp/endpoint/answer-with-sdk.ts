import { createMcpHandler, type McpServer } from '@modelcontextprotocol/server'
import type { Incoming, Outgoing } from '../../http/message.ts'
import { isBatch } from './batch.ts'
import { finalMessage } from './final-message.ts'
import { rpcError } from './rpc-error.ts'
import { BOTH_TYPES, takesJsonAlone, widenAccept } from './widen-accept.ts'

/** They speak of our front end's connection, or are secrets that the SDK has no use for. */
const NOT_FOR_THE_SDK = ['authorization', 'cookie', 'connection', 'content-length', 'host', 'transfer-encoding']
const JSON_TYPE = 'application/json'
const ACCEPTED = 202
/** A tool ends by its own deadline; this is for whatever else might hang. */
const GRACE_MS = 5_000

/**
 * Has the SDK answer one POST with one server object, and reads its answer to the end. Of 2026-07-28 that answer is
 * JSON: ChatGPT opens with that revision and refuses a stream, which the SDK makes of any answer with progress or a log.
 */
export async function answerWithSdk(
  request: Incoming,
  url: string,
  deadlineMs: number,
  server: () => McpServer,
): Promise<Outgoing> {
  const seen = { modern: false }
  const created = ({ era }: { readonly era: string }): McpServer => {
    seen.modern = era === 'modern'
    return server()
  }
  // No subscriptions: their stream would hold the invocation open for ever.
  const handler = createMcpHandler(created, { maxSubscriptions: 0, maxRequestBodySize: request.body.byteLength + 1 })
  const response = await handler.fetch(toWebRequest(request, url, deadlineMs + GRACE_MS))
  const body = await response.text()
  const type = response.headers.get('content-type')
  const wantsJson = seen.modern || canBeJson(request)
  if (wantsJson && response.status !== ACCEPTED && !type?.startsWith(JSON_TYPE)) return asJson(response.status, body)
  return { status: response.status, ...(type && { headers: { 'content-type': type } }), ...(body && { body }) }
}

/** A client that takes no stream, and waits for one message. */
function canBeJson({ headers, body }: Incoming): boolean {
  return takesJsonAlone(headers.get('accept')) && !isBatch(body)
}

/** What broke off has no final message: a stream that ended early, or the SDK's empty 499. */
function asJson(status: number, stream: string): Outgoing {
  const body = finalMessage(stream)
  if (body === undefined) return rpcError(504, 'The request was not answered in time')
  return { status, headers: { 'content-type': JSON_TYPE }, body }
}

function toWebRequest(request: Incoming, url: string, timeoutMs: number): Request {
  const headers = new Headers(request.headers)
  for (const name of NOT_FOR_THE_SDK) headers.delete(name)
  headers.set('accept', canBeJson(request) ? BOTH_TYPES : widenAccept(headers.get('accept')))
  return new Request(url, { method: 'POST', headers, body: request.body, signal: AbortSignal.timeout(timeoutMs) })
}
