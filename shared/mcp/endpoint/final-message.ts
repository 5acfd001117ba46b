import * as z from 'zod'
import { parseJson } from '../../dataverse/web-api/parse-json.ts'

const DATA = 'data:'
const Response = z.union([z.object({ result: z.object({}) }), z.object({ error: z.object({}) })])

/**
 * The JSON-RPC response at the end of an event stream that the SDK wrote, one message an event; what came before it are
 * notifications, which a client may miss. Undefined for a stream that broke off.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function finalMessage(stream: string): string | undefined {
  const messages = stream.split('\n').filter((line) => line.startsWith(DATA))
  const last = messages.at(-1)?.slice(DATA.length).trim()
  return last !== undefined && Response.safeParse(parseJson(last)).success ? last : undefined
}
