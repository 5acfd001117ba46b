import type { Condition, Filter, Link } from '../../dataverse/query/model/query.ts'
import { invalid } from '../check/check-template.ts'

/** A word that a definition uses: `here` of its own table, else of a table that only Dynamics knows. */
export type UsedTerm = { readonly name: string; readonly here: boolean }

const OPERATORS: readonly string[] = ['eq', 'ne', 'in', 'not-in', 'not in']
const LONGEST_QUOTE = 60

/**
 * The words that a condition of a definition uses, wherever they stand in it.
 * @throws QueryError for a word that is asked for by another operator
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

function wordsIn({ attribute, operator, values, otherColumn }: Condition, here: boolean): UsedTerm[] {
  const name = attribute.trim().toLowerCase()
  if (name !== 'term') return []
  if (!OPERATORS.includes(operator.trim().toLowerCase()))
    throw invalid(`term is compared by eq, ne, in or not in, and not by ${operator.slice(0, LONGEST_QUOTE)}`)
  const words = otherColumn === undefined ? values : [...values, otherColumn]
  return words.map((word) => ({ name: word, here }))
}
