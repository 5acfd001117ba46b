import * as z from 'zod'
import type { EntityColumns } from '../../dataverse/columns.ts'
import { decodeCursor, type Cursor } from '../../dataverse/cursor.ts'
import type { Entity } from '../../dataverse/entities.ts'
import { findNavigation } from '../../dataverse/expand.ts'
import { buildQuery, propertiesOf, type Expansion } from '../../dataverse/query.ts'
import { ColumnsArgument, EntityArgument, NotesSchema, RecordLinkSchema, RowsSchema } from '../row-schemas.ts'
import { defineTool, type Tool, type ToolContext, type ToolLimits } from '../tool.ts'
import { listPage } from './list-page.ts'

const MOST_EXPANSIONS = 10
/** What to show of an entity when no column is asked for; those that it does not have are left out. */
const USUAL_COLUMNS = ['statecode', 'ownerid', 'createdon', 'modifiedon']

const Expand = z.object({
  lookup: z.string().min(1).max(200).describe('Lookup column or navigation property'),
  select: ColumnsArgument,
})
const Output = z.object({
  entity: z.string(),
  rows: RowsSchema,
  returned: z.int(),
  more: z.boolean().describe('Whether rows exist beyond these'),
  total: z.int().optional(),
  totalIsCapped: z.boolean().optional().describe('The true total is larger'),
  cursor: z.string().optional().describe('Pass it back, with the same entity, for the next rows'),
  recordLink: RecordLinkSchema,
  notes: NotesSchema,
})

/** Lists rows of an entity: one Dataverse request once the entity's columns are known. */
export function queryCrm(limits: Pick<ToolLimits, 'defaultTop' | 'maxTop'>): Tool {
  const input = z.object({
    entity: EntityArgument,
    select: ColumnsArgument.optional().describe('Columns to return, by logical name'),
    filter: z
      .string()
      .optional()
      .describe(
        "OData $filter: statecode eq 0 and contains(name,'ltd'); eq ne gt ge lt le and or not; dates as 2026-01-31",
      ),
    orderby: z.string().max(1_000).optional().describe('For example: estimatedvalue desc, name'),
    expand: z.array(Expand).max(MOST_EXPANSIONS).optional().describe('Columns of the rows that lookups lead to'),
    top: z.int().min(1).max(limits.maxTop).default(limits.defaultTop).describe('Rows to return at most'),
    count: z.boolean().default(false).describe('Also return the total number of matching rows'),
    cursor: z.string().optional().describe('From an earlier result: its next rows. All but entity is then ignored'),
  })
  return defineTool({
    name: 'query_crm',
    title: 'Query rows',
    description:
      'Lists rows of one Dynamics 365 entity (account, contact, lead, opportunity, incident, task, …) that the signed-in person may read: choose columns, filter, sort, follow lookups. Use a lookup by its logical name (ownerid eq <id>).',
    status: { invoking: 'Querying Dynamics 365', invoked: 'Queried Dynamics 365' },
    input,
    output: Output,
    run: async (args, context) => {
      const entity = await context.metadata.entity(args.entity)
      context.about({ entity: entity.name })
      const columns = await context.metadata.columns(entity)
      if (args.cursor !== undefined) {
        const at = decodeCursor(args.cursor, { entity, columns, maxPageSize: context.limits.maxTop })
        return await listPage(context, entity, at, [])
      }
      const { at, notes } = await firstPage(args, context, entity, columns)
      return await listPage(context, entity, at, notes)
    },
  })
}

type QueryArguments = {
  readonly select?: string[] | undefined
  readonly filter?: string | undefined
  readonly orderby?: string | undefined
  readonly expand?: z.output<typeof Expand>[] | undefined
  readonly top: number
  readonly count: boolean
}

async function firstPage(
  args: QueryArguments,
  context: ToolContext,
  entity: Entity,
  columns: EntityColumns,
): Promise<{ at: Cursor; notes: readonly string[] }> {
  const select = args.select ?? usualColumns(entity, columns)
  const { path, notes } = buildQuery({
    entity,
    columns,
    select,
    expand: await expansions(args.expand ?? [], context, entity, columns),
    count: args.count,
    ...(args.filter !== undefined && { filter: args.filter }),
    ...(args.orderby !== undefined && { orderby: args.orderby }),
  })
  const chosen = args.select ? [] : [`No columns were asked for; these were chosen: ${select.join(', ')}.`]
  return { at: { path, pageSize: args.top, skip: 0 }, notes: [...chosen, ...notes] }
}

function usualColumns(entity: Entity, columns: EntityColumns): string[] {
  const usual = USUAL_COLUMNS.filter((name) => columns.byName.get(name)?.readable)
  return [entity.nameColumn ?? entity.idColumn, ...usual]
}

async function expansions(
  asked: readonly z.output<typeof Expand>[],
  context: ToolContext,
  entity: Entity,
  columns: EntityColumns,
): Promise<Expansion[]> {
  return await Promise.all(
    asked.map(async ({ lookup, select }) => {
      const navigation = findNavigation(entity, columns, lookup)
      const target = await context.metadata.entity(navigation.target)
      const { properties } = propertiesOf(target, await context.metadata.columns(target), select)
      return { navigation: navigation.name, select: properties }
    }),
  )
}
