import type { Endpoint, Incoming } from '../message.ts'
import { WireError } from '../wire-error.ts'

/** For whoever reads it in a client, and for the administrator. */
const SENTENCE =
  'Send the body with a Content-Length, or have an administrator set HTTP_STREAMS (azd env set HTTP_STREAMS true, then azd provision platform): it came in chunks, which the host drops in its present mode.'

/**
 * In buffered mode the host drops a body without Content-Length: better said than taken for an empty request.
 * @throws WireError 411
 */
export function checkLength({ bodyDropped }: Incoming): void {
  if (bodyDropped) throw new WireError(411, 'invalid_request', SENTENCE)
}

export const requireLength =
  (endpoint: Endpoint): Endpoint =>
  async (request) => {
    checkLength(request)
    return endpoint(request)
  }
