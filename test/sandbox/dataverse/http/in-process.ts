import type { IncomingMessage } from 'node:http'
import { wireFetch, type WireFetch } from '../../../../shared/dataverse/web-api/wire-fetch.ts'
import type { Outcome } from './handler.ts'
import type { Reply } from './reply.ts'

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

type Sent = { readonly method: string; readonly headers: Readonly<Record<string, string>>; readonly body: unknown }

/** @param headers their names in small letters */
function askedOf(url: URL, { method, headers, body }: Sent): Asked {
  const chunks = typeof body === 'string' ? [body] : []
  return {
    method,
    url: `${url.pathname}${url.search}`,
    headers,
    headersDistinct: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
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

/** @throws as `fetch` does where no answer comes */
async function replyOf(answered: Promise<Outcome>, signal: AbortSignal | null | undefined): Promise<Reply> {
  const outcome = await (signal ? Promise.race([answered, aborted(signal)]) : answered)
  if (outcome === 'silence') return await (signal ? aborted(signal) : new Promise<never>(() => undefined))
  if (outcome === undefined) throw new TypeError('fetch failed', { cause: new Error('other side closed') })
  return outcome
}

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
  const sent = { method: init.method ?? 'GET', headers: Object.fromEntries(new Headers(init.headers)), body: init.body }
  const { status, headers, body } = await replyOf(answers(askedOf(url, sent)), init.signal)
  return new Response(NO_BODY.has(status) ? null : body, { status, headers })
}

const inSmallLetters = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

const UTF_8 = new TextEncoder()

async function* bytesOf(body: string): AsyncGenerator<Uint8Array> {
  yield UTF_8.encode(body)
}

/**
 * {@link fetchHere} without what `fetch` makes of an answer and the app does not read, half of what is left of a small
 * question. A Dataverse that is not of this process is asked over the wire, as the app asks.
 */
export const askHere: WireFetch = async (url, init) => {
  const answers = here.get(url.origin)
  if (answers === undefined) return await wireFetch(url, init)
  init.signal.throwIfAborted()
  const sent = { method: init.method, headers: inSmallLetters(init.headers), body: init.body }
  const { status, headers, body } = await replyOf(answers(askedOf(url, sent)), init.signal)
  const named = inSmallLetters(headers)
  return {
    status,
    headers: { get: (name) => named[name.toLowerCase()] ?? null },
    body: NO_BODY.has(status) ? null : bytesOf(body),
  }
}
