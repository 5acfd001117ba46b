import * as z from 'zod'
import { defineTool } from '../../tool/tool.ts'

const Result = z.object({ id: z.string(), title: z.string(), url: z.string() })
const Output = z.object({ results: z.array(Result), notes: z.array(z.string()).optional() })
export type SearchResults = z.output<typeof Output>

/**
 * Finds records by words, in one request by Dataverse Search; where that is off or finds nothing, in one by quick find.
 * Names that come near cost one more, where nothing at all was found.
 * @see https://developers.openai.com/apps-sdk/build/mcp-server for the shape that company knowledge expects
 */
export const search = defineTool({
  name: 'search',
  title: 'Search records',
  description:
    'Use this when Dynamics 365 records are known by words, e.g. adventure works: finds those that hold all the words of the query. Pass an id of the result to fetch. For conditions, lists and counts use query_crm.',
  status: { invoking: 'Searching Dynamics 365', invoked: 'Searched Dynamics 365' },
  exactOutput: true,
  input: () => z.object({ query: z.string().describe('Words, without operators') }),
  output: () => Output,
  run: async ({ query }, context) => {
    const { answerSearch } = await import('./answer-search.ts')
    return await answerSearch(query, context)
  },
})
