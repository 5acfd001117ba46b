import type { Metadata } from '../../../../../shared/dataverse/metadata/model.ts'
import { parseFetch } from '../../../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { readOptions } from '../../../../../shared/dataverse/query/from-odata/read-options.ts'
import {
  filterOf,
  type Filter,
  type Link,
  type Query,
  type Source,
} from '../../../../../shared/dataverse/query/model/query.ts'
import { resolveQuery } from '../../../../../shared/dataverse/query/resolve/resolve-query.ts'
import type { Term } from '../../../../../shared/dataverse/query/terms/term.ts'
import { writeFetch } from '../../../../../shared/dataverse/query/to-wire/write-fetch.ts'
import { resolveDeps } from '../../support/resolve-deps.ts'
import { METADATA } from '../../support/tables.ts'
import { CALLED } from '../resolve/asking.ts'

/** A company's own term; what a test says nothing about is as short as can be. */
export function term(name: string, rest: Partial<Term> = {}): Term {
  return {
    slug: name.toLowerCase().replaceAll(/[^a-z\d]+/g, '-'),
    name,
    aliases: [],
    meaning: `What we call ${name}.`,
    entity: 'opportunity',
    isOwn: true,
    ...rest,
  }
}

/** What a filter says, in whatever order and with whatever brackets. */
function plain({ type, conditions, filters, links }: Filter): {
  readonly type: string
  readonly parts: readonly string[]
} {
  const inner = filters.map(plain)
  const parts = [
    ...conditions.map((one) => JSON.stringify(one)),
    ...links.map(plainSource),
    ...inner.flatMap((one) => (one.type === type || one.parts.length < 2 ? one.parts : JSON.stringify(one))),
  ]
  const [only, ...others] = inner
  if (conditions.length + links.length === 0 && only && others.length === 0) return only
  return { type: parts.length < 2 ? 'and' : type, parts: parts.toSorted() }
}

function plainSource({ filters, links, ...rest }: Source | Link): string {
  const whole = plain(filterOf('and', { filters }))
  return JSON.stringify({ ...rest, whole, links: links.map(plainSource).toSorted() })
}

export type Sent = { readonly plain: string; readonly said: readonly string[] }

async function sentOf(query: Query, notation: 'odata' | 'fetchxml', metadata: Metadata): Promise<Sent> {
  const { query: resolved, interpreted } = await resolveQuery(query, resolveDeps(metadata, notation, CALLED))
  return { plain: plainSource(parseFetch(writeFetch(resolved)).fetch.entity), said: interpreted }
}

export const knowing = (terms: readonly Term[], metadata = METADATA): Metadata => ({
  ...metadata,
  terms: async () => terms,
})

/** What is sent of a filter. */
export async function inOData(filter: string, entity: string, metadata: Metadata): Promise<Sent> {
  return await sentOf(
    readOptions(entity, { filter, select: [] }, () => undefined),
    'odata',
    metadata,
  )
}

/** What is sent of conditions and links inside the entity. */
export async function inFetchXml(inner: string, entity: string, metadata: Metadata): Promise<Sent> {
  const { fetch } = parseFetch(`<fetch><entity name="${entity}">${inner}</entity></fetch>`)
  return await sentOf(fetch, 'fetchxml', metadata)
}
