import { Agent as HttpAgent, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { Upstream } from './routes.ts'

/** RFC 9110 §7.6.1: they speak of one connection and go no further. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade'])

export type Proxy = {
  readonly forward: (
    upstream: Upstream,
    request: IncomingMessage,
    response: ServerResponse,
    more?: { readonly headers?: Readonly<Record<string, string>>; /** Read already. */ readonly body?: Buffer },
  ) => void
  readonly close: () => void
}

function rawHeaders({ rawHeaders: raw }: IncomingMessage, more: Readonly<Record<string, string>>): string[] {
  const named = Object.fromEntries(Object.entries(more).map(([name, value]) => [name.toLowerCase(), value]))
  const kept = raw.flatMap((name, at) => {
    const drop = at % 2 === 1 || HOP_BY_HOP.has(name.toLowerCase()) || name.toLowerCase() in named
    return drop ? [] : [name, raw[at + 1] ?? '']
  })
  return [...kept, ...Object.entries(more).flat()]
}

/** Passes requests on to servers of this machine, whose certificates are signed by `ca`. */
export function createProxy(ca: string): Proxy {
  const agents = [new HttpAgent({ keepAlive: true }), new HttpsAgent({ keepAlive: true, ca })] as const
  const forward: Proxy['forward'] = (upstream, request, response, more = {}) => {
    const { method, url: path, headers } = request
    const target = {
      host: '127.0.0.1',
      port: upstream.port,
      method,
      path,
      headers: rawHeaders(request, more.headers ?? {}),
    }
    const servername = headers.host?.replace(/:\d+$/, '')
    const outgoing = upstream.tls
      ? requestHttps({ ...target, agent: agents[1], ...(servername && { servername }) })
      : requestHttp({ ...target, agent: agents[0] })
    outgoing.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, rawHeaders(answer, {}))
      answer.pipe(response)
    })
    outgoing.on('error', () => {
      if (!response.headersSent) response.writeHead(502)
      response.end()
    })
    response.once('close', () => outgoing.destroy())
    if (more.body) outgoing.end(more.body)
    else request.pipe(outgoing)
  }
  return { forward, close: () => agents.forEach((agent) => agent.destroy()) }
}
