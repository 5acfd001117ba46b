/** Edit distance: insertions, deletions and substitutions that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 0; i < a.length; i += 1) {
    const row = [i + 1]
    for (let j = 0; j < b.length; j += 1) {
      const substituted = (previous[j] ?? 0) + (a[i] === b[j] ? 0 : 1)
      row.push(Math.min(substituted, (previous[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1))
    }
    previous = row
  }
  return previous.at(-1) ?? 0
}

/** No name is longer; the distance of two texts costs the product of their lengths. */
const LONGEST = 100

/** The same names, the nearest to `word` first. */
export function nearestFirst<T extends string>(word: string, names: readonly T[]): T[] {
  const cost = new Map(names.map((name) => [name, editDistance(word.slice(0, LONGEST), name)]))
  return names.toSorted((a, b) => (cost.get(a) ?? 0) - (cost.get(b) ?? 0))
}
