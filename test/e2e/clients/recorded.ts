import { z } from 'zod'

/** What the tests of named clients saw when they were last recorded; the table in infra/clients.md is made of it. */
export const RECORDED = new URL('recorded.json', import.meta.url).pathname

const seenSchema = z.strictObject({
  client: z.string(),
  /** How it said who it is. */
  way: z.enum(['registration', 'document']),
  /** Whether CLIENTS named it, or was left at its default. */
  settings: z.enum(['named', 'chatgpt']),
  mode: z.enum(['buffered', 'stream']),
  result: z.enum(['connects', 'refused at registration and authorization', 'refused at authorization']),
})
export const recordedSchema = z.array(seenSchema)
export type Seen = z.infer<typeof seenSchema>
