import { createHmac, timingSafeEqual } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import * as z from 'zod'
import { QueryError } from '../errors.ts'

const Position = {
  /** Keys of the columns asked for, in their order, and their types. */
  columns: z.array(z.object({ key: z.string(), type: z.string().optional() })),
  /** Logical name of the entity that is listed. */
  entity: z.string(),
  pageSize: z.int().min(1),
  /** Rows of this page that were already given. */
  skip: z.int().min(0),
}
const ODataCursor = z.object({ kind: z.literal('odata'), ...Position, path: z.string() })
const FetchXmlCursor = z.object({
  kind: z.literal('fetchxml'),
  ...Position,
  entitySet: z.string(),
  xml: z.string(),
  page: z.int().min(1),
  cookie: z.string().optional(),
  /** Whether to ask for the total. */
  count: z.boolean(),
})
const Cursor = z.discriminatedUnion('kind', [ODataCursor, FetchXmlCursor])

/**
 * Where a list goes on: a page below the API's root as Dataverse wrote it (`accounts?$select=name&$skiptoken=…`), or
 * FetchXML as this server wrote it with the page and the cookie to ask for.
 */
export type Cursor = z.output<typeof Cursor>
export type ODataCursor = z.output<typeof ODataCursor>
export type FetchXmlCursor = z.output<typeof FetchXmlCursor>

export type Cursors = {
  readonly seal: (cursor: Cursor) => Promise<string>
  /** @throws QueryError `invalid_cursor` for one that this server did not give to this very person */
  readonly open: (text: string) => Promise<Cursor>
}

const MAC_BYTES = 16
const MOST_CHARACTERS = 60_000
const MOST_BYTES = 400_000

/**
 * Cursors of one person. A cursor holds a whole query and comes back through the model: without a signature it could
 * hold any query, and without the person in the signature one person's could be played to another.
 */
export function createCursors(key: () => Promise<Uint8Array>, userId: string): Cursors {
  const sign = async (payload: Uint8Array): Promise<Buffer> =>
    createHmac('sha256', await key())
      .update(`${userId}\n`)
      .update(payload)
      .digest()
      .subarray(0, MAC_BYTES)
  return {
    seal: async (cursor) => {
      const payload = deflateRawSync(JSON.stringify(cursor))
      return Buffer.concat([await sign(payload), payload]).toString('base64url')
    },
    open: async (text) => {
      const bytes = Buffer.from(text.length <= MOST_CHARACTERS ? text.trim() : '', 'base64url')
      const [mac, payload] = [bytes.subarray(0, MAC_BYTES), bytes.subarray(MAC_BYTES)]
      if (mac.length < MAC_BYTES || !timingSafeEqual(mac, await sign(payload))) throw invalid()
      // Signed by us, so it is well-formed; an older version's may still differ in its members.
      const parsed = Cursor.safeParse(JSON.parse(inflateRawSync(payload, { maxOutputLength: MOST_BYTES }).toString()))
      if (!parsed.success) throw invalid()
      return parsed.data
    },
  }
}

function invalid(): QueryError {
  return new QueryError(
    'invalid_cursor',
    'The cursor is not one that this server gave to this person.',
    'Use the cursor of the last result exactly as given, or start again without one.',
  )
}
