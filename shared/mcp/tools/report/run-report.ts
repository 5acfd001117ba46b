import * as z from 'zod'
import type { Catalogue } from '../../../reports/catalogue/catalogue.ts'
import { OWNERS, type ReportParameter } from '../../../reports/definition.ts'
import { reportLines } from '../../../reports/describe-report.ts'
import { ColumnsSchema, RowsSchema, ValuesSchema } from '../../tool/row-schemas.ts'
import { defineTool, type Tool } from '../../tool/tool.ts'
import { LISTS } from './lists.ts'
import { rowsOfOwner } from './rows-of-owner.ts'

const Output = z.object({
  report: z.string(),
  title: z.string(),
  asOf: z.string(),
  timeZone: z.string().optional(),
  currency: z.string().optional().describe('Of the totals'),
  parameters: z.record(z.string(), z.unknown()),
  reading: z.array(z.string()),
  notes: z.array(z.string()),
  totals: z.array(z.record(z.string(), z.unknown())).describe('title, value, text'),
  more: z.boolean().describe('Whether rows exist beyond these'),
  columns: ColumnsSchema,
  rows: RowsSchema,
  values: ValuesSchema,
  picture: z.record(z.string(), z.unknown()),
  recordLink: z.string().optional(),
  cursor: z.string().optional().describe('For query_crm: the next rows'),
})

const LISTED = `Give one that the input schema lists. What somebody saved goes by view, chart or dashboard: {"report":"${LISTS[0]}"} lists views.`

/** Runs one of the reports of a catalogue: one Dataverse request once the person is known. */
export function runReportTool(catalogue: Catalogue): Tool {
  return defineTool({
    name: 'run_report',
    title: 'Run a report',
    description:
      'Use this when a usual sales or service question is one of the reports listed, or a saved view, chart or dashboard is asked for: totals, then rows. To draw it use show_report; for other conditions query_crm.',
    status: { invoking: 'Running the report', invoked: 'Ran the report' },
    instead: (name, args) => (name === 'owner' ? rowsOfOwner(catalogue, args) : name === 'report' ? LISTED : undefined),
    input: () => inputOf(catalogue),
    output: () => Output,
    run: async (args, context) => {
      const { answerReport } = await import('./answer-report.ts')
      return await answerReport(catalogue, args, context)
    },
  })
}

export type ReportArguments = z.output<ReturnType<typeof inputOf>>

/** Each with words of its own, or the listing would fold them into a list of types, which strict clients drop. */
const TYPES = {
  integer: z.int().describe('A number'),
  boolean: z.boolean().describe('Or yes or no'),
  owner: z.enum(OWNERS).describe('Or an owner'),
}

/** The type of an argument that reports, a deployment's own among them, may declare as different ones. */
function schemaOf(types: readonly ReportParameter['type'][]): z.ZodType {
  const [only, ...others] = [...new Set(types)].toSorted()
  if (others.length > 0) return z.union([...new Set(types)].map((type) => TYPES[type]))
  return only === 'owner' ? z.enum(OWNERS) : only === 'boolean' ? z.boolean() : z.int()
}

const SavedName = z.string().min(1).max(200)

function inputOf({ all }: Catalogue) {
  const parameters = Map.groupBy(
    all.flatMap((report) => report.parameters).filter(({ name }) => name !== 'report'),
    ({ name }) => name,
  )
  const shape = [...parameters].map(([name, uses]) => {
    const schema = schemaOf(uses.map(({ type }) => type))
    const described = [...new Set(uses.map(({ description }) => description))].join('; ')
    return [name, schema.optional().describe(described)] as const
  })
  return z.object({
    report: z
      .enum([...all.map(({ slug }) => slug), ...LISTS])
      .optional()
      .describe(reportLines(all)),
    view: SavedName.optional().describe('Instead: name or id of a saved view'),
    chart: SavedName.optional().describe('Or of a chart, over view'),
    dashboard: SavedName.optional().describe('Its parts'),
    entity: SavedName.optional().describe('Of saved ones'),
    [MINE]: z.boolean().optional().describe('The same as owner: me'),
    ...Object.fromEntries(shape),
  })
}

/** What `owner` was before it had more words; names of arguments stay. */
export const MINE = 'mine'
