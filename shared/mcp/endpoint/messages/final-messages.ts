import * as z from 'zod'
import { parseJson } from '../../../dataverse/web-api/parse-json.ts'

const DATA = 'data:'
const Response = z.union([z.object({ result: z.object({}) }), z.object({ error: z.object({}) })])

/**
 * The JSON-RPC responses in an event stream that the SDK wrote, one message an event, of which the last is a response;
 * what else is there are notifications, which a client may miss. Empty for a stream that broke off.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function finalMessages(stream: string): readonly string[] {
  const events = stream.split('\n').filter((line) => line.startsWith(DATA))
  const messages = events.map((line) => line.slice(DATA.length).trim())
  const isResponse = (text: string): boolean => Response.safeParse(parseJson(text)).success
  const last = messages.at(-1)
  return last !== undefined && isResponse(last) ? messages.filter(isResponse) : []
}
