import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Identity } from './auth.ts'
import type { RunPart } from './batch/answer.ts'
import { answerBatch } from './batch/answer.ts'
import { callerOf } from '../security/caller.ts'
import type { Control, Fault } from '../control.ts'
import { faultError } from '../control.ts'
import { DataverseFault } from './errors.ts'
import type { Operation, Session } from './execute.ts'
import { API, checkHeaders, execute, parseOperation, refuse } from './execute.ts'
import type { Limiter } from './limits.ts'
import { withinLimits } from './limits.ts'
import type { Platform } from '../seed/platform/platform.ts'
import type { Reply } from './reply.ts'
import { faultReply } from './reply.ts'
import type { Store } from '../store/store.ts'

/** `undefined` means: close the connection without an answer. */
export type Handler = (request: IncomingMessage) => Promise<Reply | undefined>

export type Backend = {
  readonly url: string
  readonly now: () => Date
  readonly newId: () => string
  readonly store: () => Store
  readonly platform: Platform
  readonly control: Control
  readonly limiter: Limiter
  readonly authenticate: (authorization: string) => Promise<Identity>
}

/** Characters: webapi/query/overview.md. */
const MAXIMUM_URL = 32_768

async function suffer(faults: readonly Fault[]): Promise<Reply | 'drop' | undefined> {
  for (const fault of faults) {
    if (fault.kind === 'delay') await sleep(fault.ms ?? 0)
    if (fault.kind === 'drop') return 'drop'
    if (fault.kind === 'malformed')
      return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway' }
    const error = faultError(fault)
    if (error) return faultReply(error, false)
  }
  return undefined
}

function headersOf(request: IncomingMessage): Map<string, string> {
  return new Map(Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(',')]))
}

/** Answers a batch; a part has the headers that stand in it and the person of the batch. */
function serveBatch(
  operation: Operation,
  request: IncomingMessage,
  body: string,
  session: Session,
  backend: Backend,
): Reply {
  const run: RunPart = (target, headers) => {
    try {
      const part = parseOperation('GET', target, backend.url)
      backend.control.countPart(part.kind)
      return execute(part, headers, '', session)
    } catch (error) {
      if (error instanceof DataverseFault) return refuse(error, headers)
      throw error
    }
  }
  const contentType = request.headers['content-type'] ?? ''
  const prefer = checkHeaders(headersOf(request))
  return answerBatch({ contentType, body, prefer, base: operation.base, newId: backend.newId }, run)
}

async function serve(request: IncomingMessage, backend: Backend): Promise<Reply | undefined> {
  const { url, now, store, control, limiter, authenticate, platform } = backend
  const identity = await authenticate(request.headers.authorization ?? '').catch((error: unknown) => {
    control.countUnauthenticated()
    throw error
  })
  const target = request.url ?? '/'
  const method = request.method ?? 'GET'
  if (target.length > MAXIMUM_URL)
    throw new DataverseFault(414, '0x80060888', 'The request URL is longer than 32,768 characters.')
  const operation = parseOperation(method, target, url)
  control.count(identity.upn, operation.kind)
  return withinLimits(limiter, identity.upn, async () => {
    const suffered = await suffer(control.take(identity.upn))
    if (suffered) return suffered === 'drop' ? undefined : suffered
    const body = method === 'POST' ? await text(request) : ''
    const caller = callerOf(store(), identity)
    const session: Session = { store: store(), caller, upn: identity.upn, now: now(), platform }
    if (operation.kind === 'batch' && method === 'POST') return serveBatch(operation, request, body, session, backend)
    return execute(operation, headersOf(request), body, session)
  })
}

/** The Web API: authentication, faults, then the request itself; every refusal in Dataverse's envelope. */
export function createHandler(backend: Backend): Handler {
  return async (request) => {
    try {
      if (!API.test(request.url ?? '')) throw new DataverseFault(404, '0x80060888', 'Resource not found.')
      return withRequestId(await serve(request, backend), backend.newId)
    } catch (error) {
      if (error instanceof DataverseFault) return withRequestId(refuse(error, headersOf(request)), backend.newId)
      throw error
    }
  }
}

/**
 * By which Microsoft finds a request in its own telemetry. The service names two ids, its own and its front's; what
 * comes from before it has `REQ_ID` alone.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors
 */
function withRequestId(reply: Reply | undefined, newId: () => string): Reply | undefined {
  if (!reply) return undefined
  const id = newId()
  return { ...reply, headers: { ...reply.headers, 'x-ms-service-request-id': `${newId()},${id}`, req_id: id } }
}
