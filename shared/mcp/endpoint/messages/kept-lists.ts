import { LRUCache } from 'lru-cache'
import * as z from 'zod'
import type { Outgoing } from '../../../http/message.ts'
import { isOfTheTransport, type Posted } from '../answer-with-sdk.ts'

const LIST = 'tools/list'
/** One request, whose id is the only thing that its answer has of its own. */
const Asked = z.looseObject({ method: z.literal(LIST), id: z.union([z.string(), z.int()]) })
const BEGINNING = /^(?:event: message\ndata: )?\{"result":\{"tools":\[/

/** Clients, each with its headers and capabilities; whoever makes up more has the SDK asked again, and holds no more. */
const MOST = 32
const MOST_CHARACTERS = 2_000

/** An answer of the SDK without the id of who asked, which stands between the two. */
type Kept = Pick<Outgoing, 'status' | 'headers'> & { readonly before: string; readonly behind: string }

const known = new WeakMap<readonly unknown[], LRUCache<string, Kept>>()

/**
 * An answer to `tools/list`, which the SDK gives once: whoever asks the same, by the same headers, and is offered the same
 * list, is answered the same but for the id. For each it makes a server, a transport, a request and a stream.
 * @param listed what is offered to whoever asks, the same object for as long as it says the same
 */
export async function keepingLists(
  request: Posted,
  listed: () => Promise<readonly unknown[]>,
  ask: () => Promise<Outgoing>,
): Promise<Outgoing> {
  const asked = isOfLists(request.json) ? Asked.safeParse(request.json) : undefined
  if (!asked?.success) return await ask()
  const id = JSON.stringify(asked.data.id)
  const key = JSON.stringify([...headersOf(request), { ...asked.data, id: typeof asked.data.id }])
  const list = await listed()
  const answers = known.get(list) ?? new LRUCache<string, Kept>({ max: MOST })
  known.set(list, answers)
  const found = answers.get(key)
  if (found) return withId(found, id)
  const answer = await ask()
  const kept = withoutId(answer, id)
  if (kept && key.length <= MOST_CHARACTERS) answers.set(key, kept)
  return answer
}

/** Of most messages: what zod refuses it explains at length. */
function isOfLists(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'method' in json && json.method === LIST
}

/** All that the SDK, and what chooses between JSON and a stream, read of a request beside its body. */
const headersOf = ({ headers }: Posted): (readonly [string, string])[] =>
  [...headers].filter(([name]) => name === 'accept' || isOfTheTransport(name))

function withId({ before, behind, ...answer }: Kept, id: string): Outgoing {
  return { ...answer, body: before + id + behind }
}

/** `undefined` for what is no list, or is framed otherwise than the SDK does it. */
function withoutId({ body = '', ...answer }: Outgoing, id: string): Kept | undefined {
  const end = `,"jsonrpc":"2.0","id":${id}}`
  const at = body.lastIndexOf(end)
  const behind = body.slice(at + end.length)
  if (answer.status !== 200 || at < 0 || behind.trim() !== '' || !BEGINNING.test(body)) return undefined
  return { ...answer, before: body.slice(0, at + end.length - id.length - 1), behind: `}${behind}` }
}
