import { groupName } from '../compute/group-keys.ts'
import { tallied } from '../compute/group-table.ts'
import type { Computed, Key } from '../model.ts'
import type { Tallies } from './figures.ts'

/** A group with its tallies on each side; a side that does not have it has none. */
export type JoinedGroup = {
  readonly keys: readonly Key[]
  readonly sides: readonly Tallies[]
}

/** The groups of all sides, each once. */
export function joinSides(sides: readonly Pick<Computed, 'groups'>[]): JoinedGroup[] {
  const found = new Map<string, { readonly keys: readonly Key[]; readonly sides: Tallies[] }>()
  for (const [side, { groups }] of sides.entries())
    for (const { keys, tallies } of groups) {
      const name = groupName(keys)
      const group = found.get(name) ?? { keys, sides: sides.map(() => new Map()) }
      group.sides[side] = tallies
      found.set(name, group)
    }
  return [...found.values()]
}

const NO_TALLIES: Tallies = new Map()

/** The rows of several groups as those of one. */
export function mergeGroups(groups: readonly JoinedGroup[]): readonly Tallies[] {
  const sides = groups[0]?.sides ?? []
  return sides.map((_one, side) => tallied(groups.map((group) => ({ tallies: group.sides[side] ?? NO_TALLIES }))))
}
