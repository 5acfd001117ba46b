import type { IncomingMessage } from 'node:http'
import { wireFetch, type WireFetch } from '../../../../shared/dataverse/web-api/wire-fetch.ts'
import type { Outcome } from './handler.ts'

/** What is read of a request, by whichever way it came. */
export type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'headersDistinct'> &
  AsyncIterable<string | Uint8Array>
type Answers = (asked: Asked) => Promise<Outcome>

const here = new Map<string, Answers>()

/** From now on `fetchHere` hands requests to this origin over. @returns how to end that */
export function answerHere(origin: string, answers: Answers): () => void {
  here.set(origin, answers)
  return () => void here.delete(origin)
}

function askedOf(url: URL, { method = 'GET', headers, body }: RequestInit): Asked {
  const sent = Object.fromEntries(new Headers(headers))
  const chunks = typeof body === 'string' ? [body] : []
  return {
    method,
    url: `${url.pathname}${url.search}`,
    headers: sent,
    headersDistinct: Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, [value]])),
    async *[Symbol.asyncIterator]() {
      yield* chunks
    },
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const end = (): void => reject(signal.reason as Error)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })

const NO_BODY = new Set([204, 304])

/**
 * As `fetch`, but a Dataverse of this process is asked without a socket, which is a quarter of the work of a small
 * question. For tests of what is asked and answered; those of the wire itself take `fetch`.
 */
export const fetchHere: typeof fetch = async (input, init = {}) => {
  const url = input instanceof URL ? input : new URL(typeof input === 'string' ? input : input.url)
  const answers = here.get(url.origin)
  // A stream, or bytes, are for the wire.
  if (answers === undefined || input instanceof Request || (init.body !== undefined && typeof init.body !== 'string'))
    return await fetch(input, init)
  init.signal?.throwIfAborted()
  const answered = answers(askedOf(url, init))
  const outcome = await (init.signal ? Promise.race([answered, aborted(init.signal)]) : answered)
  if (outcome === 'silence') return await (init.signal ? aborted(init.signal) : new Promise<never>(() => undefined))
  if (outcome === undefined) throw new TypeError('fetch failed', { cause: new Error('other side closed') })
  const { status, headers, body } = outcome
  return new Response(NO_BODY.has(status) ? null : body, { status, headers })
}

/** {@link fetchHere} for a Dataverse of this process; any other is asked over the wire, as the app asks. */
export const askHere: WireFetch = (url, init) => (here.has(url.origin) ? fetchHere(url, init) : wireFetch(url, init))
