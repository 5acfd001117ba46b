import { Readable } from 'node:stream'
import type { ReadableStream, ReadableStreamDefaultReader } from 'node:stream/web'
import { WireError } from '../wire-error.ts'
import type { Exchange } from './exchange.ts'
import { BODY_BOUNDS, type BodyBounds } from './sizes.ts'

export type IncomingBody = {
  /**
   * The whole body, up to a size.
   * @throws WireError 413 too large, 408 too slow, 400 broken off
   */
  readonly read: (headers: Headers, maxBytes: number) => Promise<Uint8Array<ArrayBuffer>>
  /**
   * To be awaited before the answer is given. In stream mode the host uses its connection to the worker again, and what
   * of a body has not been read then stands before the next request on it, a stranger's, which is never answered. So the
   * rest is read on without being kept; where its end is too far the connection is closed behind the answer.
   * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.3
   */
  readonly finish: () => Promise<void>
}

type Chunks = ReadableStream<Uint8Array>
type Reader = ReadableStreamDefaultReader<Uint8Array>

/** @param exchange the connection that the body comes by, in stream mode */
export function openBody(stream: Chunks | null, exchange: Exchange | undefined, bounds = BODY_BOUNDS): IncomingBody {
  let reader: Reader | undefined
  let given: 'up' | undefined
  return {
    read: async (headers, maxBytes) => {
      if (Number(headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
      const chunks: Uint8Array[] = []
      reader = stream?.getReader()
      const end = await pump(reader, { bytes: maxBytes, ms: bounds.readMs }, (chunk) => chunks.push(chunk))
      if (end === 'more') throw tooLarge()
      if (end !== 'end') given = 'up'
      if (end === 'late') throw new WireError(408, 'invalid_request', 'The request body did not arrive in time.')
      if (end === 'broken') throw new WireError(400, 'invalid_request', 'The request body broke off.')
      return new Uint8Array(Buffer.concat(chunks))
    },
    finish: async () => {
      // What has arrived whole, and nobody has begun to read, Node itself throws away.
      if (!exchange || (!reader && exchange.request.complete)) return
      if (!given) {
        reader ??= (stream ?? (Readable.toWeb(exchange.request) as Chunks)).getReader()
        if ((await drain(reader, bounds)) === 'end') return
      }
      exchange.response.setHeader('connection', 'close')
    },
  }
}

const tooLarge = () => new WireError(413, 'invalid_request', 'The request body is too large.')

function drain(reader: Reader, { drainBytes, drainMs }: BodyBounds): Promise<End> {
  return pump(reader, { bytes: drainBytes, ms: drainMs }, () => undefined)
}

/** `more`: there is more than the bytes asked for; `broken`: whoever sent it has gone. */
type End = 'end' | 'more' | 'late' | 'broken'

/**
 * Never cancels what it reads: that would part the body from its connection, which then could neither go on nor end. The
 * clock is raced once and not by each chunk: tens of thousands of one byte would double their cost and keep a promise each.
 */
async function pump(
  reader: Reader | undefined,
  { bytes, ms }: { readonly bytes: number; readonly ms: number },
  keep: (chunk: Uint8Array) => void,
): Promise<End> {
  if (!reader) return 'end'
  let isLate = false
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(resolve, ms, 'late' as const)
  const work = async (): Promise<End> => {
    for (let left = bytes; left >= 0 && !isLate;) {
      const next = await reader.read()
      if (next.done) return 'end'
      left -= next.value.length
      if (left >= 0) keep(next.value)
    }
    return 'more'
  }
  try {
    return await Promise.race([work(), late])
  } catch {
    return 'broken'
  } finally {
    isLate = true
    clearTimeout(timer)
  }
}
