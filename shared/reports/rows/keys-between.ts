const DAY_MS = 86_400_000
/** Some 100 years. */
const MOST_DAYS = 36_600

/**
 * What the days from one to another belong to, each once and in their order: months, weeks, weekdays, whatever `keyOf`
 * makes of a midnight.
 * @param first `YYYY-MM-DD`, as is `last`, which is among them
 * @returns the first `most` of them
 */
export function keysBetween<T>(first: string, last: string, keyOf: (midnight: number) => T, most: number): T[] {
  const start = Date.parse(`${first}T00:00:00Z`)
  const end = Math.min(Date.parse(`${last}T00:00:00Z`), start + MOST_DAYS * DAY_MS)
  const keys = new Set<T>()
  for (let at = start; at <= end && keys.size <= most; at += DAY_MS) keys.add(keyOf(at))
  return [...keys].slice(0, most)
}
