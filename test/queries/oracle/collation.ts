/*
 * Text as Latin1_General_CI_AI compares it, from a table of its letters: no normalisation, so that a mistake in the
 * stand-in's folding is none here too.
 */
const LETTERS: Readonly<Record<string, string>> = {
  a: 'AÀÁÂÃÄÅàáâãäå',
  c: 'CÇç',
  e: 'EÈÉÊËèéêë',
  i: 'IÌÍÎÏìíîï',
  n: 'NÑñ',
  o: 'OÒÓÔÕÖòóôõö',
  s: 'SŠš',
  u: 'UÙÚÛÜùúûü',
  y: 'YÝýŸÿ',
  z: 'ZŽž',
  ae: 'Ææ',
  oe: 'Œœ',
  ss: 'ß',
  th: 'Þþ',
}

const PLAIN: ReadonlyMap<string, string> = new Map(
  Object.entries(LETTERS).flatMap(([plain, letters]) => Array.from(letters, (letter) => [letter, plain] as const)),
)

/** Of the texts of a seed, and of those asked for: each is compared thousands of times. */
const known = new Map<string, string>()

/** Small letters without accents, blanks and all: what LIKE and `contains` look into. */
export function letters(text: string): string {
  const plain = known.get(text) ?? Array.from(text, (letter) => PLAIN.get(letter) ?? letter.toLowerCase()).join('')
  known.set(text, plain)
  return plain
}

/** What `=`, GROUP BY and ORDER BY compare: blanks at the end count for nothing. */
export function fold(text: string): string {
  const plain = letters(text)
  const last = plain.split('').findLastIndex((letter) => letter !== ' ')
  return plain.slice(0, last + 1)
}

/** SQL's LIKE without its brackets: `%` and `_`, walked letter by letter. */
export function like(pattern: string, text: string): boolean {
  const wanted = Array.from(letters(pattern))
  const given = Array.from(letters(text))
  /** The places of the pattern that the text so far can stand at. */
  let places = spread(new Set([0]), wanted)
  for (const letter of given) {
    const next = [...places].flatMap((at) => {
      if (wanted[at] === '%') return [at]
      return wanted[at] === '_' || wanted[at] === letter ? [at + 1] : []
    })
    places = spread(new Set(next), wanted)
  }
  return places.has(wanted.length)
}

/** A `%` may stand for nothing. */
function spread(places: Set<number>, pattern: readonly string[]): Set<number> {
  for (const at of places) if (pattern[at] === '%') places.add(at + 1)
  return places
}
