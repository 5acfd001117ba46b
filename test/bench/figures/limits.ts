/** What a ratio may be at most, or at least where more is better. */
const AT_MOST: Readonly<Record<string, number>> = {
  'query, processor: bare proxy': 2.3,
  'query, time: bare proxy': 2.4,
  'tools/list, processor: bare proxy': 1.2,
  'start to 401: empty app': 1.25,
  'start to first answer: empty app and upstream': 1.5,
  'p95 to p50, 32 at once': 3,
  'rows read: rows given': 1.5,
}
const AT_LEAST: Readonly<Record<string, number>> = {
  'per second, 8 at once: bare proxy': 0.5,
  'per second, 32 at once: bare proxy': 0.5,
}
/** Resident bytes of the worker, by the names of `bench.json`. */
export const MOST_MEMORY: Readonly<Record<string, number>> = { 'after 2,000 calls of ten kinds': 220 * 1_048_576 }
/** Bytes. */
export const LARGEST: Readonly<Record<string, number>> = {
  'read until the first query': 1_200_000,
  'tools/list': 20_000,
}

/** What is demanded of a ratio, in words; empty where nothing is. */
export function demandOf(name: string): string {
  const [most, least] = [AT_MOST[name], AT_LEAST[name]]
  if (most !== undefined) return `at most ${most}`
  return least === undefined ? '' : `at least ${least}`
}

/** The same, where a ratio is not where it has to be so that it is seen. */
export function verdictOf(name: string, value: number): string {
  const isOver = value > (AT_MOST[name] ?? Number.POSITIVE_INFINITY)
  const isUnder = value < (AT_LEAST[name] ?? Number.NEGATIVE_INFINITY)
  return demandOf(name)
    .replace(/^at most/, isOver ? 'OVER' : '$&')
    .replace(/^at least/, isUnder ? 'UNDER' : '$&')
}
