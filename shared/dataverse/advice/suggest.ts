import { distancesFrom, lettersOf } from '../../config/edit-distance.ts'

const MOST = 5

/** A name, or one with the other words people use for it, e.g. its label. */
export type Suggestible = string | { readonly name: string; readonly aliases?: readonly string[] } | Prepared
export type Prepared = { readonly name: string; readonly compared: readonly Spelling[] }

/** Of a name what is compared, and which letters it has. */
type Spelling = { readonly text: string; readonly letters: number }

type Scored = { readonly name: string; readonly score: number }

/** The names nearest to `word`, best first: those that contain it (or are contained), then by edit distance. */
export function nearest(word: string, candidates: Iterable<Suggestible>, most = MOST): string[] {
  const wanted = spellingOf(word)
  const distanceTo = distancesFrom(wanted.text)
  const best: Scored[] = []
  let farthest = Math.max(2, wanted.text.length / 2)
  for (const one of candidates) {
    let score = Infinity
    for (const spelling of comparedOf(one)) {
      const { text, letters } = spelling
      score = Math.min(score, contained(wanted, spelling) ?? distanceTo(text, Math.min(score, farthest), letters))
    }
    if (score > farthest) continue
    insert(best, { name: typeof one === 'string' ? one : one.name, score })
    if (best.length > most) best.pop()
    // Of many names most are farther than the last of the best, which is soon told.
    if (best.length === most) farthest = best.at(-1)?.score ?? farthest
  }
  return best.map(({ name }) => name)
}

/** After those that are as near and come earlier in the alphabet. */
function insert(best: Scored[], one: Scored): void {
  const before = best.findLastIndex(({ name, score }) => (one.score - score || one.name.localeCompare(name)) >= 0)
  best.splice(before + 1, 0, one)
}

/** For names that are kept from one call to the next: what is compared is worked out once. */
export function prepared({ name, aliases = [] }: Exclude<Suggestible, string | Prepared>): Prepared {
  return { name, compared: [...new Set([name, ...aliases].map(normalize))].map(withLetters) }
}

function comparedOf(one: Suggestible): readonly Spelling[] {
  if (typeof one === 'string') return [spellingOf(one)]
  return 'compared' in one ? one.compared : prepared(one).compared
}

/** No name is longer; the distance of two texts costs the product of their lengths. */
const LONGEST = 100

function normalize(word: string): string {
  return word
    .slice(0, LONGEST)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}

function spellingOf(word: string): Spelling {
  return withLetters(normalize(word))
}

function withLetters(text: string): Spelling {
  return { text, letters: lettersOf(text) }
}

const SHORTEST_CONTAINED = 4

/** How near two names are of which one has the other in it, from 0 for the same to 1; `undefined` for any others. */
function contained(one: Spelling, other: Spelling): number | undefined {
  const isShorter = one.text.length < other.text.length
  const shorter = isShorter ? one : other
  const longer = isShorter ? other : one
  const length = shorter.text.length
  if (length < SHORTEST_CONTAINED || (shorter.letters & ~longer.letters) !== 0) return undefined
  return longer.text.includes(shorter.text) ? 1 - length / longer.text.length : undefined
}
