import { type ClientRequest, type IncomingMessage, request as askHttp } from 'node:http'
import { request as askHttps } from 'node:https'
import { pipeline } from 'node:stream'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import { later } from '../../telemetry/deadline.ts'

type WireInit = {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  readonly redirect: 'manual'
}

export type WireResponse = {
  readonly status: number
  readonly headers: Pick<Headers, 'get'>
  /** Undone where it was compressed. */
  readonly body: AsyncIterable<Uint8Array> | null
}

/** What of `fetch` the Web API is asked by, which `fetch` has as well. */
export type WireFetch = (url: URL, init: WireInit) => Promise<WireResponse>

const DECODERS: Readonly<Record<string, typeof createGunzip | typeof createBrotliDecompress>> = {
  gzip: createGunzip,
  br: createBrotliDecompress,
}
const ACCEPTED = Object.keys(DECODERS).join(', ')
const CONNECT_MS = 10_000

/** No connection came about in time, so that no byte of the request left. */
export const NOT_CONNECTED = 'ERR_NOT_CONNECTED'

/**
 * As `fetch` asks, in half of its time and with less for the garbage collector, as no streams and headers of the web are
 * made of what Node has: a hot call is one such request. Node's own agents keep connections alive; a redirect is an
 * answer like others.
 * @param connectMs how long a connection, TLS included, may take to come about
 * @returns what throws as Node does, for a signal that aborts too; and {@link NOT_CONNECTED}
 */
export function createWireFetch(connectMs = CONNECT_MS): WireFetch {
  return async (url, { method, headers, body, signal }) => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const ask = url.protocol === 'https:' ? askHttps : askHttp
      const sent = ask(url, { method, headers: { 'accept-encoding': ACCEPTED, ...headers }, signal })
      boundConnecting(sent, connectMs)
      sent.on('response', resolve).on('error', reject).end(body)
    })
    return {
      status: response.statusCode ?? 0,
      headers: { get: (name) => valueOf(response, name) },
      body: decoded(response),
    }
  }
}

export const wireFetch = createWireFetch()

function boundConnecting(sent: ClientRequest, connectMs: number): void {
  sent.once('socket', (socket) => {
    if (!socket.connecting) return
    const refuse = (): void => {
      sent.destroy(Object.assign(new Error(`not connected within ${connectMs} ms`), { code: NOT_CONNECTED }))
    }
    const stop = later(connectMs, refuse)
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', stop).once('close', stop)
  })
}

function valueOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name]
  return typeof value === 'object' ? value.join(', ') : (value ?? null)
}

/** An error of either stream comes out of what is read. */
function decoded(response: IncomingMessage): AsyncIterable<Uint8Array> {
  const create = DECODERS[response.headers['content-encoding']?.toLowerCase() ?? '']
  return create ? pipeline(response, create(), () => undefined) : response
}
