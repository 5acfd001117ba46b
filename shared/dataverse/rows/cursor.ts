import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto'
import { QueryError } from '../errors.ts'
import { parseFetch } from '../query/from-fetchxml/parse-fetch.ts'
import type { Query } from '../query/model/query.ts'
import { writeFetch } from '../query/to-wire/write-fetch.ts'
import { CURSOR_VERSION, isPlain, packFields, shortFields, unpackFields, type ShortField } from './cursor-text.ts'
import type { ExpansionPlan } from './expansion-plan.ts'

/** Where a list goes on: a resolved query with the page to ask for. */
export type Cursor = {
  /** Of what pages are made of it holds `top` alone: how many rows there are in all. */
  readonly query: Query
  readonly expansions: readonly ExpansionPlan[]
  /** From 1. */
  readonly page: number
  /** As Dataverse gave it with the page before, decoded. */
  readonly cookie?: string
  readonly pageSize: number
  /** Rows of this page that were already given. */
  readonly skip: number
  /** Most rows of an answer, where a page has more or fewer. */
  readonly top?: number
  /** It stands in a text, whose reader is shown no more rows than a text has room for. */
  readonly ofText?: true
  /** Whether to ask for the total. */
  readonly count: boolean
  /** Whether the ids of all rows are asked for, however many rows there are. */
  readonly ids: boolean
}

export type Cursors = {
  readonly seal: (cursor: Cursor) => Promise<string>
  /** Characters that {@link seal} would give. */
  readonly lengthOf: (cursor: Cursor) => number
  /** @throws QueryError `invalid_cursor` for one that this server did not give to this very person */
  readonly open: (text: string) => Promise<Cursor>
  /** The same of a list that is no query, told apart by a word of its own; fields are texts that XML can hold. */
  readonly sealOther: (list: string, fields: readonly string[]) => Promise<string>
  /** @throws QueryError `invalid_cursor`, as well for one of another list */
  readonly openOther: (list: string, text: string) => Promise<readonly string[]>
}

/** To whom a cursor was given, of which organization, and at which of our addresses. */
export type CursorHolder = { readonly userId: string; readonly organizationId: string; readonly resource: string }

/** @see RFC 2104 section 5: half of what SHA-256 gives */
const MAC_BYTES = 16
const MOST_CHARACTERS = 60_000

/**
 * Cursors of one person. A cursor holds a whole query and comes back through the model: without a signature it could
 * hold any query, and without the person, the organization and the resource in the signature one person's could be
 * played to another, and one environment's to another where ids and names mean something else.
 */
export function createCursors(key: () => Promise<Uint8Array>, holder: CursorHolder): Cursors {
  const pack = createPack()
  const sign = async (payload: Uint8Array, list: readonly string[]): Promise<Buffer> =>
    createHmac('sha256', secretOf(await key()))
      .update(`${boundTo(holder, list)}\n`)
      .update(payload)
      .digest()
      .subarray(0, MAC_BYTES)
  const sealed = async (payload: Buffer, ...list: readonly string[]): Promise<string> =>
    Buffer.concat([await sign(payload, list), payload]).toString('base64url')
  const opened = async (text: string, ...list: readonly string[]): Promise<readonly string[]> => {
    const bytes = Buffer.from(text.length <= MOST_CHARACTERS ? text.trim() : '', 'base64url')
    const [mac, payload] = [bytes.subarray(0, MAC_BYTES), bytes.subarray(MAC_BYTES)]
    if (mac.length < MAC_BYTES || !timingSafeEqual(mac, await sign(payload, list)))
      throw new QueryError(
        'invalid_cursor',
        'The cursor is not one that this server gave to this person.',
        'Use the cursor of the last result exactly as given, or start again without one.',
      )
    return unpackFields(payload)
  }
  return {
    seal: async (cursor) => await sealed(pack(cursor)),
    // RFC 4648 section 5, without padding.
    lengthOf: (cursor) => Math.ceil(((MAC_BYTES + pack(cursor).length) * 4) / 3),
    open: async (text) => cursorOf(await opened(text)),
    sealOther: async (list, fields) => await sealed(packFields(shortFields(fields)), list),
    openOther: async (list, text) => await opened(text, list),
  }
}

/** A cursor of one list is none of another. */
function boundTo({ organizationId, userId, resource }: CursorHolder, list: readonly string[]): string {
  return JSON.stringify([CURSOR_VERSION, organizationId, userId, resource, ...list])
}

const secrets = new WeakMap<Uint8Array, KeyObject>()

/** Of bytes Node makes one for each signature, which takes longer than to sign. */
function secretOf(key: Uint8Array): KeyObject {
  const known = secrets.get(key)
  if (known) return known
  const made = createSecretKey(key)
  secrets.set(key, made)
  return made
}

const RADIX = 36
const WORD_END = '\u001c'
/** A plan begins with the place of its kind. */
const KINDS = ['link', 'rows', 'targets', 'parties'] as const

/** What a reader that knows no more than the first five numbers leaves out changes no place. */
function numbersOf({ page, pageSize, skip, count, ids, top, ofText }: Cursor): string {
  const place = [page, pageSize, skip, count ? 1 : 0, ids ? 1 : 0]
  const all = top === undefined && !ofText ? place : [...place, top ?? pageSize, ofText ? 1 : 0]
  return all.map((number) => number.toString(RADIX)).join()
}

/** Cursors of one call mostly differ in their page alone: their query is written once. */
function createPack(): (cursor: Cursor) => Buffer {
  const known = new Map<Query, ShortField>()
  return (cursor) => {
    const { query } = cursor
    const numbers = numbersOf(cursor)
    const written = known.get(query)
    const first = written ? [{ text: numbers, ids: [] }, written] : shortFields([numbers, textOf(query)])
    const [, short] = first
    if (short) known.set(query, short)
    return packFields([...first, ...shortFields(fieldsBehind(cursor), first)])
  }
}

function textOf({ count: _count, page: _page, ...rest }: Query): string {
  return writeFetch({ ...rest, returnTotal: false })
}

function fieldsBehind({ cookie, expansions }: Cursor): string[] {
  return [
    cookie !== undefined && isPlain(cookie) ? cookie : '',
    ...expansions.map(({ kind, under, names }) => {
      return `${KINDS.indexOf(kind)}${[under, ...names].filter(isPlain).join(WORD_END)}`
    }),
  ]
}

function planFrom(text: string): ExpansionPlan {
  const [under = '', ...names] = text.slice(1).split(WORD_END)
  return { kind: KINDS[Number(text.slice(0, 1))] ?? 'targets', under, names }
}

/** Signed by us, so it is well-formed. */
function cursorOf([numbers = '', xml = '', cookie = '', ...plans]: readonly string[]): Cursor {
  const [page = 1, pageSize = 1, skip = 0, count, ids, top = pageSize, ofText] = numbers
    .split(',')
    .map((one) => Number.parseInt(one, RADIX))
  return {
    query: parseFetch(xml).fetch,
    expansions: plans.map(planFrom),
    page,
    ...(cookie !== '' && { cookie }),
    pageSize,
    skip,
    ...(top !== pageSize && { top }),
    ...(ofText === 1 && { ofText: true }),
    count: count === 1,
    ids: ids === 1,
  }
}
