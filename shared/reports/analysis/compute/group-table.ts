import type { ComputedGroup, Key, Tally } from '../model.ts'
import { groupName } from './group-keys.ts'
import { putTogether } from './tally.ts'

/** What one slice gave. */
export type SliceAnswer = {
  readonly groups: ReadonlyMap<string, ComputedGroup>
  readonly whole: ReadonlyMap<number, Tally>
  readonly read: number
  readonly isPartial: boolean
  readonly way: 'aggregate' | 'rows'
  readonly targets: ReadonlyMap<string, string>
  readonly labels: ReadonlyMap<string, string>
  /** What the currency is called of amounts that are not in the base currency. */
  readonly currency?: string | undefined
}

/** Groups of Dataverse by what they are called here: several may be one. */
export function tabled(
  found: readonly { readonly keys: readonly Key[]; readonly tallies: ReadonlyMap<number, Tally> }[],
): Map<string, ComputedGroup> {
  const named = Map.groupBy(found, ({ keys }) => groupName(keys))
  return new Map(
    [...named].map(([name, same]) => {
      const [first] = same
      return [name, first && same.length === 1 ? first : { keys: first?.keys ?? [], tallies: tallied(same) }]
    }),
  )
}

/** Groups that have no row in common, by aggregation. */
export function tallied(
  groups: Iterable<Pick<ComputedGroup, 'tallies'>>,
  places: readonly number[] = [],
): Map<number, Tally> {
  const all = new Map<number, Tally[]>(places.map((place) => [place, []]))
  for (const { tallies } of groups)
    for (const [place, tally] of tallies) {
      const known = all.get(place)
      if (known) known.push(tally)
      else all.set(place, [tally])
    }
  return new Map([...all].map(([place, some]) => [place, putTogether(some)]))
}
