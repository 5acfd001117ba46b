import * as z from 'zod'
import { parseJson } from '../../../dataverse/web-api/parse-json.ts'
import type { Incoming, Outgoing } from '../../../http/message.ts'

const METHOD_NOT_FOUND = -32_601
const LISTEN = 'subscriptions/listen'
const Answered = z.object({ id: z.union([z.string(), z.number()]) })

/** Of a request of 2026-07-28, whose header says its method: the SDK refuses any other. */
export function isListen({ headers }: Pick<Incoming, 'headers'>): boolean {
  return headers.get('mcp-method') === LISTEN
}

/**
 * The answer to a request that would listen: nothing here changes while a client is connected, so the method does not
 * exist. The SDK has it all the same, and calls its refusal a fault of ours.
 * @param answer the SDK's own
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#protocol-version-header
 */
export function listenRefused(answer: string): Outgoing {
  const { id } = Answered.safeParse(parseJson(answer)).data ?? { id: null }
  const error = {
    code: METHOD_NOT_FOUND,
    message: `Method not found: ${LISTEN}, as nothing changes that is listed here`,
  }
  const body = JSON.stringify({ jsonrpc: '2.0', id, error })
  return { status: 404, headers: { 'content-type': 'application/json' }, body }
}
