import { plain, quoted } from '../../../doctor/wire/plain-text.ts'
import { followPages, type Page } from '../../../hooks/run/follow-pages.ts'
import { objectOf } from '../../../hooks/run/read-json.ts'
import { textOf } from '../../../hooks/tools/run-tool.ts'
import { GraphError, isGraphError } from './errors.ts'
import { Stop } from '../../../hooks/run/context.ts'

export type Fetch = (input: string, init: RequestInit) => Promise<Response>
export type Connection = {
  readonly fetch: Fetch
  /** Waits; in milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>
  /** e.g. https://graph.microsoft.com */
  readonly graphUrl: string
  readonly token: string
}
export type Method = 'POST' | 'PATCH' | 'DELETE'
type Call = {
  readonly method: 'GET' | Method
  readonly url: string
  readonly body?: unknown
  readonly prefer?: string
  readonly settling?: boolean
}
export type Graph = {
  /** Undefined where nothing is there. `settling`: it was made a moment ago, so wait for it. */
  readonly get: <T>(path: string, settling?: boolean) => Promise<T | undefined>
  readonly list: <T>(path: string) => Promise<T[]>
  readonly send: (
    method: Method,
    path: string,
    body: unknown,
    how?: { readonly prefer?: string; readonly settling?: boolean },
  ) => Promise<unknown>
}

const TIMEOUT = 30_000
const LONGEST_WAIT = 60
const TRIES = { throttled: 5, faulty: 4, settling: 9 }

/** How Graph says that one of its replicas has not heard yet of what was just made. */
const NOT_REPLICATED =
  /ResourceNotFound|does not reference a valid|NoBackingApplication|cannot be found in|was not found on/

/** Seconds to wait before the same call is tried again; undefined: it is final. */
const delayBeforeRetry = (error: GraphError, { method, settling }: Call, attempt: number): number | undefined => {
  const { status, retryAfterSeconds } = error.failure
  if (status === 429 || (status === 503 && retryAfterSeconds !== undefined)) {
    if (attempt >= TRIES.throttled) return undefined
    return Math.min(retryAfterSeconds ?? 2 ** attempt, LONGEST_WAIT)
  }
  // A POST that failed half-way may have made something; the next run finds it.
  if ((status >= 500 || isGraphError(error, /ConcurrencyViolation/)) && method !== 'POST')
    return attempt < TRIES.faulty ? 2 ** attempt : undefined
  if (settling === true && (status === 404 || status === 400) && isGraphError(error, NOT_REPLICATED))
    return attempt < TRIES.settling ? Math.min(2 ** attempt, 10) : undefined
  return undefined
}

const failureOf = (response: Response, text: string): GraphError => {
  const body = objectOf(text)
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new GraphError({
    status: response.status,
    code: textOf(body, 'error', 'code') ?? 'unknown',
    message: textOf(body, 'error', 'message') ?? response.statusText,
    retryAfterSeconds: Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined,
  })
}

const notGraph = (url: string, what: string): Stop =>
  new Stop(
    `${new URL(url).origin} answered what Microsoft Graph does not (${what}). Is a proxy between this machine and Entra? ` +
      'Nothing is lost: run the same command again.',
  )

type Answer = { readonly response: Response; readonly text: string }

/** The answer with its body, which may break off as the connection may. */
const exchange = async ({ fetch }: Connection, url: string, init: RequestInit): Promise<Answer> => {
  try {
    const response = await fetch(url, init)
    return { response, text: await response.text() }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Stop(
      `${new URL(url).origin} cannot be reached (${plain(why)}). Look at network and proxy, then run this again.`,
    )
  }
}

const callOnce = async (connection: Connection, { method, url, body, prefer }: Call): Promise<unknown> => {
  const headers = new Headers({ authorization: `Bearer ${connection.token}`, accept: 'application/json' })
  if (body !== undefined) headers.set('content-type', 'application/json')
  if (prefer !== undefined) headers.set('prefer', prefer)
  const init: RequestInit = { method, headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) }
  if (body !== undefined) init.body = JSON.stringify(body)
  const { response, text } = await exchange(connection, url, init)
  if (!response.ok) throw failureOf(response, text)
  if (text === '' && method !== 'GET') return undefined
  const json = objectOf(text)
  if (json === undefined) throw notGraph(url, quoted(text))
  return json
}

/** An object of the directory, by its id: whatever is asked for here has one. */
const withId = (url: string, json: unknown): unknown => {
  if (textOf(json, 'id') === undefined) throw notGraph(url, 'an object without an id')
  return json
}

/** Talks Microsoft Graph v1.0: waits out throttling, faults and replication within bounds, then throws GraphError. */
export const connectGraph = (connection: Connection): Graph => {
  const base = `${connection.graphUrl.replace(/\/$/, '')}/v1.0`
  const call = async (wanted: Call): Promise<unknown> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await callOnce(connection, wanted)
      } catch (error) {
        const delay = error instanceof GraphError ? delayBeforeRetry(error, wanted, attempt) : undefined
        if (delay === undefined) throw error
        await connection.pause(delay * 1000)
      }
    }
  }
  const get: Graph['get'] = async <T>(path: string, settling = false) => {
    try {
      const url = `${base}${path}`
      return withId(url, await call({ method: 'GET', url, settling })) as T
    } catch (error) {
      if (error instanceof GraphError && error.failure.status === 404) return undefined
      throw error
    }
  }
  const list: Graph['list'] = async <T>(path: string) => {
    const first = `${base}${path}`
    const read = async (url: string): Promise<Page> => {
      // What it lists under may have been made a moment ago.
      const page = (await call({ method: 'GET', url, settling: true })) as { readonly value?: unknown }
      if (!Array.isArray(page.value)) throw notGraph(url, 'a list without rows')
      return { rows: page.value.map((row) => withId(url, row)), next: textOf(page, '@odata.nextLink') }
    }
    return (await followPages(first, '/v1.0/', read, (why) => notGraph(first, why))) as T[]
  }
  const send: Graph['send'] = (method, path, body, how = {}) =>
    call({ method, url: `${base}${path}`, ...(body === undefined ? {} : { body }), ...how })
  return { get, list, send }
}
