import { setTimeout as sleep } from 'node:timers/promises'
import type * as z from 'zod'
import { DataverseError, DataverseTokenRefused, parseErrorBody, QueryError } from './errors.ts'
import { parseJson } from './parse-json.ts'
import { traceRequest } from '../telemetry/tracing.ts'
import { retryAfterSeconds, waitBeforeRetry } from './throttling.ts'

export type DataverseOptions = {
  /** The environment's origin, e.g. `https://contoso.crm4.dynamics.com`. */
  readonly url: string
  /** The person's own Dataverse token. */
  readonly token: string
  readonly fetch: typeof fetch
  readonly signal: AbortSignal
  /** Epoch milliseconds. */
  readonly deadline: number
  readonly now: () => number
}

export type DataverseClient = {
  /** @param path below the API's root, query included, already percent-encoded */
  readonly get: <T>(path: string, schema: z.ZodType<T>, options?: { readonly pageSize?: number }) => Promise<T>
  /** The path below the API's root of a link that Dataverse gave. */
  readonly pathOf: (link: string) => string
  /** HTTP requests made so far, repeated ones included. */
  readonly requests: () => number
}

const API_PATH = '/api/data/v9.2/'
const LONGEST_URL = 32_768

/**
 * A client of the Web API for one tool call of one person; it only reads.
 * Its `get` throws {@link DataverseError}, {@link DataverseTokenRefused} on 401 and {@link QueryError} for a URL that is
 * too long.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors
 */
export function createDataverseClient(options: DataverseOptions): DataverseClient {
  let requests = 0
  const count = (url: URL, pageSize: number | undefined): Promise<Answer> => {
    requests += 1
    return exchange(options, url, pageSize)
  }
  return {
    get: async (path, schema, { pageSize } = {}) => {
      const url = apiUrl(options.url, path)
      for (let retries = 0; ; retries += 1) {
        const answer = await count(url, pageSize)
        if (answer.status >= 200 && answer.status < 300) return readBody(answer, schema)
        const now = options.now()
        const wait = waitBeforeRetry({ ...answer, retries, now, deadline: options.deadline })
        if (wait === undefined) throw failure(answer, now)
        await sleep(wait, undefined, { signal: options.signal }).catch((cause: unknown) => {
          throw timeout(cause)
        })
      }
    },
    pathOf: (link) => pathBelowApi(options.url, link),
    requests: () => requests,
  }
}

type Answer = { readonly status: number; readonly body: string; readonly retryAfter: string | null }

function exchange(options: DataverseOptions, url: URL, pageSize: number | undefined): Promise<Answer> {
  const operation = /^[A-Za-z_]+/.exec(url.pathname.slice(API_PATH.length))?.[0] ?? 'request'
  return traceRequest('dataverse', { operation, host: url.host, method: 'GET' }, async (note) => {
    const answer = await send(options, url, pageSize)
    note({ status: answer.status })
    return answer
  })
}

async function send(options: DataverseOptions, url: URL, pageSize: number | undefined): Promise<Answer> {
  try {
    const response = await options.fetch(url, {
      headers: requestHeaders(options.token, pageSize),
      signal: options.signal,
      // A redirect would carry the query, and with some clients the token, to wherever it points.
      redirect: 'manual',
    })
    return { status: response.status, body: await response.text(), retryAfter: response.headers.get('retry-after') }
  } catch (cause) {
    if (options.signal.aborted) throw timeout(cause)
    const text = 'Dataverse could not be reached.'
    throw new DataverseError({ kind: 'unreachable', status: 0, code: 'unreachable', text, cause })
  }
}

function requestHeaders(token: string, pageSize: number | undefined): Record<string, string> {
  const page = pageSize === undefined ? [] : [`odata.maxpagesize=${pageSize}`]
  return {
    authorization: `Bearer ${token}`,
    accept: 'application/json',
    'odata-maxversion': '4.0',
    'odata-version': '4.0',
    'if-none-match': 'null',
    prefer: ['odata.include-annotations="*"', ...page].join(','),
  }
}

function readBody<T>(answer: Answer, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(answer.body))
  if (parsed.success) return parsed.data
  const text = 'Dataverse answered in a form that this server does not know.'
  throw new DataverseError({ kind: 'unreadable', status: answer.status, code: 'unreadable', text, cause: parsed.error })
}

function failure(answer: Answer, now: number): Error {
  if (answer.status === 401) return new DataverseTokenRefused()
  const { status } = answer
  const seconds = retryAfterSeconds(answer.retryAfter, now)
  return new DataverseError({
    kind: status === 429 || status === 503 ? 'throttled' : 'refused',
    status,
    ...parseErrorBody(status, answer.body),
    ...(seconds !== undefined && { retryAfterSeconds: Math.ceil(seconds) }),
  })
}

function timeout(cause: unknown): DataverseError {
  const text = 'The time for this call was over before Dataverse had answered.'
  return new DataverseError({ kind: 'timeout', status: 0, code: 'timeout', text, cause })
}

function apiUrl(base: string, path: string): URL {
  const url = new URL(`${base}${API_PATH}${path}`)
  pathBelowApi(base, url.href)
  if (url.href.length > LONGEST_URL) {
    throw new QueryError(
      'query_too_long',
      `The query is ${url.href.length} characters long; Dataverse takes ${LONGEST_URL}.`,
      'Select fewer columns or shorten the filter.',
    )
  }
  return url
}

/** Refuses every address but the API's own: a forged link would otherwise be sent the person's token. */
function pathBelowApi(base: string, link: string): string {
  const url = URL.parse(link)
  if (url?.origin !== new URL(base).origin || !url.pathname.startsWith(API_PATH) || url.hash || url.username) {
    const text = 'Dataverse named an address outside its own API; it was not followed.'
    throw new DataverseError({ kind: 'unreadable', status: 0, code: 'foreign_link', text })
  }
  return url.pathname.slice(API_PATH.length) + url.search
}
