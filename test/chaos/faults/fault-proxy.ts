import { once } from 'node:events'
import { createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { Dependency, DependencyFault } from './plan.ts'
import { refusalOf } from './refusals.ts'

export type ActiveFault = { readonly kind: DependencyFault; /** Of a hundred requests. */ readonly share: number }
export type Forward = (incoming: Pick<IncomingMessage, 'method' | 'url' | 'headers'>, body: Buffer) => Promise<Answer>
type Answer = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: Buffer }

/** A dependency as the app reaches it: by HTTP through here, and as faulty as it is told to be. */
export type Faulty = {
  readonly set: (fault: ActiveFault | undefined) => void
  readonly handler: (incoming: IncomingMessage, outgoing: ServerResponse) => void
}
export type FaultProxy = Omit<Faulty, 'handler'> & { readonly port: number; readonly close: () => Promise<void> }

const LEAST_SLOW_MS = 500
const MOST_MORE_SLOW_MS = 2_000
/** Longer than any time-out of the app. */
const SILENT_MS = 15_000

/** @param roll a number from 0 up to 1 */
export function createFaulty(dependency: Dependency, forward: Forward, roll: () => number): Faulty {
  let active: ActiveFault | undefined
  const suffer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await buffer(incoming)
    const kind = active && roll() * 100 < active.share ? active.kind : undefined
    if (kind === 'reset') return void incoming.socket.destroy()
    if (kind === 'silent') return void setTimeout(() => incoming.socket.destroy(), SILENT_MS).unref()
    if (kind === 'throttled' || kind === 'failing' || kind === 'page') {
      const refusal = refusalOf(dependency, kind)
      return void outgoing.writeHead(refusal.status, refusal.headers).end(refusal.body)
    }
    if (kind === 'slow') await pause(LEAST_SLOW_MS + roll() * MOST_MORE_SLOW_MS)
    const answer = await forward(incoming, body)
    if (kind === 'lost') incoming.socket.destroy()
    else outgoing.writeHead(answer.status, answer.headers).end(answer.body)
  }
  return {
    set: (fault) => void (active = fault),
    handler: (incoming, outgoing) => void suffer(incoming, outgoing).catch(() => incoming.socket.destroy()),
  }
}

/** Passes a request on to a port of this machine, under the host name that it came with. */
export function forwardTo(port: () => number): Forward {
  return async ({ method, url, headers }, body) => {
    const call = send({ host: '127.0.0.1', port: port(), agent: false, method, path: url, headers })
    // It may break after the head of the answer, too: then reading the rest fails.
    call.on('error', () => undefined)
    call.end(body)
    const [reply] = (await once(call, 'response')) as [IncomingMessage]
    const { connection: _, 'transfer-encoding': __, ...kept } = reply.headers
    return { status: reply.statusCode ?? 500, headers: kept, body: await buffer(reply) }
  }
}

/** Listens on 127.0.0.1 before there is anything behind it: services name their own address in tokens. */
export async function startFaultProxy(
  dependency: Dependency,
  upstream: () => number,
  roll: () => number,
): Promise<FaultProxy> {
  const { set, handler } = createFaulty(dependency, forwardTo(upstream), roll)
  const server = createServer({ maxHeaderSize: 131_072 }, handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    set,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
