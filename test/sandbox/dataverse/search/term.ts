import { keptByText } from '../query/collation.ts'

/** Words one after the other, the last of which may only begin so. */
type Way = { readonly words: readonly string[]; readonly isPrefix: boolean }

/** A word, a phrase or a choice of them, of what was searched for, in the simple syntax. */
type Term = {
  readonly ways: readonly Way[]
  readonly isRequired: boolean
  readonly isExcluded: boolean
}

export type Match = {
  readonly score: number
  /** Each text with its hits between `{crmhit}` and `{/crmhit}`, by column. */
  readonly highlights: Readonly<Record<string, readonly string[]>>
}

const WORD = /[\p{L}\p{N}]+/gu

const wordsOf = keptByText((text): readonly string[] => [...text.toLowerCase().matchAll(WORD)].map(([word]) => word))

const TERM = /([+-])?(?:\(((?:[^()\\]|\\.)*)\)|((?:\\.|[^\s"|])+|"(?:[^"\\]|\\.)*"))/gsu

/**
 * Reads `+must -not "a phrase" begin* +(one|other)`; a backslash takes an operator's meaning away.
 * @see https://learn.microsoft.com/azure/search/query-simple-syntax
 */
export function parseTerms(search: string): readonly Term[] {
  return [...search.matchAll(TERM)].flatMap(([, sign, group, word = '']) => {
    const written = group === undefined ? [word] : [...group.matchAll(/(?:\\.|[^|\\])+/gsu)].map(([one]) => one)
    const ways = written.map(wayOf).filter(({ words }) => words.length > 0)
    return ways.length === 0 ? [] : [{ ways, isRequired: sign === '+', isExcluded: sign === '-' }]
  })
}

function wayOf(written: string): Way {
  const isPrefix = !written.startsWith('"') && /(^|[^\\])\*$/.test(written)
  return { words: wordsOf(written.replaceAll('\\', '')), isPrefix }
}

function matchesAt(words: readonly string[], at: number, { words: wanted, isPrefix }: Way): boolean {
  return wanted.every((word, offset) => {
    const found = words[at + offset] ?? ''
    return isPrefix && offset === wanted.length - 1 ? found.startsWith(word) : found === word
  })
}

/** Which words of a text are hits. */
function hitsIn(text: string, terms: readonly Term[]): ReadonlyMap<Term, ReadonlySet<number>> {
  const words = wordsOf(text)
  return new Map(
    terms.map((term) => {
      const places = term.ways.flatMap((way) =>
        words.flatMap((_word, at) => (matchesAt(words, at, way) ? way.words.map((_one, offset) => at + offset) : [])),
      )
      return [term, new Set(places)]
    }),
  )
}

function highlight(text: string, hits: ReadonlySet<number>): string {
  let at = -1
  return text.replace(WORD, (word) => {
    at++
    return hits.has(at) ? `{crmhit}${word}{/crmhit}` : word
  })
}

/** Whether texts of a row match, and how well: a hit in the first, the name, counts twice. */
export function matchTexts(
  texts: ReadonlyMap<string, string>,
  terms: readonly Term[],
  needsAll: boolean,
): Match | undefined {
  const found = new Set<Term>()
  const highlights: Record<string, readonly string[]> = {}
  let score = 0
  let weight = 2
  for (const [column, text] of texts) {
    const hits = [...hitsIn(text, terms)].filter(([, places]) => places.size > 0)
    for (const [term, places] of hits) {
      found.add(term)
      score += (weight * places.size) / Math.sqrt(wordsOf(text).length)
    }
    const places = new Set(hits.flatMap(([, one]) => [...one]))
    if (places.size > 0) highlights[column] = [highlight(text, places)]
    weight = 1
  }
  const wanted = terms.filter(({ isExcluded }) => !isExcluded)
  const isMatch =
    terms.every((term) => (!term.isExcluded || !found.has(term)) && (!term.isRequired || found.has(term))) &&
    (needsAll ? wanted.every((term) => found.has(term)) : wanted.some((term) => found.has(term)))
  return isMatch ? { score: Math.round(score * 1000) / 1000, highlights } : undefined
}
