import { addAbortListener } from 'node:events'
import { type ClientRequest, type IncomingMessage, request as askHttp } from 'node:http'
import { request as askHttps } from 'node:https'
import { pipeline, type Transform } from 'node:stream'
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

const DECODERS = new Map<string, typeof createGunzip | typeof createBrotliDecompress>([
  ['gzip', createGunzip],
  ['br', createBrotliDecompress],
])
const ACCEPTED = [...DECODERS.keys()].join(', ')
const CONNECT_MS = 10_000

/** No connection came about, TLS included, for whatever reason: no byte of the request left. */
export const NOT_CONNECTED = 'ERR_NOT_CONNECTED'

/**
 * As `fetch` asks, in six tenths of its time and with less for the garbage collector, as no streams and headers of the web are
 * made of what Node has: a hot call is one such request. Node's own agents keep connections alive; a redirect is an
 * answer like others.
 * @param connectMs how long a connection, TLS included, may take to come about
 * @returns what throws as Node does, for a signal that aborts too; or {@link NOT_CONNECTED}, with that as its cause
 */
export function createWireFetch(connectMs = CONNECT_MS): WireFetch {
  return async (url, { method, headers, body, signal }) => {
    const ask = url.protocol === 'https:' ? askHttps : askHttp
    const sent = ask(url, { method, headers: { 'accept-encoding': ACCEPTED, ...headers }, signal })
    const answer = answerTo(sent, signal, connectMs)
    sent.end(body)
    const response = await answer
    return {
      status: response.statusCode ?? 0,
      headers: { get: (name) => valueOf(response, name) },
      body: decoded(response),
    }
  }
}

export const wireFetch = createWireFetch()

async function answerTo(sent: ClientRequest, signal: AbortSignal, connectMs: number): Promise<IncomingMessage> {
  const isConnected = watchConnecting(sent, connectMs)
  return await new Promise((resolve, reject) => {
    const fail = (cause: Error): void => reject(isConnected() ? cause : notConnected(cause))
    // Until a proxy gives a connection, Node keeps to itself that a request was aborted.
    const listening = addAbortListener(signal, () => fail(signal.reason as Error))
    // Node ends a 101 that was not asked for with neither an answer nor an error.
    const closed = (): void => {
      listening[Symbol.dispose]()
      fail(new Error('closed without an answer'))
    }
    const answered = (response: IncomingMessage): void => {
      listening[Symbol.dispose]()
      sent.off('close', closed)
      resolve(response)
    }
    sent.once('response', answered).on('error', fail).once('close', closed)
  })
}

/** By what happened, and by no code of an error: a connection that was there can fail with EHOSTUNREACH, too. */
function watchConnecting(sent: ClientRequest, connectMs: number): () => boolean {
  let isConnected = false
  const connected = (): void => void (isConnected = true)
  sent.once('socket', (socket) => {
    if (!socket.connecting) {
      connected()
      return
    }
    const stop = later(connectMs, () => void sent.destroy(new Error(`not connected within ${connectMs} ms`)))
    const event = 'encrypted' in socket ? 'secureConnect' : 'connect'
    socket.once(event, connected).once(event, stop).once('close', stop)
  })
  return () => isConnected
}

function notConnected(cause: Error): Error {
  return Object.assign(new Error('not connected', { cause }), { code: NOT_CONNECTED })
}

function valueOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name]
  return typeof value === 'object' ? value.join(', ') : (value ?? null)
}

/** An error of either stream comes out of what is read. */
function decoded(response: IncomingMessage): AsyncIterable<Uint8Array> {
  const create = DECODERS.get(response.headers['content-encoding']?.toLowerCase() ?? '')
  return create ? undone(response, create()) : response
}

/** Without a byte there is nothing to undo, whatever is said of it. */
async function* undone(response: IncomingMessage, decoder: Transform): AsyncGenerator<Uint8Array> {
  try {
    yield* pipeline(response, decoder, () => undefined) as AsyncIterable<Uint8Array>
  } catch (error) {
    if (!response.complete || response.readableDidRead) throw error
  }
}
