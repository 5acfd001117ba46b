import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Identity } from './auth.ts'
import type { RunPart } from './batch/answer.ts'
import { answerBatch } from './batch/answer.ts'
import { callerOf } from '../security/caller.ts'
import type { Control, Fault } from './control.ts'
import { faultError, isLostAnswer } from './control.ts'
import { DataverseFault } from './errors.ts'
import type { Operation, Session } from './execute.ts'
import type { Asked } from './in-process.ts'
import { API, checkHeaders, execute, parseOperation, refuse } from './execute.ts'
import type { Limiter } from './limits.ts'
import { withinLimits } from './limits.ts'
import type { Platform } from '../seed/platform/platform.ts'
import type { Reply } from './reply.ts'
import { faultReply } from './reply.ts'
import type { Store } from '../store/store.ts'

/** `undefined` means: close the connection without an answer; `silence`: neither answer nor close it. */
export type Outcome = Reply | 'silence' | undefined
export type Handler = (request: Asked) => Promise<Outcome>

export type Backend = {
  readonly url: string
  readonly now: () => Date
  readonly newId: () => string
  readonly store: () => Store
  /** Somebody is about to change rows. */
  readonly touch: () => void
  readonly platform: Platform
  readonly control: Control
  readonly limiter: Limiter
  readonly authenticate: (authorization: string) => Promise<Identity>
}

/** Characters: webapi/query/overview.md. */
const MAXIMUM_URL = 32_768

/** The answer of a write that is done, as the person gets it. */
function lose(reply: Reply, faults: readonly Fault[]): Outcome {
  const lost = faults.find(isLostAnswer)
  if (!lost || reply.status >= 400) return reply
  if (lost.kind === 'commit-then-silence') return 'silence'
  const error = faultError(lost)
  return error && faultReply(error, false)
}

const isWrite = ({ kind }: Operation): boolean => kind === 'create' || kind === 'update' || kind === 'action'

async function suffer(faults: readonly Fault[]): Promise<Reply | 'drop' | undefined> {
  for (const fault of faults.filter((one) => !isLostAnswer(one))) {
    if (fault.kind === 'delay') await (fault.until ?? sleep(fault.ms ?? 0))
    if (fault.kind === 'drop') return 'drop'
    if (fault.kind === 'malformed')
      return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway' }
    const error = faultError(fault)
    if (error) return faultReply(error, false)
  }
  return undefined
}

function headersOf(request: Asked): Map<string, string> {
  return new Map(Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(',')]))
}

/** Answers a batch; a part has the headers that stand in it and the person of the batch. */
function serveBatch(operation: Operation, request: Asked, body: string, session: Session, backend: Backend): Reply {
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

async function serve(request: Asked, backend: Backend): Promise<Outcome> {
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
    const faults = control.take(identity.upn, isWrite(operation))
    const suffered = await suffer(faults)
    if (suffered) return suffered === 'drop' ? undefined : suffered
    const body = method === 'POST' || method === 'PATCH' ? await text(request) : ''
    const caller = callerOf(store(), identity)
    const session: Session = { store: store(), caller, upn: identity.upn, now: now(), platform, newId: backend.newId }
    if (operation.kind === 'batch' && method === 'POST') return serveBatch(operation, request, body, session, backend)
    if (isWrite(operation)) backend.touch()
    return lose(execute(operation, headersOf(request), body, session), faults)
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
function withRequestId(reply: Outcome, newId: () => string): Outcome {
  if (!reply || reply === 'silence') return reply
  const id = newId()
  return { ...reply, headers: { ...reply.headers, 'x-ms-service-request-id': `${newId()},${id}`, req_id: id } }
}
