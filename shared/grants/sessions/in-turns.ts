const AT_ONCE = 10

/**
 * Does something with each of many, ten at a time, in their order: a person may have hundreds of connections. Where one
 * fails, those that were begun with it come to their end first: what they did is told while the request still runs.
 * @throws what the first of them threw
 */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const begun = items.slice(at, at + AT_ONCE).map(work)
    await Promise.allSettled(begun)
    results.push(...(await Promise.all(begun)))
  }
  return results
}
