import { DataverseFault } from '../http/errors.ts'
import { parseFilter } from '../odata/parser.ts'
import type { Expression } from '../odata/parser.ts'
import type { Entity } from '../schema/schema.ts'
import { entityNamed } from '../schema/schema.ts'
import { INDEXES } from './indexed.ts'

export type Scope = {
  readonly entity: Entity
  readonly searched: readonly string[]
  readonly selected: readonly string[]
  readonly filters: readonly Expression[]
}

export type SearchPayload = {
  readonly search: string
  readonly count: boolean
  readonly top: number
  readonly skip: number
  readonly needsAll: boolean
  readonly scopes: readonly Scope[]
  readonly orderBy: readonly { readonly column: string; readonly descending: boolean }[]
  readonly countsEntities: boolean
}

const MEMBERS = ['search', 'count', 'entities', 'facets', 'filter', 'options', 'orderby', 'propertybag', 'skip', 'top']
const STRINGS = ['search', 'entities', 'facets', 'filter', 'options', 'orderby', 'propertybag']
const NODES: Readonly<Record<string, string>> = { object: 'StartObject', array: 'StartArray' }
const MAXIMUM_TOP = 100
const MAXIMUM_SEARCH = 100

function badPayload(reason: string): DataverseFault {
  return new DataverseFault(
    400,
    '0x80048d19',
    `Error identified in Payload provided by the user for Entity :'', ${reason}`,
  )
}

type Body = Readonly<Record<string, unknown>>

/** Every parameter but the numbers and `count` is a string, JSON inside it included. */
function readBody(text: string): Body {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw badPayload('the body is not valid JSON.')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badPayload('the body must be an object.')
  for (const [name, value] of Object.entries(body)) {
    if (!MEMBERS.includes(name)) throw badPayload(`the parameter '${name}' is not a valid parameter of the operation.`)
    if (value === null || !STRINGS.includes(name) || typeof value === 'string') continue
    const node = NODES[Array.isArray(value) ? 'array' : typeof value] ?? 'PrimitiveValue'
    const what = `An unexpected '${node}' node was found for property named '${name}' when reading from the JSON reader.`
    throw badPayload(`${what} A string was expected.`)
  }
  return body as Body
}

function listIn(body: Body, name: string): readonly unknown[] | undefined {
  const text = body[name]
  if (typeof text !== 'string' || text === '' || text === 'null') return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return value as readonly unknown[]
  } catch {
    // said below, as for any other value that is no array
  }
  throw badPayload(`the parameter '${name}' is not a JSON array in a string.`)
}

function stringsIn(body: Body, name: string): readonly string[] {
  return (listIn(body, name) ?? []).map((one) => {
    if (typeof one === 'string') return one
    throw badPayload(`the parameter '${name}' holds something other than strings.`)
  })
}

function numberIn(body: Body, name: string, fallback: number, maximum: number): number {
  const value = body[name] ?? fallback
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maximum) return value
  throw badPayload(`the parameter '${name}' must be a whole number from 0 to ${maximum}.`)
}

function columnsOf(value: unknown, name: string): readonly string[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  throw badPayload(`'${name}' of an entity must be an array of strings.`)
}

function scopeOf(value: unknown, common: readonly Expression[]): Scope {
  if (typeof value !== 'object' || value === null) throw badPayload("an item of 'entities' must be an object.")
  const members = new Map(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member as unknown]))
  const unknown = [...members.keys()].find(
    (name) => !['name', 'selectcolumns', 'searchcolumns', 'filter'].includes(name),
  )
  if (unknown !== undefined) throw badPayload(`an entity has no member '${unknown}'.`)
  const name = members.get('name')
  const index = typeof name === 'string' ? INDEXES.get(name) : undefined
  if (typeof name !== 'string' || !index)
    throw badPayload(`the entity '${JSON.stringify(name)}' is not enabled for search.`)
  const entity = entityNamed(name)
  const selected = columnsOf(members.get('selectcolumns'), 'selectColumns')
  const searched = columnsOf(members.get('searchcolumns'), 'searchColumns')
  const missing = selected.find((one) => !index.kept.has(one)) ?? searched.find((one) => !index.searched.includes(one))
  if (missing !== undefined) throw badPayload(`the column '${missing}' of '${name}' is not in the search index.`)
  const filter = members.get('filter')
  const own = typeof filter === 'string' && filter !== '' ? [parseFilter(filter, new Map())] : []
  const primary = [entity.primaryNameAttribute]
  return {
    entity,
    searched: searched.length > 0 ? searched : primary,
    selected: selected.length > 0 ? selected : primary,
    filters: [...common, ...own],
  }
}

function everyScope(common: readonly Expression[]): Scope[] {
  return [...INDEXES].map(([name, { searched }]) => {
    const entity = entityNamed(name)
    const names = [...new Set([entity.primaryNameAttribute, ...searched])]
    return { entity, searched: names, selected: [entity.primaryNameAttribute], filters: common }
  })
}

/** Reads a search request's body. @throws DataverseFault 400 0x80048d19 */
export function readPayload(text: string): SearchPayload {
  const body = readBody(text)
  const search = typeof body['search'] === 'string' ? body['search'].trim() : ''
  if (search === '' || search.length > MAXIMUM_SEARCH) {
    throw badPayload(`the parameter 'search' must have 1 to ${MAXIMUM_SEARCH} characters.`)
  }
  const count = body['count'] ?? false
  if (typeof count !== 'boolean') throw badPayload("the parameter 'count' must be true or false.")
  const filter = body['filter']
  const common = typeof filter === 'string' && filter !== '' ? [parseFilter(filter, new Map())] : []
  const entities = listIn(body, 'entities')
  return {
    search,
    count,
    top: numberIn(body, 'top', 50, MAXIMUM_TOP),
    skip: numberIn(body, 'skip', 0, Number.MAX_SAFE_INTEGER),
    needsAll: stringsIn(body, 'options').includes('searchmodelall'),
    scopes: entities ? entities.map((one) => scopeOf(one, common)) : everyScope(common),
    orderBy: stringsIn(body, 'orderby').map((clause) => {
      const [column = '', direction] = clause.trim().split(/\s+/)
      return { column, descending: direction === 'desc' }
    }),
    countsEntities: stringsIn(body, 'facets').some((facet) => facet.startsWith('entityname')),
  }
}
