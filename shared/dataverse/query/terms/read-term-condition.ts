import { findOperator } from '../model/operator-words.ts'
import type { Condition } from '../model/query.ts'
import type { Notation } from '../say/notation.ts'

export type AskedTerms = { readonly names: readonly string[]; readonly negative: boolean }

/** The terms that a condition on `term` names; undefined for one of another form. */
export function readTermCondition(condition: Condition, notation: Notation): AskedTerms | undefined {
  const { operator, values, otherColumn, orValue = false, alone = false } = condition
  const { name = '', negates } = findOperator(operator)?.operator ?? {}
  const positive = negates ?? name
  if (alone || (positive !== 'eq' && positive !== 'in') || (otherColumn !== undefined && !orValue)) return undefined
  const given = otherColumn === undefined ? values : [otherColumn]
  // FetchXML writes a list in one value, too; no name of a term needs a comma.
  const isList = notation === 'fetchxml' && positive === 'in' && given.length === 1
  const names = (isList ? given.flatMap((value) => value.split(',')) : given).filter((value) => value.trim() !== '')
  return names.length === 0 ? undefined : { names, negative: negates !== undefined }
}
