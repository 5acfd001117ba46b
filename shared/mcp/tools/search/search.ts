import * as z from 'zod'
import { searchIndex, type SearchHit } from '../../../dataverse/search/dataverse-search.ts'
import { DataverseError, QueryError } from '../../../dataverse/errors.ts'
import type { Entity, EntityIndex } from '../../../dataverse/metadata/model.ts'
import { recordLink } from '../../../dataverse/rows/record-link.ts'
import { formatReference } from '../../../dataverse/records/record-reference.ts'
import { pageOf } from '../../tool/item-page.ts'
import { plainLine } from '../../tool/plain-text.ts'
import { quickFind, type FoundRow } from './quick-find.ts'
import { searchTerms } from './search-terms.ts'
import { defineTool, type ToolContext } from '../../tool/tool.ts'

const MOST_RESULTS = 20
const LONGEST_TITLE = 150

const Result = z.object({ id: z.string(), title: z.string(), url: z.string() })

/**
 * Finds records by words, in one request by Dataverse Search; where that is off or finds nothing, in one by quick find.
 * @see https://developers.openai.com/apps-sdk/build/mcp-server for the shape that company knowledge expects
 */
export const search = defineTool({
  name: 'search',
  title: 'Search records',
  description:
    'Use this when Dynamics 365 records are known by words, e.g. adventure works: finds those that hold all the words of the query. Pass an id of the result to fetch. For conditions, lists and counts use query_crm.',
  status: { invoking: 'Searching Dynamics 365', invoked: 'Searched Dynamics 365' },
  exactOutput: true,
  input: z.object({ query: z.string().describe('Words, without operators') }),
  output: z.object({ results: z.array(Result) }),
  run: async ({ query }, context) => {
    const terms = searchTerms(query)
    if (terms.length === 0) {
      const nextStep = 'Search for one or more words of what the record is called, e.g. adventure works.'
      throw new QueryError('empty_query', 'The query holds no word to search for.', nextStep)
    }
    const indexed = await fromIndex(terms, context)
    // The index knows whole words only; quick find also finds a part of one.
    const found = indexed?.length ? indexed : await quickFind(terms, context, MOST_RESULTS)
    const all = found.slice(0, MOST_RESULTS).map((row) => resultOf(row, context.dataverseUrl))
    // The contract wants the same JSON in the text, where its quotes are escaped once more.
    const results = [...pageOf(all, 0, context.limits.resultBytes * 0.4).items]
    return { structured: { results }, rows: results.length, text: JSON.stringify({ results }) }
  },
})

function resultOf({ entity, id, name }: FoundRow, dataverseUrl: string): z.output<typeof Result> {
  const title = plainLine(name ?? '', LONGEST_TITLE) || '(no name)'
  return {
    id: formatReference({ entity: entity.name, id }),
    title: `${title} (${entity.label ?? entity.name})`,
    url: recordLink(dataverseUrl, entity, id),
  }
}

/** `undefined` where the organization or the person has no Dataverse Search, or it is too busy: quick find can do it. */
async function fromIndex(terms: readonly string[], context: ToolContext): Promise<FoundRow[] | undefined> {
  const { caller, dataverse, metadata, searchAvailability } = context
  if (searchAvailability.isOff(caller)) return undefined
  try {
    const [hits, index] = await Promise.all([searchIndex(dataverse, terms, MOST_RESULTS), metadata.entities()])
    return hits.flatMap((hit) => foundRow(hit, index))
  } catch (error) {
    if (!(error instanceof DataverseError) || !canBeReplaced(error)) throw error
    searchAvailability.note(caller, error)
    return undefined
  }
}

function canBeReplaced({ kind }: DataverseError): boolean {
  return kind === 'refused' || kind === 'throttled' || kind === 'unreadable'
}

function foundRow({ id, entity: logicalName, attributes }: SearchHit, index: EntityIndex): FoundRow[] {
  const entity: Entity | undefined = index.byName.get(logicalName)
  if (entity?.name !== logicalName) return []
  const name = entity.nameColumn === undefined ? undefined : attributes[entity.nameColumn]
  return [{ entity, id, ...(typeof name === 'string' && { name }) }]
}
