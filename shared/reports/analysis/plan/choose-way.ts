import type { Aggregation, Analysis, Reading } from '../model.ts'
import { DATE_PARTS } from './date-parts.ts'

export type Way = Reading['way']

/** Which way a slice is gone, by its aggregations. */
export type ChooseWay = (analysis: Pick<Analysis, 'groups'>, aggregations: readonly Aggregation[]) => Way

/** Dataverse adds up columns, not what is calculated of them; different values of two groups it cannot put together. */
export const chooseWay: ChooseWay = ({ groups }, aggregations) => {
  const hasBand = groups.some(({ kind }) => kind === 'band')
  const isMadeOfGroups = groups.some((group) => group.kind === 'date' && DATE_PARTS[group.part].isWider)
  const needsRows = aggregations.some(
    ({ name, of }) =>
      name === 'median' || (of !== undefined && of.kind !== 'column') || (name === 'distinct' && isMadeOfGroups),
  )
  return hasBand || needsRows ? 'rows' : 'aggregate'
}
