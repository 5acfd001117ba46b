import { editDistance } from '../config/edit-distance.ts'

const MOST = 5

/** A name, or one with the other words people use for it, e.g. its label. */
export type Suggestible = string | { readonly name: string; readonly aliases?: readonly string[] }

/** The names nearest to `word`, best first: those that contain it (or are contained), then by edit distance. */
export function nearest(word: string, candidates: Iterable<Suggestible>, most = MOST): string[] {
  const wanted = normalize(word)
  const scored: { name: string; score: number }[] = []
  for (const one of candidates) {
    const { name, aliases = [] } = typeof one === 'string' ? { name: one } : one
    const score = Math.min(...[name, ...aliases].map((alias) => distance(wanted, normalize(alias))))
    if (score <= Math.max(2, wanted.length / 2)) scored.push({ name, score })
  }
  return scored
    .sort((a, b) => a.score - b.score || a.name.localeCompare(b.name))
    .slice(0, most)
    .map(({ name }) => name)
}

/** No name is longer; the distance of two texts costs the product of their lengths. */
const LONGEST = 100

function normalize(word: string): string {
  return word
    .slice(0, LONGEST)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}

function distance(wanted: string, candidate: string): number {
  const shorter = Math.min(wanted.length, candidate.length)
  const longer = Math.max(wanted.length, candidate.length)
  const contained = shorter >= 4 && (candidate.includes(wanted) || wanted.includes(candidate))
  return contained ? 1 - shorter / longer : editDistance(wanted, candidate)
}
