import { editDistance } from '../config/edit-distance.ts'

const MOST = 5

/** A name, or one with the other words people use for it, e.g. its label. */
export type Suggestible = string | { readonly name: string; readonly aliases?: readonly string[] } | Prepared
export type Prepared = { readonly name: string; readonly compared: readonly string[] }

type Scored = { readonly name: string; readonly score: number }

/** The names nearest to `word`, best first: those that contain it (or are contained), then by edit distance. */
export function nearest(word: string, candidates: Iterable<Suggestible>, most = MOST): string[] {
  const wanted = normalize(word)
  const best: Scored[] = []
  let farthest = Math.max(2, wanted.length / 2)
  for (const one of candidates) {
    const score = scoreOf(wanted, comparedOf(one), farthest)
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
  const at = best.findIndex(({ name, score }) => (one.score - score || one.name.localeCompare(name)) < 0)
  best.splice(at < 0 ? best.length : at, 0, one)
}

function scoreOf(wanted: string, compared: readonly string[], farthest: number): number {
  let least = Infinity
  for (const alias of compared) least = Math.min(least, distance(wanted, alias, Math.min(least, farthest)))
  return least
}

/** For names that are kept from one call to the next: what is compared is worked out once. */
export function prepared({ name, aliases = [] }: Exclude<Suggestible, string | Prepared>): Prepared {
  return { name, compared: [...new Set([name, ...aliases].map(normalize))] }
}

function comparedOf(one: Suggestible): readonly string[] {
  if (typeof one === 'string') return [normalize(one)]
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

function distance(wanted: string, candidate: string, farthest: number): number {
  const shorter = Math.min(wanted.length, candidate.length)
  const longer = Math.max(wanted.length, candidate.length)
  const contained = shorter >= 4 && (candidate.includes(wanted) || wanted.includes(candidate))
  return contained ? 1 - shorter / longer : editDistance(wanted, candidate, farthest)
}
