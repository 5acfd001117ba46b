/**
 * Of many items those that are enough for whatever each of them is there to show. Needs are shown by any item that has
 * them: what the rest would show is shown already. The same items each time, since what comes first is kept first.
 * @param needsOf what an item shows, a text for each need
 */
export function covering<Item>(items: readonly Item[], needsOf: (item: Item) => readonly string[]): Item[] {
  const times = new Map<string, number>()
  const more = (need: string, by: number): void => void times.set(need, (times.get(need) ?? 0) + by)
  const kept = items.flatMap((item) => {
    const needs = [...new Set(needsOf(item))]
    if (needs.every((need) => times.has(need))) return []
    for (const need of needs) more(need, 1)
    return [{ item, needs }]
  })
  // What was kept early may have been shown by those after it, which had to be kept for something else.
  const isNeedless = ({ needs }: (typeof kept)[number]): boolean => needs.every((need) => (times.get(need) ?? 0) > 1)
  const needless = new Set(
    kept.filter((one) => {
      const is = isNeedless(one)
      if (is) for (const need of one.needs) more(need, -1)
      return is
    }),
  )
  return kept.filter((one) => !needless.has(one)).map(({ item }) => item)
}

/**
 * Every two of the features of an item, as needs: a fault that takes two of them together to show, the kind that a full
 * product is asked for, shows in a part of the product that has every pair.
 */
export const pairsOf = (features: readonly string[]): string[] =>
  features.flatMap((one, at) =>
    features.slice(at + 1).map((other, after) => `${at} ${one} | ${at + 1 + after} ${other}`),
  )
