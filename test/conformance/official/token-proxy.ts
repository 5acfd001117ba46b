import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type TokenProxy = {
  readonly origin: string
  /** From now on requests go to `mcpUrl`, each with this access token. */
  readonly forwardTo: (mcpUrl: string, accessToken: string) => void
  readonly close: () => Promise<void>
}

type Target = { readonly url: URL; readonly accessToken: string }

/**
 * Stands before `/mcp` and adds a bearer token, for a runner that has none. For tests alone: whoever reaches it acts as
 * the person behind the token. Everything else, `Host` and `Origin` included, passes as it came.
 */
export async function startTokenProxy(): Promise<TokenProxy> {
  let target: Target | undefined
  const server = createServer((incoming, outgoing) => {
    if (target) forward(target, incoming, outgoing)
    else outgoing.writeHead(503).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    forwardTo: (mcpUrl, accessToken) => {
      target = { url: new URL(mcpUrl), accessToken }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function forward({ url, accessToken }: Target, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const upstream = request({
    hostname: url.hostname,
    port: url.port,
    path: incoming.url,
    method: incoming.method,
    headers: { ...incoming.headers, authorization: `Bearer ${accessToken}` },
  })
  upstream.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  upstream.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy()
    else outgoing.writeHead(502).end()
  })
  outgoing.on('close', () => upstream.destroy())
  incoming.pipe(upstream)
}
