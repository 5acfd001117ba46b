import * as z from 'zod'

/** What of a server a message can reach. */
export type AskedPart =
  | { readonly of: 'all' | 'prompts' | 'resources' }
  | { readonly of: 'tools'; readonly tool: string | undefined }

const Message = z.object({
  method: z.string(),
  params: z
    .object({ name: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
})
const ALL: AskedPart = { of: 'all' }

/**
 * The part of a server that one message asks for: a server object lives for one request, and what it could do besides
 * need not be made. All of it for a batch, for what opens a connection, and for whatever is not understood here.
 * @param json the body of a request
 */
export function askedPart(json: unknown): AskedPart {
  const { success, data } = Message.safeParse(json)
  if (!success) return ALL
  const [of, name] = data.method.split('/', 2)
  if (of === 'tools' && (name === 'list' || name === 'call')) return { of, tool: data.params?.name }
  return of === 'prompts' || of === 'resources' ? { of } : ALL
}
