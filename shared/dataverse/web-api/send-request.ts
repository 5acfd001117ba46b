import { setTimeout as sleep } from 'node:timers/promises'
import { within } from '../../telemetry/deadline.ts'
import { traceRequest } from '../../telemetry/tracing.ts'
import { operationOf } from './addresses.ts'
import { readBounded } from './bounded-body.ts'
import { DataverseError } from '../errors.ts'
import { type Remaining, remainingOf } from './service-protection/remaining.ts'
import type { WireFetch } from './wire-fetch.ts'

export type SendOptions = {
  /** The person's own Dataverse token. */
  readonly token: string
  readonly fetch: WireFetch
  /** Epoch milliseconds; nothing is waited for any longer. */
  readonly deadline: number
  readonly now: () => number
  /** Waits until the person may have one more request under way; without it there is no bound. */
  readonly takeTurn?: (signal: AbortSignal) => Promise<() => void>
  /** Told what an answer says of the person's budget. */
  readonly onRemaining?: (remaining: Remaining) => void
  /** A GUID by which the call is found in Dataverse's own logs; anything else is not sent. */
  readonly correlationId?: string
}

export type WireRequest = {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Makes it a POST, or what `method` says. */
  readonly body?: string
  readonly method?: 'PATCH'
  /** How often it was made before. */
  readonly retries: number
  /** Below what any answer may have. */
  readonly mostBytes?: number
}

export type WireAnswer = {
  readonly status: number
  readonly body: string
  readonly retryAfter: string | null
  readonly contentType: string | null
  /** Dataverse's own ids of the request: several where a front of it gave one too. */
  readonly requestIds: readonly string[]
}

const LARGEST_ANSWER = 20_000_000
const MOST_ID_CHARACTERS = 200
const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/**
 * One HTTP request, in a span of its own. Connections are kept alive, gzip and brotli are asked for and undone.
 * @throws DataverseError `timeout`, `unreachable`, or `unreadable` for an answer that is too large
 */
export async function sendRequest(options: SendOptions, request: WireRequest): Promise<WireAnswer> {
  return within(timeLeft(options), async (signal) => {
    const done = await turn(options, signal)
    try {
      const { url, retries, method = request.body === undefined ? 'GET' : 'POST' } = request
      const facts = { operation: operationOf(url), host: url.host, method, ...(retries > 0 && { retries }) }
      return await traceRequest('dataverse', facts, async (note) => {
        const answer = await send({ ...options, signal }, request, method)
        note({ status: answer.status })
        return answer
      })
    } finally {
      done?.()
    }
  })
}

type Timed = SendOptions & { readonly signal: AbortSignal }

const timeLeft = ({ deadline, now }: Pick<SendOptions, 'deadline' | 'now'>): number => deadline - now()

async function turn({ takeTurn }: SendOptions, signal: AbortSignal): Promise<(() => void) | undefined> {
  try {
    return await takeTurn?.(signal)
  } catch (cause) {
    throw cause instanceof DataverseError ? cause : timeout(cause)
  }
}

async function send(options: Timed, request: WireRequest, method: string): Promise<WireAnswer> {
  const { token, signal, correlationId = '' } = options
  try {
    const response = await options.fetch(request.url, {
      method,
      headers: {
        ...request.headers,
        authorization: `Bearer ${token}`,
        ...(GUID.test(correlationId) && { 'x-ms-client-request-id': correlationId }),
      },
      ...(request.body !== undefined && { body: request.body }),
      signal,
      // A redirect would carry the query, and with some clients the token, to wherever it points.
      redirect: 'manual',
    })
    const remaining = remainingOf(response.headers)
    if (remaining) options.onRemaining?.(remaining)
    const body = await readBounded(response.body, request.mostBytes ?? LARGEST_ANSWER)
    if (body === undefined) throw tooLarge(response.status)
    const { status, headers } = response
    return {
      status,
      body,
      retryAfter: headers.get('retry-after'),
      contentType: headers.get('content-type'),
      requestIds: requestIdsOf(headers),
    }
  } catch (cause) {
    if (cause instanceof DataverseError) throw cause
    if (signal.aborted) throw timeout(cause)
    const text = 'Dataverse could not be reached.'
    throw new DataverseError({ kind: 'unreachable', status: 0, code: 'unreachable', text, cause })
  }
}

/** Anything but GUIDs is not Dataverse's: a header of a stranger could hold what it likes. */
function requestIdsOf(headers: Pick<Headers, 'get'>): string[] {
  const named = headers.get('x-ms-service-request-id') ?? headers.get('req_id') ?? ''
  return named
    .slice(0, MOST_ID_CHARACTERS)
    .split(',')
    .map((one) => one.trim())
    .filter((one) => GUID.test(one))
}

/** @throws DataverseError `timeout` when the call ends first */
export async function pause(ms: number, time: Pick<SendOptions, 'deadline' | 'now'>): Promise<void> {
  const wait = (signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal })
  await within(timeLeft(time), wait).catch((cause: unknown) => {
    throw timeout(cause)
  })
}

function timeout(cause: unknown): DataverseError {
  const text = 'The time for this call was over before Dataverse had answered.'
  return new DataverseError({ kind: 'timeout', status: 0, code: 'timeout', text, cause })
}

function tooLarge(status: number): DataverseError {
  const text = `Dataverse's answer is larger than ${LARGEST_ANSWER / 1_000_000} MB; it was not read to its end.`
  return new DataverseError({ kind: 'unreadable', status, code: 'answer_too_large', text })
}
