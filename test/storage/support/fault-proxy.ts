import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** Where a connection is cut: at the n-th write from now, before storage sees it or after storage has done it. */
export type Cut = {
  readonly write: number
  readonly when: 'before' | 'after'
  /** Whether the next request gets through, or none until `heal`. */
  readonly then: 'recovers' | 'stays down'
}

/** A table service that can be cut off at a chosen write. */
export type FaultProxy = {
  readonly connectionString: string
  readonly cut: (cut: Cut) => void
  /** Nothing gets through any more. */
  readonly stop: () => void
  /** Everything gets through again, and counting starts at 0. */
  readonly heal: () => void
  readonly writes: () => number
  readonly close: () => Promise<void>
}

type State = { cut: Cut | undefined; down: boolean; writes: number }

/** Stands in front of the real table service of a connection string. */
export async function startFaultProxy(connectionString: string): Promise<FaultProxy> {
  const upstream = new URL(/TableEndpoint=([^;]+)/.exec(connectionString)?.[1] ?? '')
  const agent = new Agent({ keepAlive: true })
  const state: State = { cut: undefined, down: false, writes: 0 }
  const server = createServer((incoming, outgoing) => {
    void pass(state, { agent, port: upstream.port }, incoming, outgoing).catch(() => incoming.socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    connectionString: connectionString.replace(`127.0.0.1:${upstream.port}`, `127.0.0.1:${port}`),
    cut: (cut) => void Object.assign(state, { cut, down: false, writes: 0 }),
    stop: () => void Object.assign(state, { down: true }),
    heal: () => void Object.assign(state, { cut: undefined, down: false, writes: 0 }),
    writes: () => state.writes,
    close: () => close(server, agent),
  }
}

async function pass(
  state: State,
  upstream: { readonly agent: Agent; readonly port: string },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await buffer(incoming)
  if (incoming.method !== 'GET' && !state.down) state.writes += 1
  const { cut } = state
  const hit = cut !== undefined && !state.down && incoming.method !== 'GET' && state.writes === cut.write
  if (hit && cut.then === 'stays down') state.down = true
  if (state.down && !(hit && cut.when === 'after')) return void incoming.socket.destroy()
  if (hit && cut.when === 'before') return void incoming.socket.destroy()
  const reply = await forward(upstream, incoming, body)
  const answer = await buffer(reply)
  if (hit) return void incoming.socket.destroy()
  outgoing.writeHead(reply.statusCode ?? 500, reply.headers).end(answer)
}

async function forward(
  { agent, port }: { readonly agent: Agent; readonly port: string },
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage> {
  const call = request({ host: '127.0.0.1', port, agent, method, path: url, headers })
  // It may break after the head of the answer, too: then reading the rest fails.
  call.on('error', () => undefined)
  call.end(body)
  const [reply] = (await once(call, 'response')) as [IncomingMessage]
  return reply
}

async function close(server: Server, agent: Agent): Promise<void> {
  agent.destroy()
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}
