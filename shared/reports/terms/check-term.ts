import { parseFilter } from '../../dataverse/query/from-odata/parse-filter.ts'
import { readTerm, type TermDefinition } from '../../dataverse/query/terms/term.ts'
import { checkEntry, type CheckedEntry } from '../check/check-entry.ts'
import { invalid } from '../check/check-template.ts'
import { termKey } from '../../dataverse/query/terms/find-term.ts'

/** More than the members of a definition can hold together. */
export const LONGEST_TERM = 8_000
const COLUMN = /^[a-z_]\w*(?:\/[a-z_]\w*)*$/i

/** Reads a term that somebody wrote, and says why it cannot be used, as far as that is told without Dynamics. */
export function checkTerm(slug: string, json: string | undefined): CheckedEntry<TermDefinition> {
  return checkEntry(slug, json, { longest: LONGEST_TERM, read: readTerm, check: checkDefinition })
}

/** @throws QueryError */
function checkDefinition(term: TermDefinition): void {
  const keys = new Set<string>()
  for (const name of [term.name, ...term.aliases]) {
    const key = termKey(name)
    if (key === '') throw invalid(`"${name}" has no letter and no digit`)
    if (keys.has(key)) throw invalid(`"${name}" is among its names twice: names are compared by letters and digits`)
    keys.add(key)
  }
  for (const member of ['date', 'amount'] as const) {
    const column = term[member]
    if (column !== undefined && !COLUMN.test(column)) throw invalid(`${member}: it is no logical name of a column`)
  }
  if (term.filter === undefined && term.measure === undefined)
    throw invalid('it has neither a filter nor a measure, so it says nothing')
  if (term.filter !== undefined) parseFilter(term.filter, () => undefined)
}
