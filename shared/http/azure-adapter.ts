import type { Cookie as AzureCookie, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import type { InvocationAudit } from '../telemetry/events.ts'
import { clientAddressOf } from './bounds/client-address.ts'
import type { Exchange } from './bounds/exchange.ts'
import { type IncomingBody, openBody } from './bounds/read-body.ts'
import { parseCookies } from './headers/cookies.ts'
import type { Refuse } from './error-boundary.ts'
import { refuseHeaderReplacement } from './headers/header-replacement.ts'
import type { Endpoint, Head, Incoming, Outgoing } from './message.ts'
import { WireError } from './wire-error.ts'

export type { InvocationContext, Timer } from '@azure/functions'

export type Handler = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>

export type AdapterOptions = {
  readonly maxBodyBytes: number
  readonly httpStreams: boolean
  /** The connection that a request came by, in stream mode. */
  readonly exchangeOf?: (invocationId: string) => Exchange | undefined
  /** Front doors whose entries in `X-Forwarded-For` are trusted; the platform's own is the first. */
  readonly trustedHops: number
  readonly auditOf: (context: InvocationContext, clientAddress: string) => InvocationAudit
  /** Before anything is done. @throws WireError where nothing may be done now */
  readonly checkReady?: () => void
  /** What an error looks like that comes before the endpoint: a body too large, a hostile header. */
  readonly refuse: (...refused: Parameters<Refuse>) => Outgoing | Promise<Outgoing>
  /** Whether a request with these headers may have its body read; without, the endpoint sees none, and refuses. */
  readonly readsBody?: (headers: Headers) => boolean
}

const MOST_URL_CHARACTERS = 8_192
const MOST_HEADER_CHARACTERS = 16_384

/**
 * An endpoint as the Functions host calls it. It never throws and never returns nothing: in stream mode either would
 * leave the client hanging.
 */
export function toHandler(endpoint: Endpoint, options: AdapterOptions): Handler {
  return async (request, context) => {
    const { head, settled } = headOf(request, context, options)
    const body = openBody(request.body, options.exchangeOf?.(context.invocationId))
    const answer = await answerOrRefuse(endpoint, request, body, { head, settled }, options)
    await body.finish()
    return toAzure(answer, request.method)
  }
}

async function answerOrRefuse(
  endpoint: Endpoint,
  request: HttpRequest,
  body: IncomingBody,
  { head, settled }: Started,
  options: AdapterOptions,
): Promise<Outgoing> {
  try {
    options.checkReady?.()
    const reply = await endpoint(await toIncoming(request, body, head, options))
    await settled().catch(async (cause: unknown) => {
      await reply.undo?.()
      auditUnreachable(cause)
    })
    return reply
  } catch (thrown) {
    return await options.refuse(thrown, head)
  }
}

type Started = { readonly head: Head } & Pick<InvocationAudit, 'settled'>

function headOf({ url, headers }: HttpRequest, context: InvocationContext, options: AdapterOptions): Started {
  const clientAddress = clientAddressOf(headers.get('x-forwarded-for'), options.trustedHops)
  const { audit, settled } = options.auditOf(context, clientAddress)
  const path = URL.parse(url)?.pathname ?? ''
  return { head: { path, clientAddress, correlationId: context.invocationId, audit }, settled }
}

/** Where an answer must be in the audit first and is not, it is not given. @throws WireError */
export function auditUnreachable(cause?: unknown): never {
  throw new WireError(503, 'temporarily_unavailable', AUDIT_UNREACHABLE, { headers: { 'retry-after': '60' }, cause })
}

const AUDIT_UNREACHABLE =
  'The audit trail cannot be reached, and this deployment answers nothing that it cannot write down. Try again in a minute.'

async function toIncoming(
  request: HttpRequest,
  incoming: IncomingBody,
  head: Head,
  options: AdapterOptions,
): Promise<Incoming> {
  if (request.url.length > MOST_URL_CHARACTERS) throw new WireError(414, 'invalid_request', 'The address is too long.')
  const { searchParams: query, search } = new URL(request.url)
  const { headers } = request
  let size = 0
  for (const [name, value] of headers) size += name.length + value.length
  if (size > MOST_HEADER_CHARACTERS) throw new WireError(431, 'invalid_request', 'The headers are too long.')
  const wanted = options.readsBody?.(headers) ?? true
  const body = wanted ? await incoming.read(headers, options.maxBodyBytes) : new Uint8Array()
  if (options.httpStreams) refuseHeaderReplacement(query, body)
  return {
    ...head,
    method: request.method,
    query,
    search: search.slice(1),
    headers,
    body,
    bodyDropped: !options.httpStreams && body.length === 0 && headers.has('transfer-encoding'),
    cookies: parseCookies(headers.get('cookie')),
  }
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
  name,
  value,
  maxAge,
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'Lax' as const,
})
