import { parseFetch } from '../../../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { resolveFetch, type ResolvedFetch } from '../../../../../shared/dataverse/query/resolve/resolve-query.ts'
import { writeFetch } from '../../../../../shared/dataverse/query/to-wire/write-fetch.ts'
import { defaults, METADATA } from './fetch-tables.ts'

type Resolved = ResolvedFetch & { readonly xml: string; readonly keys: readonly string[] }

/** What becomes of a model's FetchXML. */
export async function resolve(xml: string, withDefaults = false): Promise<Resolved> {
  const parsed = parseFetch(xml)
  const resolved = await resolveFetch(parsed.fetch, METADATA, withDefaults ? defaults : undefined)
  return { ...resolved, xml: writeFetch(resolved.fetch), keys: resolved.columns.map(({ key }) => key) }
}

/** What is sent inside the entity. */
export async function sentOf(xml: string): Promise<string | undefined> {
  return /<entity name="\w+">(.*)<\/entity>/.exec((await resolve(xml)).xml)?.[1]
}
