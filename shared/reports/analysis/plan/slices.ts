import type { Aggregation, Analysis } from '../model.ts'

/** A part of the question that is one query: rows of one side of which one further condition holds. */
export type Slice = {
  /** Place of its side in {@link Analysis.compare}; 0 where nothing is compared. */
  readonly side: number
  /** Conditions that all must hold, each as it was written. */
  readonly conditions: readonly string[]
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
      const conditions = [analysis.filter ?? '', where, condition].map((one) => one.trim())
      return { side, conditions: conditions.filter((one) => one !== ''), places }
    }),
  )
}
