/**
 * Edit distance: insertions, deletions and substitutions that turn `a` into `b`. One that is more than `most` is
 * `Infinity`, and costs less.
 */
export function editDistance(a: string, b: string, most = Infinity): number {
  if (Math.abs(a.length - b.length) > most || lettersMissing(a, b) > most) return Infinity
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  let row = new Array<number>(b.length + 1).fill(0)
  for (let i = 0; i < a.length; i += 1) {
    // No later row has a smaller number than the least of this one.
    if (nextRow(previous, row, a.charCodeAt(i), b, i + 1) > most) return Infinity
    ;[previous, row] = [row, previous]
  }
  const distance = previous[b.length] ?? 0
  return distance > most ? Infinity : distance
}

/** Fills `row` and gives its least number. */
function nextRow(previous: readonly number[], row: number[], letter: number, b: string, first: number): number {
  let left = (row[0] = first)
  let least = first
  let above = previous[0] ?? 0
  for (let j = 0; j < b.length; j += 1) {
    const diagonal = letter === b.charCodeAt(j) ? above : above + 1
    above = previous[j + 1] ?? 0
    left = Math.min(diagonal, above + 1, left + 1)
    row[j + 1] = left
    if (left < least) least = left
  }
  return least
}

/** How many letters of one text the other has none of, by kinds of 32: each costs an edit, so the distance is no less. */
function lettersMissing(a: string, b: string): number {
  const [ofA, ofB] = [kindsOf(a), kindsOf(b)]
  return Math.max(bits(ofA & ~ofB), bits(ofB & ~ofA))
}

function kindsOf(text: string): number {
  let kinds = 0
  for (let at = 0; at < text.length; at += 1) kinds |= 1 << (text.charCodeAt(at) & 31)
  return kinds
}

function bits(number: number): number {
  let count = 0
  for (let left = number; left !== 0; left &= left - 1) count += 1
  return count
}

/** No name is longer; the distance of two texts costs the product of their lengths. */
const LONGEST = 100

/** The same names, the nearest to `word` first. */
export function nearestFirst<T extends string>(word: string, names: readonly T[]): T[] {
  const cost = new Map(names.map((name) => [name, editDistance(word.slice(0, LONGEST), name)]))
  return names.toSorted((a, b) => (cost.get(a) ?? 0) - (cost.get(b) ?? 0))
}
