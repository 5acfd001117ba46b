import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** One request on a connection between the host and the Functions library's own server, which stream mode has. */
export type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse }

/** What ties an exchange to its invocation. */
const INVOCATION_ID = 'x-ms-invocation-id'
const running = new Map<string, Exchange>()

/**
 * From now on {@link exchangeOf} knows every exchange that runs. The library hands on a request's body alone, and drops
 * a `Connection` header of the answer; without the exchange nobody could close a connection that must not be used again.
 * @see https://nodejs.org/api/diagnostics_channel.html#http
 */
export function rememberExchanges(): void {
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as Exchange
    const id = request.headers[INVOCATION_ID]
    if (typeof id !== 'string') return
    const exchange = { request, response }
    running.set(id, exchange)
    response.once('close', () => {
      if (running.get(id) === exchange) running.delete(id)
    })
  })
}

/** Undefined in buffered mode, where there is no such connection. */
export const exchangeOf = (invocationId: string): Exchange | undefined => running.get(invocationId)
