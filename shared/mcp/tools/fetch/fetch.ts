import * as z from 'zod'
import { defineTool } from '../../tool/tool.ts'

const Output = z.object({
  id: z.string(),
  title: z.string(),
  text: z.string(),
  url: z.string(),
  metadata: z.record(z.string(), z.string()).optional(),
})
export type FetchedRecord = z.output<typeof Output>

/**
 * Reads one record with its related rows as text: one `$batch` once its table is known.
 * @see https://developers.openai.com/apps-sdk/build/mcp-server for the shape that company knowledge expects
 */
export const fetchRecord = defineTool({
  name: 'fetch',
  title: 'Fetch a record',
  description:
    'Use this when one Dynamics 365 record is to be read as text with related rows and files, by an id that search gave (account/00000000-…) or by a link to it. For columns use get_record.',
  status: { invoking: 'Reading the record', invoked: 'Read the record' },
  exactOutput: true,
  input: () => z.object({ id: z.string() }),
  output: () => Output,
  run: async ({ id }, context) => {
    const { answerFetch } = await import('./answer-fetch.ts')
    return await answerFetch(id, context)
  },
})
