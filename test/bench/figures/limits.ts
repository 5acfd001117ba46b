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

/** Whether a ratio is where it has to be, in words; empty where nothing is demanded. */
export function verdictOf(name: string, value: number): string {
  const [most, least] = [AT_MOST[name], AT_LEAST[name]]
  if (most !== undefined) return `${value <= most ? 'at most' : 'OVER'} ${most}`
  return least === undefined ? '' : `${value >= least ? 'at least' : 'UNDER'} ${least}`
}
