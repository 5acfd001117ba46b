import type { ServerResponse } from 'node:http'
import type { RpcCookie, RpcHttpResponse } from '../worker/core-types.ts'

/** .NET's Uri.EscapeDataString: everything but unreserved characters. */
const escapeData = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** A Set-Cookie line as ASP.NET Core writes it: value percent-encoded, Path "/" unless given. */
export function serializeCookie(cookie: RpcCookie): string {
  const sameSite =
    cookie.sameSite === 'explicitNone' ? 'none' : cookie.sameSite === 'none' ? undefined : cookie.sameSite
  const attributes: readonly (readonly [string, string | true | undefined])[] = [
    ['expires', cookie.expires ? new Date(cookie.expires.value.seconds * 1000).toUTCString() : undefined],
    ['max-age', cookie.maxAge ? String(Math.trunc(cookie.maxAge.value)) : undefined],
    ['domain', cookie.domain?.value],
    ['path', cookie.path?.value ?? '/'],
    ['secure', cookie.secure?.value === true ? true : undefined],
    ['samesite', sameSite],
    ['httponly', cookie.httpOnly?.value === true ? true : undefined],
  ]
  const written = attributes.flatMap(([name, value]) =>
    value === undefined ? [] : [value === true ? name : `${name}=${value}`],
  )
  return [`${cookie.name}=${escapeData(cookie.value)}`, ...written].join('; ')
}

const BODILESS = new Set([204, 205, 304])

/** Writes what a handler returned in buffered mode; nothing returned is 204. */
export function writeBuffered(response: ServerResponse, method: string, http: RpcHttpResponse | undefined): void {
  if (!http) {
    response.writeHead(204).end()
    return
  }
  for (const [name, value] of Object.entries(http.headers ?? {})) response.setHeader(name, value)
  const cookies = (http.cookies ?? []).map(serializeCookie)
  const header = http.headers?.['set-cookie']
  if (cookies.length > 0) response.setHeader('set-cookie', header === undefined ? cookies : [header, ...cookies])
  const status = Number(http.statusCode ?? 200)
  const body = Buffer.from(http.body?.bytes ?? http.body?.string ?? '')
  // Measured on the real host: it answers in chunks, whatever the length; Kestrel counts an empty body alone.
  if (!BODILESS.has(status) && method !== 'HEAD' && body.length === 0) response.setHeader('content-length', 0)
  response.writeHead(status)
  response.end(BODILESS.has(status) || method === 'HEAD' ? undefined : body)
}
