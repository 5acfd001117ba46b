import * as z from 'zod'
import { ColumnsSchema, NotesSchema, RowsSchema, ValuesSchema } from '../../tool/row-schemas.ts'
import type { ReadAs } from '../../tool/arguments/known-arguments.ts'
import { ROWS_READ_AS, wordsFor } from '../../tool/arguments/same-words.ts'
import { defineTool, type Tool } from '../../tool/tool.ts'

const MOST_ROWS = 100
const USUAL_ROWS = 25
/** Of two groups each other row would be a month or a person of the first, and a picture of them have holes. */
const usualRows = (by: readonly string[] = []): number => (by.length > 1 ? MOST_ROWS : USUAL_ROWS)

const Output = z.object({
  reading: z.string(),
  entity: z.string(),
  asOf: z.string(),
  timeZone: z.string().optional(),
  notes: NotesSchema,
  interpreted: z.array(z.string()).optional(),
  columns: ColumnsSchema,
  rows: RowsSchema,
  values: ValuesSchema,
  totals: z.record(z.string(), z.unknown()).optional().describe('The same figures over all groups'),
})

const Input = z.object({
  entity: z.string().min(1).max(200),
  filter: z.string().max(8_000).optional().describe('As in query_crm; and days(createdon, actualclosedate) le 30'),
  measures: z
    .array(z.string().min(1).max(2_000))
    .min(1)
    .max(30)
    .describe(
      "count, distinct, sum, avg, min, max, median of columns, of + - * / with them, of days(createdon, today) or hours(from, to): sum(estimatedvalue * closeprobability / 100) as weighted; count(where statecode eq 'Won') / count as won_part; share(count); behind a lookup: max(parentaccountid/revenue); a term: win rate, won / open pipeline",
    ),
  by: z
    .array(z.string().min(1).max(2_000))
    .max(10)
    .optional()
    .describe(
      'Groups: ownerid, parentaccountid/industrycode, month(createdon) (day, week, quarter, year, fiscal_quarter, fiscal_year, month_of_year, weekday), band(estimatedvalue, 10000, 50000)',
    ),
  having: z.string().max(2_000).optional().describe('On figures: count ge 5 and win_rate lt 0.3'),
  orderby: z.string().max(1_000).optional().describe('win_rate desc'),
  top: z
    .int()
    .min(1)
    .max(MOST_ROWS)
    .optional()
    .describe(`Groups to show (${USUAL_ROWS}; ${MOST_ROWS} by two): the others become one row`),
  compare: z
    .array(z.string().min(1).max(8_000))
    .max(4)
    .optional()
    .describe('Now and before: ["actualclosedate eq this-quarter","actualclosedate eq last-quarter"]'),
})

export type AnalyzeArguments = z.output<typeof Input>

/** Of what names a figure alone (`sum`), none is the same. */
const READ_AS: ReadAs = {
  ...ROWS_READ_AS,
  ...wordsFor('measures', ['metrics', 'metric', 'aggregate', 'aggregates', 'aggregation', 'aggregations']),
  ...wordsFor('by', ['groupby', 'groupings', 'grouping', 'group', 'groups', 'dimensions', 'dimension', 'breakdown']),
}

/** Figures over all rows that the person may read, of groups of them, of one period compared with another. */
export function analyze(): Tool {
  return defineTool({
    name: 'analyze',
    title: 'Analyze rows',
    description:
      'Use this when numbers over rows of one entity are wanted: totals, averages, rates, shares, rankings, trends, comparisons. Exact over all rows: no arithmetic of your own. For rows use query_crm, for usual questions run_report.',
    status: { invoking: 'Analyzing Dynamics 365', invoked: 'Analyzed Dynamics 365' },
    readAs: READ_AS,
    input: () => Input,
    output: () => Output,
    run: async (args, context) => {
      const { answerAnalysis } = await import('./answer-analysis.ts')
      return await answerAnalysis(args, args.top ?? usualRows(args.by), context)
    },
  })
}
