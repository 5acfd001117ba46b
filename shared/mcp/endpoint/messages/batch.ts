import * as z from 'zod'

/** A batch of thousands of calls would be an amplifier against Dataverse. */
const MOST_MESSAGES = 10
/** The revision that did away with batches; names of revisions are dates, so that texts compare as they do. */
const WITHOUT_BATCHES = '2025-06-18'
const Message = z.object({ method: z.string().optional(), id: z.union([z.string(), z.number()]).optional() })

type Members = z.output<typeof Message>

/**
 * Why a batch is not served, if the body is one that is not. A request without a version is of 2025-03-26, which has
 * batches, but none with `initialize` in it.
 * @param json the body
 * @param version the `MCP-Protocol-Version` header
 * @see https://modelcontextprotocol.io/specification/2025-03-26/basic/transports#sending-messages-to-the-server
 */
export function batchProblem(json: unknown, version: string | null): string | undefined {
  const messages = batchOf(json)
  if (!messages) return undefined
  if (version !== null && version >= WITHOUT_BATCHES)
    return `Revision ${WITHOUT_BATCHES} and later have no batches: send each message on its own`
  if (messages.length > MOST_MESSAGES) return `The batch holds too many messages: ${MOST_MESSAGES} at most`
  if (messages.some(({ method }) => method === 'initialize')) return 'Send initialize on its own: no batch may hold it'
  const ids = requestsOf(messages).map(({ id }) => id)
  return new Set(ids).size < ids.length ? 'Two requests of the batch have the same id' : undefined
}

/** How many responses a batch waits for; `undefined` for a body that is no batch. */
export function requestsOfBatch(json: unknown): number | undefined {
  const messages = batchOf(json)
  return messages && requestsOf(messages).length
}

function batchOf(json: unknown): readonly Members[] | undefined {
  return Array.isArray(json) ? json.map((one: unknown) => Message.safeParse(one).data ?? {}) : undefined
}

function requestsOf(messages: readonly Members[]): readonly Members[] {
  return messages.filter(({ method, id }) => method !== undefined && id !== undefined)
}
