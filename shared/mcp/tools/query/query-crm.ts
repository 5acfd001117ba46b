import * as z from 'zod'
import {
  ColumnsArgument,
  ColumnsSchema,
  EntityArgument,
  ExpandArgument,
  NotesSchema,
  RecordLinkSchema,
  RowsSchema,
  ValuesSchema,
} from '../../tool/row-schemas.ts'
import { ROWS_READ_AS } from '../../tool/arguments/same-words.ts'
import { defineTool, type Tool, type ToolContext, type ToolLimits, type ToolOutcome } from '../../tool/tool.ts'
import { goOn } from './go-on.ts'
import { listPage, type ListedPage } from './list-page.ts'
import { startQuery } from './start-query.ts'

const Output = z.object({
  entity: z.string(),
  returned: z.int(),
  more: z.boolean().describe('Whether rows exist beyond these'),
  total: z.int().optional(),
  totalIsCapped: z.boolean().optional().describe('The true total is larger'),
  notes: NotesSchema,
  interpreted: z.array(z.string()).optional().describe('How parts of the call were understood'),
  timeZone: z.string().optional().describe('In which days, months and "today" are meant; times themselves are UTC'),
  columns: ColumnsSchema.describe('name, kind, currency of amounts'),
  rows: RowsSchema.describe('A cell for each column: labels, numbers, UTC times'),
  values: ValuesSchema.describe('Behind labels: numbers of choices, "entity/id" of lookups'),
  recordLink: RecordLinkSchema.optional(),
  cursor: z.string().optional().describe('Pass it back for the next rows'),
})

const inputOf = (limits: Pick<ToolLimits, 'defaultTop' | 'maxTop'>) =>
  z.object({
    entity: EntityArgument.optional().describe(
      'Logical name, entity set name or label; not needed with fetchxml or cursor',
    ),
    select: ColumnsArgument.optional().describe('Columns to return'),
    filter: z
      .string()
      .max(8_000)
      .optional()
      .describe(
        "OData $filter: statecode eq 'Open' and estimatedvalue ge 50000 and contains(name,'ltd'); eq ne gt ge lt le in and or not. Dates: 2026-01-31 or words, createdon eq last-30-days (today, next-quarter, last-2-years, 2026-07). Owner: ownerid eq me, ownerid eq me-or-my-teams. A company's term: term eq 'won'. Column of several choices: Microsoft.Dynamics.CRM.ContainValues(PropertyName='interests',PropertyValues=['Golf'])",
      ),
    orderby: z.string().max(1_000).optional().describe('For example: estimatedvalue desc, name'),
    expand: ExpandArgument.describe('Related rows, one level: lookups or collections, with their columns'),
    // Not filled in: what a FetchXML says of its pages yields to a caller's number, but wins over the usual one.
    top: z
      .int()
      .min(1)
      .max(limits.maxTop)
      .optional()
      .meta({ description: 'Rows to return at most', default: limits.defaultTop }),
    ids: z.boolean().default(false).describe('Also the ids of all rows and lookups, beyond 100 rows too'),
    count: z.boolean().default(false).describe('Also return the total number of matching rows'),
    fetchxml: z
      .string()
      .max(60_000)
      .optional()
      .describe(
        'A FetchXML query instead of the above: for conditions on related rows, and totals that analyze has not',
      ),
    cursor: z.string().optional().describe('From an earlier result: its next rows. Pass it alone'),
  })

export type QueryArguments = z.output<ReturnType<typeof inputOf>>

/** Lists rows of an entity: one Dataverse request once the entity is known. */
export function queryCrm(limits: Pick<ToolLimits, 'defaultTop' | 'maxTop'>): Tool {
  return defineTool({
    name: 'query_crm',
    title: 'Query rows',
    description:
      'Use this when rows of one Dynamics 365 entity (account, opportunity, incident, task, …) are wanted by conditions: choose columns, filter, sort, follow lookups. For sums, averages and groups use analyze, for usual business questions run_report, for a record known by words search, for one known record get_record.',
    status: { invoking: 'Querying Dynamics 365', invoked: 'Queried Dynamics 365' },
    readAs: ROWS_READ_AS,
    calledByViews: true,
    input: () => inputOf(limits),
    output: () => Output,
    run: (args, context) => answer(args, context),
  })
}

async function answer(args: QueryArguments, context: ToolContext): Promise<ToolOutcome<ListedPage>> {
  const { cursor } = args
  return await listPage(
    context,
    cursor === undefined ? await startQuery(args, context) : await goOn(cursor, args, context),
  )
}
