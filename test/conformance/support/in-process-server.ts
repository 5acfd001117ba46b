import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseCookies } from '../../../shared/http/headers/cookies.ts'
import type { Cookie, Endpoint, Incoming } from '../../../shared/http/message.ts'
import type { Audit, AuditEvent } from '../../../shared/telemetry/events.ts'

export type InProcessServer = {
  readonly url: string
  /** `GET /path` → endpoint. */
  routes: Readonly<Record<string, Endpoint>>
  readonly audited: AuditEvent[]
  readonly close: () => Promise<void>
}

/** Serves endpoints from this process, where a test can give them another network than the Internet. */
export async function startInProcessServer(): Promise<InProcessServer> {
  const server = createServer((request, response) => {
    void answer(started, request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const started: InProcessServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    routes: {},
    audited: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return started
}

async function answer({ url, routes, audited }: InProcessServer, request: IncomingMessage, response: ServerResponse) {
  const incoming = await toIncoming(url, request, (event) => audited.push(event))
  const endpoint = routes[`${incoming.method} ${incoming.path}`]
  if (!endpoint) return response.writeHead(404).end()
  try {
    const { status, headers, cookies, body } = await endpoint(incoming)
    return response.writeHead(status, { ...headers, 'set-cookie': (cookies ?? []).map(serialize) }).end(body)
  } catch (error) {
    return response.writeHead(500).end(String(error))
  }
}

async function toIncoming(base: string, request: IncomingMessage, audit: Audit): Promise<Incoming> {
  const { pathname, search, searchParams } = new URL(request.url ?? '/', base)
  const chunks = (await request.toArray()) as Buffer[]
  return {
    method: request.method ?? 'GET',
    path: pathname,
    query: searchParams,
    search: search.slice(1),
    headers: new Headers(request.headers as Record<string, string>),
    cookies: parseCookies(request.headers.cookie ?? null),
    body: new Uint8Array(Buffer.concat(chunks)),
    clientAddress: '127.0.0.1',
    correlationId: 'in-process',
    audit,
  }
}

const serialize = ({ name, value, maxAge }: Cookie) =>
  `${name}=${value}; Max-Age=${maxAge}; Path=/; Secure; HttpOnly; SameSite=Lax`
