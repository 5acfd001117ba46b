import type { IncomingMessage } from 'node:http'

/** A request as the host sees it before a function does. */
export type HostRequest = {
  readonly method: string
  /** As the client wrote it, path and query. */
  readonly target: string
  readonly path: string
  /** Lower-case names; repeated headers joined with "," (two Cookie headers too). */
  readonly headers: Readonly<Record<string, string>>
  /** Repeated keys joined with ",". */
  readonly query: Readonly<Record<string, string>>
  readonly scheme: string
  readonly url: string
  readonly raw: IncomingMessage
}

/** The host answers with this status itself; no function is called. */
export class HostRefusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Kestrel's default limits, in bytes. */
export const MAX_HEADER_BYTES = 32 * 1024
const MAX_REQUEST_LINE_BYTES = 8192
/** The Functions host's default for a request body. */
const MAX_BODY_BYTES = 100 * 1024 * 1024

/** Kestrel reads header values as UTF-8 and refuses what is not; Node hands the bytes over as latin1. */
function decodeHeader(value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(value, 'latin1'))
  } catch {
    throw new HostRefusal(400, 'a header is not UTF-8')
  }
}

function join(pairs: Iterable<readonly [string, string]>): Record<string, string> {
  const joined = new Map<string, string>()
  for (const [name, value] of pairs) {
    const before = joined.get(name)
    joined.set(name, before === undefined ? value : `${before},${value}`)
  }
  return Object.fromEntries(joined)
}

const LENGTH = 'content-length'

/** The platform's front end appends the address and port it saw; what a client sent comes before it. */
function joinHeaders(raw: IncomingMessage): Record<string, string> {
  const names = raw.rawHeaders.filter((_, index) => index % 2 === 0)
  const pairs = names.map((name, index) => {
    return [name.toLowerCase(), decodeHeader(raw.rawHeaders[index * 2 + 1] ?? '')] as const
  })
  // Kestrel goes by the chunks where a length is given, too.
  const named = raw.headers['transfer-encoding'] === undefined ? pairs : pairs.filter(([name]) => name !== LENGTH)
  const seen = `${raw.socket.remoteAddress ?? 'unknown'}:${raw.socket.remotePort ?? 0}`
  const headers = join(named)
  // A front end that stands before this host has said so already, and named itself.
  if (headers['x-arr-log-id'] !== undefined) return headers
  const before = headers['x-forwarded-for']
  return { ...headers, 'x-forwarded-for': before === undefined ? seen : `${before}, ${seen}` }
}

/** ASP.NET Core's query keys ignore case: the first spelling stays. */
function joinQuery(search: URLSearchParams): Record<string, string> {
  const spelling = new Map<string, string>()
  return join(
    [...search].map(([key, value]) => {
      const known = spelling.get(key.toLowerCase()) ?? key
      spelling.set(key.toLowerCase(), known)
      return [known, value] as const
    }),
  )
}

/** Measured on Kestrel of .NET 10, character by character: 400 for any other, and for a port that is no number. */
const HOST = /^(?:\[[\da-f:.]+\]|[\w!$&'().~-]*)(?::\d*)?$/i
const SCHEME = /^[a-z][a-z\d+.-]*$/i

/** The host believes the last proxy; what is no scheme it passes over. Measured on the real host. */
function schemeOf(forwardedProto: string | undefined): string {
  const last = (forwardedProto ?? '').split(',').at(-1)?.trim() ?? ''
  return SCHEME.test(last) ? last.toLowerCase() : 'http'
}

/** HTTP/1.0 needs no Host, but the host fails to make an address without. Measured on the real host. */
function hostOf({ host }: Readonly<Record<string, string>>): string {
  if (host === undefined) throw new HostRefusal(500, 'no Host')
  if (!HOST.test(host)) throw new HostRefusal(400, 'a bad Host')
  return host
}

/** @throws HostRefusal 400, 414 or 500 */
export function readRequest(raw: IncomingMessage): HostRequest {
  const { method = 'GET', url: target = '/' } = raw
  if (`${method} ${target} HTTP/1.1`.length > MAX_REQUEST_LINE_BYTES) throw new HostRefusal(414, 'URI too long')
  if (!target.startsWith('/')) throw new HostRefusal(400, 'not an origin-form request target')
  const headers = joinHeaders(raw)
  const host = hostOf(headers)
  const scheme = schemeOf(headers['x-forwarded-proto'])
  // Not against a base: "//mcp" would name a host.
  const parsed = new URL(`http://host${target}`)
  return {
    method,
    target,
    path: parsed.pathname,
    headers,
    query: joinQuery(parsed.searchParams),
    scheme,
    url: `${scheme}://${host}${target}`,
    raw,
  }
}

/**
 * The host reads a body only by its Content-Length; one sent in chunks is left for stream mode.
 * @throws HostRefusal 413 when it is larger than 100 MiB
 */
export async function readSizedBody(request: HostRequest): Promise<Buffer | undefined> {
  const length = Number(request.headers['content-length'] ?? 0)
  if (length === 0) return undefined
  if (length > MAX_BODY_BYTES) throw new HostRefusal(413, 'body too large')
  const chunks: Buffer[] = []
  for await (const chunk of request.raw) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export const isChunked = (request: HostRequest): boolean => request.headers['transfer-encoding'] !== undefined
