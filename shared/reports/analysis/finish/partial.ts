import type { Analysis, Computed, ResolvedAnalysis } from '../model.ts'
import { slicesOf } from '../plan/slices.ts'

/** Places of the aggregations of one side whose rows were not read to their end. */
export function partialPlaces(
  analysis: Analysis,
  { aggregations }: ResolvedAnalysis,
  { readings }: Computed,
  side: number,
): ReadonlySet<number> {
  const slices = slicesOf(analysis, aggregations).filter((slice) => slice.side === side)
  return new Set(slices.flatMap(({ places }, at) => (readings[at]?.isPartial === true ? places : [])))
}

/** Whether rows of any side were not read to their end. */
export function isReadInPart(sides: readonly Pick<Computed, 'readings'>[]): boolean {
  return sides.some(({ readings }) => readings.some(({ isPartial }) => isPartial))
}
