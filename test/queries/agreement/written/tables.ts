import type { Comparison } from '../comparison.ts'
import { own, place, type Case, type Place } from '../place.ts'
import type { World } from '../world.ts'

/** A column and what it is compared with. */
export type Row = readonly [where: string | Place, column: string, ...comparisons: readonly Comparison[]]

/** The conditions of a table: a table's name stands for its own columns. */
export function conditions(rows: readonly Row[], world: World): Case[] {
  return rows.flatMap(([where, column, ...comparisons]) =>
    comparisons.map((one) => place(typeof where === 'string' ? own(where) : where, column, one, world)),
  )
}

/** Each condition once. */
export const distinct = (cases: readonly Case[]): Case[] => [...new Map(cases.map((one) => [one.key, one])).values()]
