import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Directory } from '../entra/directory/types.ts'
import type { Replication, Reply } from './wire/call.ts'
import { parsePath } from './wire/call.ts'
import { callerOf } from './caller.ts'
import { purgeExpired } from './applications/deleted-items.ts'
import { GraphError, errorBody, throttled, unauthorised } from './wire/errors.ts'
import { route } from './route.ts'

export type GraphOptions = {
  readonly directory: Directory
  /** Claims of a token that is good for Graph. @throws for any other; the message is shown */
  readonly verifyBearer: (token: string) => Promise<object>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** How many looks at a new application or service principal find nothing yet. */
  readonly delayReads?: number
  /** Seconds to wait for the request that comes now; undefined lets it pass. */
  readonly throttle?: (method: string, path: string) => number | undefined
}

export type GraphRequest = {
  readonly method: string
  /** Path and query, beginning with `/v1.0`. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** What was asked and how it ended. */
export type GraphLogEntry = {
  readonly method: string
  readonly url: string
  readonly body: string
  readonly prefer: string | undefined
  readonly status: number
}

export type Graph = {
  /** For a server or a TLS front that answers for `graph.microsoft.com`. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void
  /** The same without a socket. */
  readonly call: (request: GraphRequest) => Promise<Reply>
  /** Every request so far. */
  readonly log: readonly GraphLogEntry[]
}

function createReplication(delayReads: number): Replication {
  const hidden = new Map<string, number>()
  return {
    created: (id) => {
      if (delayReads > 0) hidden.set(id, delayReads)
    },
    isVisible: (id) => {
      const left = hidden.get(id) ?? 0
      if (left === 0) return true
      hidden.set(id, left - 1)
      return false
    },
  }
}

const header = (request: GraphRequest, name: string) => request.headers[name]?.toString()

/** @see https://learn.microsoft.com/graph/auth-v2-user "Use the access token to call Microsoft Graph" */
async function claimsOf(options: GraphOptions, request: GraphRequest): Promise<object> {
  const [scheme, token] = header(request, 'authorization')?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'bearer' || !token) throw unauthorised('Access token is empty.')
  try {
    return await options.verifyBearer(token)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'The token is not valid.'
    throw unauthorised(`Access token validation failure. ${reason}`)
  }
}

async function answer(options: GraphOptions, replication: Replication, request: GraphRequest): Promise<Reply> {
  const url = new URL(request.url, 'https://graph.microsoft.com')
  const wait = options.throttle?.(request.method, url.pathname)
  if (wait !== undefined) throw throttled(wait)
  const caller = callerOf(options.directory, await claimsOf(options, request))
  const now = options.now()
  purgeExpired(options.directory, now)
  return route({
    directory: options.directory,
    caller,
    replication,
    now,
    method: request.method,
    path: parsePath(url.pathname),
    query: new Map(url.searchParams),
    prefer: header(request, 'prefer'),
    body: request.body,
  })
}

function refusal(error: unknown, request: GraphRequest, now: number): Reply {
  if (!(error instanceof GraphError)) throw error
  const requestId = randomUUID()
  const ids = {
    date: new Date(now).toISOString().slice(0, 19),
    requestId,
    clientRequestId: header(request, 'client-request-id') ?? requestId,
  }
  return { status: error.status, headers: error.headers, body: errorBody(error, ids) }
}

async function serve(call: Graph['call'], incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = incoming
  const reply = await call({ method, url, headers, body: await text(incoming) })
  const type = reply.body === undefined ? {} : { 'content-type': 'application/json; odata.metadata=minimal' }
  outgoing.writeHead(reply.status, { ...type, ...reply.headers })
  outgoing.end(reply.body === undefined ? undefined : JSON.stringify(reply.body))
}

/** The stand-in for Microsoft Graph v1.0, as far as registrations and consent go. */
export function createGraph(options: GraphOptions): Graph {
  const replication = createReplication(options.delayReads ?? 0)
  const log: GraphLogEntry[] = []
  const call = async (request: GraphRequest): Promise<Reply> => {
    const reply = await answer(options, replication, request).catch((error: unknown) =>
      refusal(error, request, options.now()),
    )
    const { method, url, body } = request
    log.push({ method, url, body, prefer: header(request, 'prefer'), status: reply.status })
    return reply
  }
  return {
    call,
    log,
    handler: (request, response) => void serve(call, request, response).catch(() => response.destroy()),
  }
}
