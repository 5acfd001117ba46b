import { createMcpHandler, type McpServer } from '@modelcontextprotocol/server'
import { acceptedOf } from '../../http/headers/accept.ts'
import type { Incoming, Outgoing } from '../../http/message.ts'
import { within } from '../../telemetry/deadline.ts'
import { requestsOfBatch } from './messages/batch.ts'
import { closeWithoutStack } from './messages/close-without-stack.ts'
import { finalMessages } from './messages/final-messages.ts'
import { isListen, listenRefused } from './messages/listen-refused.ts'
import { shortRefusal } from './messages/short-refusal.ts'
import { createWrittenAnswers } from './messages/written-answers.ts'
import { rpcError } from './rpc-error.ts'

/** What the transport reads of a POST; all else speaks of connections on the way, or is a secret. */
export const isOfTheTransport = (header: string): boolean => header === 'content-type' || header.startsWith('mcp-')
const JSON_TYPE = 'application/json'
const STREAM = 'text/event-stream'
const OFFERED = [JSON_TYPE, STREAM] as const
const BOTH = OFFERED.join(', ')
const ACCEPTED = 202
/** A tool ends by its own deadline; this is for whatever else might hang. */
const GRACE_MS = 5_000

export type Era = 'legacy' | 'modern'

/** A request with what its body says, which is read once; `undefined` for what is no JSON. */
export type Posted = Incoming & { readonly json: unknown }

/**
 * Has the SDK answer one POST with one server object, and reads its answer to the end. What is answered is of a type
 * that the request accepts; of 2026-07-28 it is JSON wherever that is accepted: ChatGPT opens with that revision and
 * refuses a stream, which the SDK makes of any answer with progress or a log. Errors of HTTP itself are always JSON.
 */
export async function answerWithSdk(
  request: Posted,
  url: string,
  deadlineMs: number,
  server: (era: Era) => McpServer,
): Promise<Outgoing> {
  const { keptOf, putBack } = createWrittenAnswers()
  const answer = await askSdk(request, url, deadlineMs, (era) => closeWithoutStack(keptOf(server(era))))
  return answer.body === undefined ? answer : { ...answer, body: putBack(answer.body) }
}

async function askSdk(
  request: Posted,
  url: string,
  deadlineMs: number,
  server: (era: Era) => McpServer,
): Promise<Outgoing> {
  const accepted = acceptedOf(request.headers.get('accept'), OFFERED)
  if (accepted.length === 0) return rpcError(406, `Not acceptable: answers are ${OFFERED.join(' or ')}`)
  const seen: { era?: Era } = {}
  const created = ({ era }: { readonly era: Era }): McpServer => {
    seen.era = era
    return server(era)
  }
  // No subscriptions: their stream would hold the invocation open for ever.
  const handler = createMcpHandler(created, { maxSubscriptions: 0, maxRequestBodySize: request.body.byteLength + 1 })
  const [response, written] = await within(deadlineMs + GRACE_MS, async (signal) => {
    const answered = await handler.fetch(toWebRequest(request, url, signal), { parsedBody: request.json })
    return [answered, await answered.text()] as const
  })
  const body = response.ok ? written : shortRefusal(written)
  if (seen.era === 'modern' && isListen(request) && response.status !== ACCEPTED) return listenRefused(body)
  const type = response.headers.get('content-type') ?? undefined
  const answer = { status: response.status, ...(type && { headers: { 'content-type': type } }), ...(body && { body }) }
  const takesJson = accepted.includes(JSON_TYPE)
  if (response.ok && type?.startsWith(JSON_TYPE) && !takesJson) return asStream(body)
  const wantsJson = takesJson && (seen.era === 'modern' || accepted.length === 1)
  if (!wantsJson || response.status === ACCEPTED || type?.startsWith(JSON_TYPE)) return answer
  return asJson(response.status, body, requestsOfBatch(request.json))
}

/** JSON of the SDK is one line. */
function asStream(message: string): Outgoing {
  return { status: 200, headers: { 'content-type': STREAM }, body: `event: message\ndata: ${message}\n\n` }
}

/**
 * What broke off lacks a response: a stream that ended early, or the SDK's empty 499.
 * @param batched how many responses a batch waits for
 */
function asJson(status: number, stream: string, batched: number | undefined): Outgoing {
  const messages = finalMessages(stream)
  if (messages.length < (batched ?? 1)) return rpcError(504, 'The request was not answered in time')
  const body = batched === undefined ? messages.at(-1) : `[${messages.join(',')}]`
  return { status, headers: { 'content-type': JSON_TYPE }, ...(body !== undefined && { body }) }
}

function toWebRequest(request: Posted, url: string, signal: AbortSignal): Request {
  // It asks for both names at every POST, whatever ranges were written.
  const headers: [string, string][] = [['accept', BOTH]]
  for (const [name, value] of request.headers) if (isOfTheTransport(name)) headers.push([name, value])
  // What is no JSON the SDK refuses itself, once it has read it.
  const body = request.json === undefined ? request.body : null
  const asked = new Request(url, { method: 'POST', headers, body })
  // Given at its making, it would be followed by another one, which a finaliser has to end.
  return Object.defineProperty(asked, 'signal', { value: signal })
}
