import type { IncomingMessage, ServerResponse } from 'node:http'
import { EntraError } from './errors.ts'

export type Reply = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }

export type Call = {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Named values, each at most once; an empty value counts as absent. */
export type Parameters = ReadonlyMap<string, string>

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store, no-cache', ...headers },
  body: JSON.stringify(value),
})

export const html = (body: string, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body,
})

export const redirect = (target: URL): Reply => ({
  status: 302,
  headers: { location: target.href, 'cache-control': 'no-store' },
})

/** @throws EntraError AADSTS9000411 when a parameter is repeated (RFC 6749 §3.1) */
export function uniqueParameters(encoded: URLSearchParams): Parameters {
  const unique = new Map<string, string>()
  for (const [name, value] of encoded) {
    if (unique.has(name)) throw new EntraError('AADSTS9000411', `The parameter is '${name}'.`)
    unique.set(name, value)
  }
  return new Map([...unique].filter(([, value]) => value !== ''))
}

/** @throws EntraError AADSTS900144 when the parameter is absent or empty */
export function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name)
  if (value === undefined) throw new EntraError('AADSTS900144', `The parameter is '${name}'.`)
  return value
}

export async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return {
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'http://sandbox.invalid'),
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  }
}

export function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, reply.headers).end(reply.body)
}
