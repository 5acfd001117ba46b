import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const CALLBACK_PATH = '/doctor/callback'

export type Loopback = {
  readonly redirectUri: string
  /** The first answer that carries `state`; what came without it is in `strangers`. */
  readonly wait: (state: string, timeoutMs: number) => Promise<URLSearchParams | undefined>
  /** How many answers came with another state, or none. */
  readonly strangers: () => number
  readonly close: () => void
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  connection: 'close',
}

const page = (title: string, text: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1><p>${text}</p></body></html>`

/**
 * Listens on a free port of 127.0.0.1 for the browser that comes back.
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
export async function listen(): Promise<Loopback> {
  const inbox = new Inbox()
  const server = createServer((request, response) => inbox.take(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  inbox.host = `127.0.0.1:${port}`
  return {
    redirectUri: `http://${inbox.host}${CALLBACK_PATH}`,
    wait: (state, timeoutMs) => inbox.wait(state, timeoutMs),
    strangers: () => inbox.strangers,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

class Inbox {
  host = ''
  strangers = 0
  #state: string | undefined
  #deliver: ((answer: URLSearchParams) => void) | undefined

  /** Any page may send a browser here: only the answer that knows the state counts, and only once. */
  take(request: IncomingMessage, response: ServerResponse): void {
    // Never as a URL: `GET //`, from whatever page, is none, and what is thrown here would end the doctor.
    const [path, ...query] = (request.url ?? '').split('?')
    const answer = new URLSearchParams(query.join('?'))
    // Another host name is DNS rebinding.
    if (request.method !== 'GET' || path !== CALLBACK_PATH || request.headers.host !== this.host) {
      response.writeHead(404, HEADERS).end(page('Nothing here', 'This address belongs to the doctor.'))
      return
    }
    if (this.#state === undefined || answer.get('state') !== this.#state) {
      this.strangers += 1
      response.writeHead(400, HEADERS).end(page('Not this sign-in', 'The doctor waits for another answer.'))
      return
    }
    const refused = answer.has('error')
    const text = refused ? 'The sign-in was refused. The terminal says more.' : 'You may close this page.'
    // Only then may the listener be closed, or the browser would show an error in place of the page.
    response.once('close', () => this.#deliver?.(answer))
    response.writeHead(200, HEADERS).end(page('Back at the doctor', text))
    this.#state = undefined
  }

  async wait(state: string, timeoutMs: number): Promise<URLSearchParams | undefined> {
    this.#state = state
    const { promise, resolve } = Promise.withResolvers<URLSearchParams | undefined>()
    this.#deliver = resolve
    const timer = setTimeout(() => resolve(undefined), timeoutMs)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
    }
  }
}
