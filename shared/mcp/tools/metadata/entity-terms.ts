import { askableTerms } from '../../../dataverse/column-security/askable-terms.ts'
import type { Metadata, Table } from '../../../dataverse/metadata/model.ts'
import { describeTerm } from '../../../dataverse/query/terms/say-term.ts'
import { containsAll, wordsOf } from './entity-description.ts'

const LONGEST_DEFINITION = { listed: 400, searched: 4_000 }

/** What the company calls rows of a table, a sentence each: those that match a search, or all of them. */
export async function describedTerms(table: Table, metadata: Metadata, search = ''): Promise<readonly string[]> {
  const words = wordsOf(search)
  const longest = LONGEST_DEFINITION[words.length === 0 ? 'listed' : 'searched']
  const terms = await askableTerms(table, metadata)
  const found = terms.filter(({ name, aliases, meaning }) => containsAll([name, ...aliases, meaning], words))
  return found.map((term) => describeTerm(term, longest))
}
