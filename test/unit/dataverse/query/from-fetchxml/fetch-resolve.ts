import { parseFetch } from '../../../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import type { ResolvedQuery } from '../../../../../shared/dataverse/query/resolve/resolved-query.ts'
import { resolveQuery } from '../../../../../shared/dataverse/query/resolve/resolve-query.ts'
import type { NamedRows } from '../../../../../shared/dataverse/query/resolve/values/asked.ts'
import { fetchPath, firstPage } from '../../../../../shared/dataverse/query/to-wire/first-page.ts'
import { writeFetch, type FetchPage } from '../../../../../shared/dataverse/query/to-wire/write-fetch.ts'
import { resolveDeps } from '../../support/resolve-deps.ts'
import { defaults, METADATA } from './fetch-tables.ts'

type Resolved = ResolvedQuery & { readonly xml: string; readonly keys: readonly string[] }

/** What becomes of a model's FetchXML. */
export async function resolve(xml: string, withDefaults = false, rows?: NamedRows): Promise<Resolved> {
  const deps = resolveDeps(METADATA, 'fetchxml')
  const { fetch: written, interpreted } = parseFetch(xml)
  const resolved = await resolveQuery(written, {
    ...deps,
    ...(withDefaults && { defaults }),
    ...(rows && { rows }),
  })
  return {
    ...resolved,
    interpreted: [...interpreted, ...resolved.interpreted],
    xml: writeFetch(resolved.query),
    keys: resolved.columns.map(({ key }) => key),
  }
}

export type Built = Resolved & { readonly path: string; readonly paging: FetchPage }

/** The first page of a model's FetchXML, as a tool asks for it. */
export async function build(xml: string, top?: number, rows?: NamedRows): Promise<Built> {
  const resolved = await resolve(xml, true, rows)
  const paging = firstPage(resolved.query, { top, usual: 5_000, most: 5_000 })
  return { ...resolved, paging, path: fetchPath(resolved.query, resolved.entity, paging) }
}

/** What is sent inside the entity. */
export async function sentOf(xml: string): Promise<string | undefined> {
  return /<entity name="\w+">(.*)<\/entity>/.exec((await resolve(xml)).xml)?.[1]
}
