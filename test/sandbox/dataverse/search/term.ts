/** A word or phrase of what was searched for, in the simple syntax. */
type Term = {
  readonly words: readonly string[]
  readonly isPrefix: boolean
  readonly isRequired: boolean
  readonly isExcluded: boolean
}

export type Match = {
  readonly score: number
  /** Each text with its hits between `{crmhit}` and `{/crmhit}`, by column. */
  readonly highlights: Readonly<Record<string, readonly string[]>>
}

const WORD = /[\p{L}\p{N}]+/gu

function wordsOf(text: string): string[] {
  return [...text.toLowerCase().matchAll(WORD)].map(([word]) => word)
}

/** Reads `+must -not "a phrase" begin*`; a backslash takes an operator's meaning away. */
export function parseTerms(search: string): readonly Term[] {
  const parts = [...search.matchAll(/([+-])?(?:"((?:[^"\\]|\\.)*)"|((?:\\.|[^\s"|])+))/gsu)]
  return parts.flatMap(([, sign, phrase, word = '']) => {
    const text = phrase ?? word
    const isPrefix = phrase === undefined && /(^|[^\\])\*$/.test(text)
    const words = wordsOf(text.replaceAll('\\', ''))
    if (words.length === 0) return []
    return [{ words, isPrefix, isRequired: sign === '+', isExcluded: sign === '-' }]
  })
}

function matchesAt(words: readonly string[], at: number, { words: wanted, isPrefix }: Term): boolean {
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
      const starts = words.flatMap((_word, at) => (matchesAt(words, at, term) ? [at] : []))
      return [term, new Set(starts.flatMap((start) => term.words.map((_word, offset) => start + offset)))]
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
