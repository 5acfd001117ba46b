import * as z from 'zod'
import { parseJson } from '../web-api/parse-json.ts'
import type { WebApi } from '../web-api/web-api.ts'

/** `top` may be 100 at most, `search` 100 characters. */
const LONGEST_SEARCH = 100
/** What the simple search syntax takes for operators; a backslash makes them text. */
const OPERATORS = /[+\-&|!(){}[\]^"~*?:\\/]/g

const Hit = z.object({
  Id: z.guid(),
  EntityName: z.string(),
  Attributes: z.record(z.string(), z.unknown()).nullish(),
})
const Found = z.object({ Error: z.null().optional(), Value: z.array(Hit) })

/** The answer is JSON inside a string inside JSON. */
const Answer = z.object({ response: z.string().transform(parseJson).pipe(Found) })

export type SearchHit = {
  readonly id: string
  readonly entity: string
  readonly attributes: Readonly<Record<string, unknown>>
}

/**
 * Rows that hold all the terms, best first, from the search index of the organization.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/search/query
 */
export async function searchIndex(dataverse: WebApi, terms: readonly string[], top: number): Promise<SearchHit[]> {
  const { response } = await dataverse.search({ search: allOf(terms), top }, Answer)
  return response.Value.map(({ Id, EntityName, Attributes }) => ({
    id: Id.toLowerCase(),
    entity: EntityName,
    attributes: Attributes ?? {},
  }))
}

/** As many of the first terms as fit, each required by the syntax itself: the `options` for it differ by version. */
function allOf(terms: readonly string[]): string {
  let search = ''
  for (const term of terms) {
    const longer = `${search} +${term.replaceAll(OPERATORS, String.raw`\$&`)}`.trimStart()
    if (longer.length > LONGEST_SEARCH) break
    search = longer
  }
  return search || (terms[0] ?? '').replaceAll(OPERATORS, ' ').slice(0, LONGEST_SEARCH).trim()
}
