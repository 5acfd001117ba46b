import * as z from 'zod'
import { parseJson } from '../web-api/parse-json.ts'
import type { WebApi } from '../web-api/web-api.ts'
import { spellingsOf } from './spellings.ts'

/** `top` may be 100 at most, `search` 100 characters. */
const LONGEST_SEARCH = 100
const MOST_SPELLINGS = 4
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

export type IndexQuery = {
  readonly words: readonly string[]
  /** Those of the words that are beginnings of words. */
  readonly beginnings: ReadonlySet<string>
}

/**
 * Rows that hold all the words, best first, from the search index of the organization; `left` are the words that it had
 * no room for.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/search/query
 */
export async function searchIndex(
  dataverse: WebApi,
  query: IndexQuery,
  top: number,
): Promise<{ readonly hits: readonly SearchHit[]; readonly left: readonly string[] }> {
  const { search, left } = allOf(query)
  const { response } = await dataverse.search({ search, top }, Answer)
  const hits = response.Value.map(({ Id, EntityName, Attributes }) => ({
    id: Id.toLowerCase(),
    entity: EntityName,
    attributes: Attributes ?? {},
  }))
  return { hits, left }
}

/**
 * As many of the first words as fit, each required by the syntax itself: the `options` for it differ by version. Each
 * in all of its spellings, where all words have room so.
 */
function allOf({ words, beginnings }: IndexQuery): { readonly search: string; readonly left: readonly string[] } {
  const escaped = (word: string, end: string): string => `${word.replaceAll(OPERATORS, String.raw`\$&`)}${end}`
  const inWays = words.map((word) => {
    const end = beginnings.has(word) ? '*' : ''
    const ways = spellingsOf(word, MOST_SPELLINGS).map((spelling) => escaped(spelling, end))
    return ways.length > 1 ? `+(${ways.join('|')})` : `+${ways.join('')}`
  })
  if (inWays.join(' ').length <= LONGEST_SEARCH) return { search: inWays.join(' '), left: [] }
  const kept: string[] = []
  for (const word of words) {
    const longer = [...kept, `+${escaped(word, beginnings.has(word) ? '*' : '')}`]
    if (longer.join(' ').length > LONGEST_SEARCH) break
    kept.push(longer.at(-1) ?? '')
  }
  if (kept.length > 0) return { search: kept.join(' '), left: words.slice(kept.length) }
  const [first = '', ...left] = words
  return { search: first.replaceAll(OPERATORS, ' ').slice(0, LONGEST_SEARCH).trim(), left }
}
