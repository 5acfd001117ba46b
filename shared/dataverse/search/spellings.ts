import { folded } from '../query/to-wire/like-pattern.ts'

/**
 * Letters with the ways in which they are written, where a keyboard, a form or a person had them not. SQL Server takes
 * ß for ss and æ for ae by itself, the search index takes neither.
 * @see https://www.unicode.org/reports/tr10/ for what collations equate
 */
const WAYS: readonly (readonly string[])[] = [
  ['ä', 'ae', 'æ'],
  ['ö', 'oe', 'ø', 'œ'],
  ['ü', 'ue'],
  ['å', 'aa'],
  ['ß', 'ss'],
]
const PLACES = /ae|oe|ue|aa|ss|\p{Script=Latin}/gu
const LONGEST = 100
const MOST = 8

/** A word as it was written, then its other spellings in small letters: `Mueller`, `müller`. */
export function spellingsOf(word: string, most = MOST): readonly string[] {
  const small = word.normalize('NFC').slice(0, LONGEST).toWellFormed().toLowerCase()
  const places = [...small.matchAll(PLACES)].flatMap(({ 0: text, index }) => {
    const others = otherWays(text)
    return others.length > 0 ? [{ text, index, others }] : []
  })
  const deepest = Math.max(0, ...places.map(({ others }) => others.length))
  const all = Array.from({ length: deepest }, (_, way) => rewrite(small, places, way))
  const single = places.flatMap((place) => place.others.map((_, way) => rewrite(small, [place], way)))
  const spellings = new Set([...all, ...single].filter((one) => one !== small))
  return [word, ...spellings].slice(0, Math.max(1, most))
}

/** Alike for the spellings of one word. */
export function spellingKey(text: string): string {
  return folded(text).replaceAll(/(?<=[aou])e|(?<=a)a/g, '')
}

type Place = { readonly text: string; readonly index: number; readonly others: readonly string[] }

function otherWays(text: string): readonly string[] {
  const ways = WAYS.find((one) => one.includes(text)) ?? []
  // An accent is left out, too; of what was written without, nobody can say which it was.
  const bare = text.normalize('NFD').replaceAll(/\p{M}/gu, '').normalize('NFC')
  return [...new Set([...ways, ...(bare.length > 0 ? [bare] : [])])].filter((one) => one !== text)
}

/** Each place in its way of that number, or in the last that it has. */
function rewrite(word: string, places: readonly Place[], way: number): string {
  let at = 0
  const parts = places.map(({ text, index, others }) => {
    const before = word.slice(at, index)
    at = index + text.length
    return before + (others[Math.min(way, others.length - 1)] ?? text)
  })
  return parts.join('') + word.slice(at)
}
