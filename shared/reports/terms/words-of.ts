import type { Condition, Filter, Link } from '../../dataverse/query/model/query.ts'
import { readTermCondition } from '../../dataverse/query/terms/read-term-condition.ts'
import { pseudoColumnOf } from '../../dataverse/query/terms/with-terms.ts'
import { invalid } from '../check/check-template.ts'

/** A word that a definition uses: `here` of its own table, else of a table that only Dynamics knows. */
export type UsedTerm = { readonly name: string; readonly here: boolean }

/**
 * The words that a condition of a definition uses, wherever they stand in it.
 * @throws QueryError for a word that is asked for by something else than names
 */
export function wordsOf(filter: Filter, here = true): UsedTerm[] {
  return [
    ...filter.conditions.flatMap((one) => wordsIn(one, here && (one.path ?? []).length === 0)),
    ...filter.filters.flatMap((one) => wordsOf(one, here)),
    ...filter.links.flatMap((link) => wordsBehind(link)),
  ]
}

function wordsBehind({ filters, links }: Link): UsedTerm[] {
  return [...filters.flatMap((one) => wordsOf(one, false)), ...links.flatMap(wordsBehind)]
}

function wordsIn(condition: Condition, here: boolean): UsedTerm[] {
  if (pseudoColumnOf(condition) !== 'term') return []
  const asked = readTermCondition(condition, 'odata')
  if (asked) return asked.names.map((name) => ({ name, here }))
  throw invalid(`term is compared with names, by eq, ne, in or not in: term eq 'won'`)
}
