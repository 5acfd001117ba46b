import * as z from 'zod'
import type { Column, EntityColumns } from '../../dataverse/columns.ts'
import { findColumn, isLookup } from '../../dataverse/columns.ts'
import type { Entity } from '../../dataverse/entities.ts'
import { DataverseError } from '../../dataverse/errors.ts'
import type { EntityOptions } from '../../dataverse/options.ts'
import { bytesForRows, readableText, takeWithin } from '../result.ts'
import { EntityArgument, NotesSchema, withNotes } from '../row-schemas.ts'
import { defineTool, type ToolContext } from '../tool.ts'

const MOST_CHOICES = 60
const FIRST = ['statecode', 'statuscode', 'ownerid']

const ColumnSchema = z.object({
  name: z.string(),
  label: z.string().optional(),
  type: z.string(),
  leadsTo: z.array(z.string()).optional().describe('entity, or entity via navigation property'),
  choices: z.array(z.object({ value: z.int(), label: z.string() })).optional(),
})
type DescribedColumn = z.output<typeof ColumnSchema>

export const getEntityMetadata = defineTool({
  name: 'get_entity_metadata',
  title: 'Describe an entity',
  description:
    'Describes the columns of one Dynamics 365 entity: types, choices with their values, where lookups lead.',
  status: { invoking: 'Reading the description', invoked: 'Read the description' },
  input: z.object({
    entity: EntityArgument,
    search: z.string().max(200).optional().describe('Only columns whose logical or display name contains this'),
  }),
  output: z.object({
    entity: z.string(),
    entitySet: z.string(),
    label: z.string().optional(),
    idColumn: z.string(),
    nameColumn: z.string().optional(),
    columns: z.array(ColumnSchema),
    returned: z.int(),
    total: z.int(),
    more: z.boolean(),
    notes: NotesSchema,
  }),
  run: async (args, context) => {
    const entity = await context.metadata.entity(args.entity)
    context.about({ entity: entity.name })
    const columns = await context.metadata.columns(entity)
    const { options, notes } = await choices(context, entity)
    const all = matching(entity, columns, args.search).map((column) => describe(column, columns, options))
    const { name, entitySet, idColumn, nameColumn, label } = entity
    const frame = { entity: name, entitySet, idColumn, ...(label && { label }), ...(nameColumn && { nameColumn }) }
    const taken = takeWithin(all, bytesForRows(context.limits.resultBytes, { frame, notes })).length
    const described = all.slice(0, taken)
    const more = described.length < all.length
    const allNotes = more ? [...notes, `${all.length - taken} columns did not fit; use search.`] : notes
    const counts = { returned: described.length, total: all.length, more }
    const text = readableText(`${name}: ${all.length} columns`, described, allNotes)
    return { structured: withNotes({ ...frame, columns: described, ...counts }, allNotes), rows: taken, text }
  },
})

/** Choices come by requests of their own; without them the rest is still worth having. */
async function choices(context: ToolContext, entity: Entity): Promise<{ options: EntityOptions; notes: string[] }> {
  try {
    return { options: await context.metadata.options(entity), notes: [] }
  } catch (error) {
    if (!(error instanceof DataverseError)) throw error
    return { options: new Map(), notes: [`Partial result: the choices could not be read (${error.code}).`] }
  }
}

function matching(entity: Entity, columns: EntityColumns, search = ''): Column[] {
  const wanted = search.trim().toLowerCase()
  const first = [entity.idColumn, entity.nameColumn, ...FIRST]
  const rank = ({ name }: Column): number => (first.includes(name) ? first.indexOf(name) : first.length)
  return [...columns.byName.values()]
    .filter((column) => column.readable && findColumn(columns, column.name) === column)
    .filter(({ name, label }) => name.includes(wanted) || label?.toLowerCase().includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
}

function describe(column: Column, columns: EntityColumns, options: EntityOptions): DescribedColumn {
  const { name, label, type } = column
  const listed = options.get(name)?.slice(0, MOST_CHOICES)
  const ways = isLookup(column) ? columns.navigations.filter((way) => way.column === name) : []
  const leadsTo = ways.map((way) => (way.name === name ? way.target : `${way.target} via ${way.name}`))
  return {
    name,
    ...(label && { label }),
    type,
    ...(leadsTo.length > 0 && { leadsTo }),
    ...(listed && listed.length > 0 && { choices: [...listed] }),
  }
}
