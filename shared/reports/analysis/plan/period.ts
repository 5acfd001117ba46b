import { pseudoColumnOf } from '../../../dataverse/query/terms/with-terms.ts'
import type { Condition, Filter } from '../../../dataverse/query/model/query.ts'
import type { ColumnPath } from '../model.ts'

/** Whether a condition is on the dates of a term of the rows themselves. */
export function isPeriod(condition: Condition): boolean {
  return isOwn(condition) && pseudoColumnOf(condition) === 'period'
}

/** Whether it asks for a term of the rows themselves. */
export function isTerm(condition: Condition): boolean {
  return isOwn(condition) && pseudoColumnOf(condition) === 'term'
}

function isOwn({ attribute, path = [], entityName }: Condition): boolean {
  return path.length === 0 && entityName === undefined && !attribute.includes('.')
}

/** Conditions on the rows themselves, of all parts of a filter. */
export function ownConditions({ conditions, filters }: Filter): Condition[] {
  return [...conditions, ...filters.flatMap(ownConditions)]
}

/** The column that a term names, `actualclosedate`, or one behind lookups. */
export function columnOf(written: string): ColumnPath {
  const steps = written.split('/')
  return { path: steps.slice(0, -1), name: steps.at(-1) ?? '' }
}
