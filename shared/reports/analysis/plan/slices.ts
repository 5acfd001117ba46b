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
  /** Column of dates that a period of its rows means, where a term says so. */
  readonly period?: string | undefined
}

type Part = Pick<Slice, 'places' | 'period'> & { readonly where: string }

export function slicesOf(analysis: Analysis, aggregations: readonly Aggregation[]): Slice[] {
  const own = partsOf(aggregations)
  // As in SQL, a group of whose rows no condition holds is a group, whose figures are of no rows.
  const periods = new Set(own.map(({ period }) => period))
  const needed = own.length === 0 ? [undefined] : analysis.groups.length > 0 ? [...periods] : []
  const wholes = needed
    .filter((period) => !own.some((part) => part.where === '' && part.period === period))
    .map((period): Part => ({ where: '', period, places: [] }))
  const sides = analysis.compare ?? ['']
  return sides.flatMap((condition, side) =>
    [...own, ...wholes].map(({ where, places, period }): Slice => {
      const split = [analysis.filter ?? '', where, condition].filter((one) => one.trim() !== '').map(splitCondition)
      const conditions = split.map(({ filter }) => filter).filter((one) => one !== '')
      return { side, conditions, tests: split.flatMap(({ tests }) => tests), places, period }
    }),
  )
}

function partsOf(aggregations: readonly Aggregation[]): Part[] {
  const ofPlace = (place: number): Part => {
    const { where = '', period } = aggregations[place] ?? {}
    return { where: where.trim(), period, places: [] }
  }
  const byKey = Map.groupBy(aggregations.keys(), (place) => JSON.stringify(ofPlace(place)))
  return [...byKey.values()].map((places) => ({ ...ofPlace(places[0] ?? 0), places }))
}
