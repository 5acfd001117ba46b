import { once } from 'node:events'
import { createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Azurite } from '../../sandbox/azurite.ts'

export type StorageProxy = {
  /** Azurite's connection string, leading through here. */
  readonly connectionString: string
  /** Without those of the switches, which a worker shares among its requests. */
  readonly reads: () => number
  readonly switchReads: () => number
  readonly writes: () => number
  /** Requests to table `limits`, or to make a table: no call waits for the one, and the other comes once in a life. */
  readonly background: () => number
  readonly reset: () => void
  /** `down`: every request is answered 503 from now on. */
  readonly set: (mode: 'up' | 'down') => void
  readonly close: () => Promise<void>
}

/** Stands in front of Azurite, counts what passes, and can be switched off. */
export async function startStorageProxy({ connectionString, tableEndpoint }: Azurite): Promise<StorageProxy> {
  const counts = { reads: 0, switchReads: 0, writes: 0, background: 0 }
  let mode: 'up' | 'down' = 'up'
  const server = createServer((request, response) => {
    counts[kindOf(request)] += 1
    if (mode === 'down') response.writeHead(503).end()
    else forward(request, response, new URL(tableEndpoint))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const here = tableEndpoint.replace(/:\d+\//, `:${(server.address() as AddressInfo).port}/`)
  return {
    connectionString: connectionString.replace(tableEndpoint, here),
    reads: () => counts.reads,
    switchReads: () => counts.switchReads,
    writes: () => counts.writes,
    background: () => counts.background,
    reset: () => void Object.assign(counts, { reads: 0, switchReads: 0, writes: 0, background: 0 }),
    set: (next) => void (mode = next),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const OF_LIMITS = /\/(?:limits(?:\(|$)|Tables(?:\?|$))/

function kindOf({ method, url = '' }: IncomingMessage): 'reads' | 'switchReads' | 'writes' | 'background' {
  if (OF_LIMITS.test(url)) return 'background'
  if (method !== 'GET') return 'writes'
  return /\/switches\(\)/.test(url) ? 'switchReads' : 'reads'
}

function forward(request: IncomingMessage, response: ServerResponse, { hostname, port }: URL): void {
  const { method, url: path, headers } = request
  const upstream = send({ hostname, port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  upstream.on('error', () => response.destroy())
  request.pipe(upstream)
}
