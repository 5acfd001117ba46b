import type { HttpRequest } from '@azure/functions'
import { WireError } from '../wire-error.ts'

const tooLarge = () => new WireError(413, 'invalid_request', 'The request body is too large.')

/**
 * The whole body, up to a size. In buffered mode the host drops a body without Content-Length: better said (411) than
 * taken for an empty request.
 */
export async function readBody(
  request: HttpRequest,
  headers: Headers,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  if (size === 0 && headers.has('transfer-encoding'))
    throw new WireError(411, 'invalid_request', 'Send the body with a Content-Length, not in chunks.')
  return new Uint8Array(Buffer.concat(chunks))
}
