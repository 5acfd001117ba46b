import { QueryError } from '../errors.ts'
import type { Entity } from '../metadata/model.ts'
import { readGuid } from './record-key.ts'

/** A record as one word, `account/00000000-…`; `entity` is whatever was written there (`etc=1` in an older link), `id` a GUID or `me`. */
export type RecordReference = { readonly entity: string; readonly id: string }

const NAME = '[A-Za-z_]\\w{0,127}'
const ID = '\\{?[0-9a-f][0-9a-f-]{30,34}[0-9a-f]\\}?'
const REFERENCE = new RegExp(String.raw`^(${NAME})[/(,:\s]\s{0,9}(me|${ID})\)?$`, 'i')
const WEB_API = new RegExp(String.raw`^/api/data/v\d{1,2}(?:\.\d{1,2})?/(${NAME})\((${ID})\)$`, 'i')
const ENTITY = new RegExp(`^${NAME}$`)
/** What people and models put around a reference. */
const WRAPPERS = [
  ['<', '>'],
  ['[', ']'],
  ['(', ')'],
  ['**', '**'],
  ['`', '`'],
  ["'", "'"],
  ['"', '"'],
  ['“', '”'],
] as const
const MOST_WRAPPED = 4
/** The end of the sentence that a reference stood in. */
const SENTENCE_END = /[.,;:!?\u2026]{1,3}$/
const LOOK = 'Look for the record by its name with search, and pass an id that it gives.'
const LONGEST_WORDS = 60

/** @throws QueryError for a text that names no record of this organization */
export function readReference(text: string, dataverseUrl: string): RecordReference {
  const reference = findReference(text, dataverseUrl)
  if (reference) return reference
  throw new QueryError('invalid_id', 'The id names no record.', stepFor(unwrapped(text.slice(0, LONGEST_READ))))
}

const LONGEST_READ = 200

/** The call that finds what the text may have meant. */
function stepFor(text: string): string {
  const id = readGuid(text)
  if (id !== undefined) return `Put its entity before it, as in account/${id}; list_entities names the entities.`
  if (text.toLowerCase() === 'me') return 'Pass systemuser/me, the person who asks.'
  const name = text.replace(/^[a-z_]\w{0,127}[/(]/i, '').replaceAll(/[^\p{L}\p{N}'&.-]+/gu, ' ')
  const words = name.trim().slice(0, LONGEST_WORDS)
  if (!/\p{L}/u.test(words)) return LOOK
  return `Look for it with search ${JSON.stringify({ query: words })}, and pass an id that it gives.`
}

/**
 * A record by entity and id, by a link that a person copied, or by its address in the Web API; `undefined` for a text
 * that may be a name. @throws QueryError `foreign_link`, `invalid_id` for a link that leads to no single record here
 */
export function findReference(text: string, dataverseUrl: string): RecordReference | undefined {
  const wanted = unwrapped(text)
  return /^https?:\/\//i.test(wanted) ? readLink(wanted, dataverseUrl) : plainReference(wanted)
}

/** A record by entity and id alone, `account/…` or `account(…)`; `undefined` for any other text. */
export function plainReference(text: string): RecordReference | undefined {
  const [, entity, written] = REFERENCE.exec(unwrapped(text)) ?? []
  const id = written && (written.toLowerCase() === 'me' ? 'me' : readGuid(written))
  return entity && id ? { entity, id } : undefined
}

/** @returns the GUID that stands for a row of `entity`: the id itself, or the person's own for `me` among the users */
export function readId(text: string, entity: Pick<Entity, 'name'>, systemUserId: string): string | undefined {
  const isMe = entity.name === 'systemuser' && text.trim().toLowerCase() === 'me'
  return isMe ? systemUserId.toLowerCase() : readGuid(text)
}

export function formatReference({ entity, id }: RecordReference): string {
  return `${entity}/${id}`
}

/** Without the brackets of Markdown: `[Adventure Works](https://…)`, `<https://…>`. */
function unwrapped(text: string): string {
  let bare = text.trim()
  for (let times = 0; times < MOST_WRAPPED; times += 1) {
    const inner = linkTarget(bare.replace(SENTENCE_END, ''))
    const [left = '', right = ''] = WRAPPERS.find(([one, other]) => isBetween(inner, one, other)) ?? []
    const next = inner.slice(left.length, inner.length - right.length).trim()
    if (next === bare) break
    bare = next
  }
  return bare
}

function isBetween(text: string, left: string, right: string): boolean {
  return text.length > left.length + right.length && text.startsWith(left) && text.endsWith(right)
}

function linkTarget(text: string): string {
  const at = text.startsWith('[') && text.endsWith(')') ? text.lastIndexOf('](') : -1
  if (at < 0) return text
  const [target = ''] = text
    .slice(at + 2, -1)
    .trim()
    .split(/\s/, 1)
  return target
}

/** An id means another row, or none, in another organization. */
function readLink(text: string, dataverseUrl: string): RecordReference {
  const url = URL.canParse(text) ? new URL(text.replaceAll('&amp;', '&')) : undefined
  if (!url || organizationOf(url.origin) !== organizationOf(dataverseUrl)) {
    throw new QueryError(
      'foreign_link',
      `The link does not lead to ${dataverseUrl}; an id means another record elsewhere.`,
      'Pass a link to a record of this organization, or look for the record by its name with search.',
    )
  }
  const [, entitySet, key = ''] = WEB_API.exec(decoded(url.pathname)) ?? []
  const id = readGuid(key)
  return entitySet && id ? { entity: entitySet, id } : readPage(url.searchParams)
}

/** The Web API answers at a host of its own too, `contoso.api.crm11.dynamics.com`. */
function organizationOf(origin: string): string {
  return origin.replace(/^(https:\/\/[\w-]+)\.api(?=\.crm\d{0,3}\.)/, '$1')
}

function decoded(path: string): string {
  return path.replaceAll(/%7b/gi, '{').replaceAll(/%7d/gi, '}')
}

/**
 * The form of a record, whose parameters older links have inside `extraqs`.
 * @see https://learn.microsoft.com/power-apps/developer/model-driven-apps/open-forms-views-dialogs-reports-url
 */
function readPage(query: URLSearchParams): RecordReference {
  const inner = new URLSearchParams(query.get('extraqs') ?? '')
  const only = (name: string): string | undefined => {
    const values = new Set([query, inner].flatMap((one) => one.getAll(name)).map((one) => one.trim().toLowerCase()))
    return values.size === 1 ? [...values][0] : undefined
  }
  const [name = '', code = ''] = [only('etn'), only('etc')]
  const id = readGuid(only('id') ?? '')
  const isNamed = [query, inner].some((one) => one.has('etn'))
  const isForm = [undefined, 'entityrecord'].includes(only('pagetype'))
  if (isForm && id && ENTITY.test(name)) return { entity: name, id }
  if (isForm && id && !isNamed && /^\d{1,6}$/.test(code)) return { entity: `etc=${code}`, id }
  throw new QueryError('invalid_id', 'The link leads to no single record.', LOOK)
}
