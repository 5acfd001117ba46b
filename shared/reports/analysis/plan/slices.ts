import type { Aggregation, Analysis, RowTest } from '../model.ts'
import { splitCondition } from '../parse/split-condition.ts'

/** A part of the question that is one query: rows of one side of which one further condition holds. */
export type Slice = {
  /** Place of its side in {@link Analysis.compare}; 0 where nothing is compared. */
  readonly side: number
  /** Conditions that all must hold, each as it was written, for Dataverse to test. */
  readonly conditions: readonly string[]
  /** And those that are tested on the rows that it gives. */
  readonly tests: readonly RowTest[]
  /** Places of the aggregations over its rows. */
  readonly places: readonly number[]
}

export function slicesOf(analysis: Analysis, aggregations: readonly Aggregation[]): Slice[] {
  const byWhere = Map.groupBy(aggregations.keys(), (place) => aggregations[place]?.where?.trim() ?? '')
  // As in SQL, a group of whose rows no condition holds is a group, whose figures are of no rows.
  if (byWhere.size === 0 || (analysis.groups.length > 0 && !byWhere.has(''))) byWhere.set('', [])
  const sides = analysis.compare ?? ['']
  return sides.flatMap((condition, side) =>
    [...byWhere].map(([where, places]): Slice => {
      const split = [analysis.filter ?? '', where, condition].filter((one) => one.trim() !== '').map(splitCondition)
      const conditions = split.map(({ filter }) => filter).filter((one) => one !== '')
      return { side, conditions, tests: split.flatMap(({ tests }) => tests), places }
    }),
  )
}
