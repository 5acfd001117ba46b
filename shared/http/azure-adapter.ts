import type { Cookie as AzureCookie, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import { parseCookies } from './cookies.ts'
import type { Endpoint, Incoming, Outgoing } from './message.ts'
import type { Audit } from '../telemetry/events.ts'
import { readBody } from './read-body.ts'
import { WireError } from './wire-error.ts'

export type { InvocationContext, Timer } from '@azure/functions'

export type Handler = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>

export type AdapterOptions = {
  readonly maxBodyBytes: number
  readonly httpStreams: boolean
  readonly auditOf: (context: InvocationContext) => Audit
  /** What an error looks like that comes before the endpoint: a body too large, a hostile header. */
  readonly refuse: (error: WireError, correlationId: string) => Outgoing
}

const MOST_URL_CHARACTERS = 8_192
const MOST_HEADER_CHARACTERS = 16_384

/**
 * An endpoint as the Functions host calls it. It never throws and never returns nothing: in stream mode either would
 * leave the client hanging.
 */
export function toHandler(endpoint: Endpoint, options: AdapterOptions): Handler {
  return async (request, context) => {
    try {
      return toAzure(await endpoint(await toIncoming(request, context, options)), request.method)
    } catch (thrown) {
      const error = thrown instanceof WireError ? thrown : new WireError(500, 'server_error', 'Something went wrong.')
      if (error !== thrown) options.auditOf(context)({ name: 'request.failed', step: 'adapter', status: 500 })
      return toAzure(options.refuse(error, context.invocationId), request.method)
    }
  }
}

async function toIncoming(
  request: HttpRequest,
  context: InvocationContext,
  options: AdapterOptions,
): Promise<Incoming> {
  const { pathname, searchParams } = new URL(request.url)
  if (request.url.length > MOST_URL_CHARACTERS) throw new WireError(414, 'invalid_request', 'The address is too long.')
  const headers = new Headers([...request.headers])
  const size = [...headers].reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (size > MOST_HEADER_CHARACTERS) throw new WireError(431, 'invalid_request', 'The headers are too long.')
  const body = await readBody(request, headers, options.maxBodyBytes)
  if (options.httpStreams) refuseHeaderReplacement(searchParams, body)
  return {
    method: request.method,
    path: pathname,
    query: searchParams,
    headers,
    body,
    cookies: parseCookies(headers.get('cookie')),
    clientAddress: clientAddressOf(headers.get('x-forwarded-for')),
    correlationId: context.invocationId,
    audit: options.auditOf(context),
  }
}

/**
 * In stream mode the worker takes a request's headers from its trigger metadata, where a query key or JSON member named
 * `headers` replaces them all: a crafted link could then choose the cookies that we see.
 */
function refuseHeaderReplacement(query: URLSearchParams, body: Uint8Array): void {
  const names = [...query.keys(), ...topLevelMembers(body)]
  if (names.some((name) => name.toLowerCase() === 'headers'))
    throw new WireError(400, 'invalid_request', 'A parameter must not be named "headers".')
}

function topLevelMembers(body: Uint8Array): string[] {
  if (body.length === 0) return []
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body))
    return typeof value === 'object' && value !== null ? Object.keys(value) : []
  } catch {
    return []
  }
}

/** Only the last hop is the platform's own; the ones before it are whatever the client wrote. */
function clientAddressOf(forwardedFor: string | null): string {
  const last = forwardedFor?.split(',').at(-1)?.trim() ?? ''
  return /^\[(.+)\](?::\d+)?$/.exec(last)?.[1] ?? last.replace(/^([\d.]+):\d+$/, '$1')
}

/** `set-cookie` among the headers would lose all but the last one; the host's own `cookies` carries them all. */
function toAzure({ status, headers, cookies, body }: Outgoing, method: string): HttpResponseInit {
  return {
    status,
    headers: { ...SECURITY_HEADERS, ...headers },
    ...(cookies ? { cookies: cookies.map(toAzureCookie) } : {}),
    ...(body === undefined || method === 'HEAD' ? {} : { body }),
  }
}

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-site',
} as const

const toAzureCookie = ({ name, value, maxAge }: { name: string; value: string; maxAge: number }): AzureCookie => ({
  ...{ name, value, maxAge },
  ...{ path: '/', secure: true, httpOnly: true, sameSite: 'Lax' as const },
})
