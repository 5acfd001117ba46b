import * as z from 'zod'
import type { EntityColumns } from './columns.ts'
import type { Entity } from './entities.ts'
import { QueryError } from './errors.ts'
import { guardFilter } from './filter-guard.ts'
import { parseJson } from './parse-json.ts'

/** Where a list goes on: a page of one entity, and how many of its rows were already given. */
export type Cursor = {
  /** Below the API's root, as Dataverse wrote it: `accounts?$select=name&$skiptoken=…`. */
  readonly path: string
  readonly pageSize: number
  readonly skip: number
}

export type CursorLimits = { readonly entity: Entity; readonly columns: EntityColumns; readonly maxPageSize: number }

const MOST_CHARACTERS = 30_000
const Encoded = z.tuple([z.literal(1), z.string(), z.int().min(1), z.int().min(0)])
/** The characters of a query component (RFC 3986 section 3.4): no fragment, no second question mark, no backslash. */
const QUERY = /^[A-Za-z0-9\-._~%!$&'()*+,;=:@/]*$/
const NAMES = /^[A-Za-z_]\w*(?:,[A-Za-z_]\w*)*$/
const ORDERS = /^[A-Za-z_]\w*(?: (?:asc|desc))?(?:,[A-Za-z_]\w*(?: (?:asc|desc))?)*$/
const EXPANSION = /([A-Za-z_]\w*)\(\$select=[A-Za-z_]\w*(?:,[A-Za-z_]\w*)*\)(?:,(?=[A-Za-z_])|$)/y

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([1, cursor.path, cursor.pageSize, cursor.skip])).toString('base64url')
}

/**
 * Reads a cursor back. It came through the model, so it may hold anything: it can express no more than the arguments
 * of a query on that same entity can, and leads to no other address.
 * @throws QueryError with code `invalid_cursor`
 */
export function decodeCursor(text: string, limits: CursorLimits): Cursor {
  const parsed = Encoded.safeParse(text.length <= MOST_CHARACTERS ? parseJson(fromBase64Url(text)) : undefined)
  if (!parsed.success) throw invalid('is not one of this server')
  const [, path, pageSize, skip] = parsed.data
  if (pageSize > limits.maxPageSize || skip >= pageSize) throw invalid('is not one of this server')
  const prefix = `${limits.entity.entitySet}?`
  if (!path.startsWith(prefix)) throw invalid(`does not belong to the entity ${limits.entity.name}`)
  checkQuery(path.slice(prefix.length), limits.columns)
  return { path, pageSize, skip }
}

function checkQuery(query: string, columns: EntityColumns): void {
  if (!QUERY.test(query)) throw invalid('was changed')
  const seen = new Set<string>()
  for (const [name, value] of new URLSearchParams(query)) {
    if (seen.has(name) || !isAllowed(name, value, columns)) throw invalid('was changed')
    seen.add(name)
  }
}

function isAllowed(name: string, value: string, columns: EntityColumns): boolean {
  switch (name) {
    case '$select':
      return NAMES.test(value)
    case '$orderby':
      return ORDERS.test(value)
    case '$filter':
      guardFilter(value)
      return true
    case '$expand':
      return areExpansions(value, columns)
    case '$count':
      return value === 'true'
    case '$skiptoken':
      return true
    default:
      return false
  }
}

function areExpansions(value: string, columns: EntityColumns): boolean {
  const known = new Set(columns.navigations.map((navigation) => navigation.name))
  EXPANSION.lastIndex = 0
  for (let at = 0; at < value.length; at = EXPANSION.lastIndex) {
    const found = EXPANSION.exec(value)
    if (!found?.[1] || !known.has(found[1])) return false
  }
  return true
}

function fromBase64Url(text: string): string {
  return Buffer.from(text, 'base64url').toString('utf8')
}

function invalid(problem: string): QueryError {
  return new QueryError(
    'invalid_cursor',
    `The cursor ${problem}.`,
    'Use a cursor exactly as given, or start without one.',
  )
}
