import * as z from 'zod'
import type { Entity } from '../../dataverse/entities.ts'
import { QueryError } from '../../dataverse/errors.ts'
import { buildRecordPath, propertiesOf, rewrittenNote } from '../../dataverse/query.ts'
import { recordLinkTemplate } from '../../dataverse/record-link.ts'
import { compactRow, Row } from '../../dataverse/rows.ts'
import { bytesForRows, fitRow, readableText } from '../result.ts'
import { ColumnsArgument, EntityArgument, NotesSchema, RowSchema, withNotes } from '../row-schemas.ts'
import { defineTool, type ToolContext } from '../tool.ts'

const GUID = /^\{?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\}?$/i

export const getRecord = defineTool({
  name: 'get_record',
  title: 'Get one record',
  description: 'Reads one Dynamics 365 record by its id, with the columns asked for or all that are filled.',
  status: { invoking: 'Reading the record', invoked: 'Read the record' },
  input: z.object({
    entity: EntityArgument,
    id: z.string().max(100).describe('The id of the record, a GUID'),
    select: ColumnsArgument.optional().describe('Columns to return; all that are filled when left out'),
  }),
  output: z.object({
    entity: z.string(),
    id: z.string(),
    record: RowSchema.describe('As the rows of query_crm'),
    link: z.string().describe('Opens the record in Dynamics 365'),
    notes: NotesSchema,
  }),
  run: async (args, context) => {
    const entity = await context.metadata.entity(args.entity)
    context.about({ entity: entity.name })
    const id = recordId(args.id)
    const { properties, notes } = await selected(args.select, context, entity)
    const row = compactRow(await context.dataverse.get(buildRecordPath(entity, id, properties), Row))
    const link = recordLinkTemplate(context.dataverseUrl, entity).replace(`{${entity.idColumn}}`, id)
    const frame = { entity: entity.name, id, link, notes }
    const record = fitRow(row, bytesForRows(context.limits.resultBytes, frame))
    const left = Object.keys(row).length - Object.keys(record).length
    const allNotes = left > 0 ? [...notes, `${left} columns did not fit; name the columns you need in select.`] : notes
    const text = readableText(`${entity.name} ${id}`, [record], allNotes)
    return { structured: withNotes({ entity: entity.name, id, record, link }, allNotes), rows: 1, text }
  },
})

async function selected(
  select: readonly string[] | undefined,
  context: ToolContext,
  entity: Entity,
): Promise<{ properties: string[]; notes: string[] }> {
  if (!select) return { properties: [], notes: [] }
  const { properties, rewritten } = propertiesOf(entity, await context.metadata.columns(entity), select)
  return { properties, notes: rewrittenNote(rewritten) }
}

function recordId(text: string): string {
  const id = GUID.exec(text.trim())?.[1]
  if (id) return id.toLowerCase()
  const nextStep = 'Pass the id as query_crm gives it, e.g. 00000000-0000-0000-0000-000000000000.'
  throw new QueryError('invalid_id', 'The id is not a GUID.', nextStep)
}
