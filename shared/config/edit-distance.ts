/** Insertions, deletions and substitutions from the text that is kept to `other`; more than `most` is `Infinity`. */
export type DistanceTo = (other: string, most?: number, letters?: number) => number

/**
 * Edit distance: insertions, deletions and substitutions that turn `a` into `b`. One that is more than `most` is
 * `Infinity`, and costs less.
 */
export function editDistance(a: string, b: string, most = Infinity): number {
  return distancesFrom(a)(b, most)
}

/** For one text that is compared with many: what is known of it is worked out once. */
export function distancesFrom(word: string): DistanceTo {
  const known = lettersOf(word)
  let places: Places | undefined
  return (other, most = Infinity, letters = lettersOf(other)) => {
    const longer = Math.abs(word.length - other.length)
    // Each letter that one has and the other has none of costs an edit.
    if (longer > most || bits(known & ~letters) > most || bits(letters & ~known) > most) return Infinity
    return word === '' ? other.length : distanceBy((places ??= placesOf(word)), other, most)
  }
}

/** The letters of a text by kinds of 32. */
export function lettersOf(text: string): number {
  let kinds = 0
  for (let at = 0; at < text.length; at += 1) kinds |= 1 << (text.charCodeAt(at) & 31)
  return kinds
}

/** How many bits of a number are set, counted in pairs, fours and bytes. */
function bits(number: number): number {
  const pairs = number - ((number >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

const STRIP = 32
const ASCII = 128
const NO_STEPS = new Int8Array()

/** Of a word the places of each letter, a bit each, in strips of 32: those of other letters than ASCII come last. */
type Places = {
  readonly length: number
  readonly strips: number
  readonly bits: Int32Array
  readonly others: ReadonlyMap<number, number>
}

function placesOf(word: string): Places {
  const { length } = word
  const strips = Math.ceil(length / STRIP)
  const others = new Map<number, number>()
  for (let at = 0; at < length; at += 1) {
    const letter = word.charCodeAt(at)
    if (letter >= ASCII && !others.has(letter)) others.set(letter, ASCII + 1 + others.size)
  }
  const bits = new Int32Array((ASCII + 1 + others.size) * strips)
  for (let at = 0; at < length; at += 1) {
    const letter = word.charCodeAt(at)
    const index = (letter < ASCII ? letter : (others.get(letter) ?? ASCII)) * strips + Math.floor(at / STRIP)
    bits[index] = (bits[index] ?? 0) | (1 << (at % STRIP))
  }
  return { length, strips, bits, others }
}

/**
 * Goes through the table of distances, a row for each letter of the word and a column for each of the other text, in
 * strips of 32 rows: of each column two numbers say where the distance is one more, and one less, than a row above.
 * @see https://doi.org/10.1145/316542.316550 Myers, A fast bit-vector algorithm for approximate string matching
 */
function distanceBy(places: Places, other: string, most: number): number {
  const steps = places.strips > 1 ? new Int8Array(other.length) : NO_STEPS
  for (let strip = 0; strip < places.strips - 1; strip += 1) goAlong(places, strip, other, steps, Infinity)
  return goAlong(places, places.strips - 1, other, steps, most)
}

/** `steps` are those from each column to the next, above the strip when it begins and in its last row afterwards. */
function goAlong(places: Places, strip: number, other: string, steps: Int8Array, most: number): number {
  const { length, strips, bits, others } = places
  const last = 1 << ((Math.min(length, (strip + 1) * STRIP) - 1) % STRIP)
  let [more, less, distance] = [-1, 0, length]
  for (let at = 0; at < other.length; at += 1) {
    const letter = other.charCodeAt(at)
    const here = bits[(letter < ASCII ? letter : (others.get(letter) ?? ASCII)) * strips + strip] ?? 0
    const step = strip === 0 ? 1 : (steps[at] ?? 0)
    const same = step < 0 ? here | 1 : here
    const across = (((same & more) + more) ^ more) | same
    const grown = less | ~(across | more)
    const shrunk = more & across
    const next = (grown & last ? 1 : 0) - (shrunk & last ? 1 : 0)
    if (strip < strips - 1) steps[at] = next
    distance += next
    // Each column that is left takes away one at most.
    if (distance - (other.length - at - 1) > most) return Infinity
    const up = (grown << 1) | (step > 0 ? 1 : 0)
    const diagonal = here | less
    more = (shrunk << 1) | (step < 0 ? 1 : 0) | ~(diagonal | up)
    less = up & diagonal
  }
  return distance > most ? Infinity : distance
}

/** No name is longer; the distance of two texts costs the product of their lengths. */
const LONGEST = 100

/** The same names, the nearest to `word` first. */
export function nearestFirst<T extends string>(word: string, names: readonly T[]): T[] {
  const distanceTo = distancesFrom(word.slice(0, LONGEST))
  const cost = new Map(names.map((name) => [name, distanceTo(name)]))
  return names.toSorted((a, b) => (cost.get(a) ?? 0) - (cost.get(b) ?? 0))
}
