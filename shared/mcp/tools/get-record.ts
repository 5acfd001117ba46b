import * as z from 'zod'
import { QueryError } from '../../dataverse/errors.ts'
import { entityRead } from '../../dataverse/metadata/entity-read.ts'
import { withFreshNames } from '../../dataverse/metadata/cache/fresh-names.ts'
import type { Entity, Metadata, Table } from '../../dataverse/metadata/model.ts'
import { orderColumns } from '../../dataverse/metadata/column-order.ts'
import { resolveExpand } from '../../dataverse/query/from-odata/expand.ts'
import { resolveSelect } from '../../dataverse/query/from-odata/select.ts'
import { keyPredicate, readGuid } from '../../dataverse/records/record-key.ts'
import { recordLink } from '../../dataverse/rows/record-link.ts'
import { compactRows, Page, Row, type ShownColumn } from '../../dataverse/rows/rows.ts'
import { withOptions } from '../../dataverse/web-api/url.ts'
import { bytesForRows, fitRow, readableText } from '../tool/result.ts'
import { ColumnsArgument, EntityArgument, ExpandArgument, NotesSchema, RowSchema } from '../tool/row-schemas.ts'
import { defineTool, type ToolContext } from '../tool/tool.ts'
import { manyRelatedNotes } from './query/many-related.ts'

/** Enough to tell records of one name apart. */
const MOST_OF_ONE_NAME = 5

const input = z.object({
  entity: EntityArgument,
  id: z.string().max(300).optional().describe('The id (a GUID), or the exact primary name'),
  key: z
    .record(z.string(), z.union([z.string().max(300), z.number()]))
    .optional()
    .describe('Instead of id: an alternate key, {"accountnumber":"A-100"}'),
  select: ColumnsArgument.optional().describe('Columns to return; all that are filled when left out'),
  expand: ExpandArgument.describe('Related rows: lookups or collections, with their columns'),
})
type Arguments = z.output<typeof input>

/** Reads one record: one Dataverse request once the entity is known. */
export const getRecord = defineTool({
  name: 'get_record',
  title: 'Get one record',
  description:
    'Reads one Dynamics 365 record by id, exact name or alternate key: the columns asked for or all that are filled, and related rows on request.',
  status: { invoking: 'Reading the record', invoked: 'Read the record' },
  input,
  output: z.object({
    entity: z.string(),
    id: z.string(),
    record: RowSchema.describe('As the rows of query_crm'),
    link: z.string().describe('Opens the record in Dynamics 365'),
    currency: z.string().optional(),
    interpreted: z.array(z.string()).optional(),
    notes: NotesSchema,
  }),
  run: async (args, context) => {
    const entity = await context.metadata.entity(args.entity)
    context.about({ entity: entity.name })
    const { table, asked } = await withFreshNames(context.metadata, async (metadata) => {
      const table = await metadata.table(entity)
      return { table, asked: await askedOf(args, table, metadata) }
    })
    const row = await readRow(args, table, asked.options, context)
    const id = z.string().parse(row[entity.idColumn])
    const { rows, currency } = compactRows([row], asked.columns)
    const link = recordLink(context.dataverseUrl, entity, id)
    const interpreted = [...entityRead(args.entity, entity), ...asked.interpreted]
    const frame = {
      entity: entity.name,
      id,
      link,
      ...(currency && { currency }),
      ...(interpreted.length > 0 && { interpreted }),
    }
    const record = fitRow(rows[0] ?? {}, bytesForRows(context.limits.resultBytes, frame))
    const notes = [...leftNote(rows[0] ?? {}, record), ...manyRelatedNotes([record])]
    const structured = { ...frame, record, ...(notes.length > 0 && { notes }) }
    return { structured, rows: 1, text: readableText(`${entity.name} ${id}`, [record], [...interpreted, ...notes]) }
  },
})

type Asked = {
  readonly options: Readonly<Record<string, string | undefined>>
  readonly columns: readonly ShownColumn[]
  readonly interpreted: string[]
}

async function askedOf({ select, expand }: Arguments, table: Table, metadata: Metadata): Promise<Asked> {
  const named = resolveSelect(table, select ?? [])
  const related = await resolveExpand(table, expand ?? [], metadata)
  const { main, rest, technical } = orderColumns(table)
  const shown = select ? named.columns : [...main, ...rest, ...technical]
  return {
    options: { $select: named.properties.join(',') || undefined, $expand: related.expand },
    columns: shown.map(({ property, type }) => ({ key: property, type })),
    interpreted: [...new Set([...named.interpreted, ...related.interpreted])],
  }
}

async function readRow(
  { id, key }: Arguments,
  table: Table,
  options: Asked['options'],
  context: ToolContext,
): Promise<Record<string, unknown>> {
  const { entity } = table
  if ((id === undefined) === (key === undefined)) {
    throw new QueryError(
      'invalid_arguments',
      'Exactly one of id and key is needed.',
      'Pass the id, the name as id, or a key.',
    )
  }
  const predicate = key ? keyPredicate(table, key) : readGuid(id ?? '')
  if (predicate !== undefined) {
    return await context.dataverse.get(withOptions(`${entity.entitySet}(${predicate})`, options), Row)
  }
  return await readByName(id?.trim() ?? '', entity, options, context)
}

async function readByName(
  name: string,
  entity: Entity,
  options: Asked['options'],
  { dataverse }: ToolContext,
): Promise<Record<string, unknown>> {
  if (entity.nameColumn === undefined || name === '') {
    const step = 'Pass the id as query_crm gives it, e.g. 00000000-0000-0000-0000-000000000000.'
    throw new QueryError('invalid_id', `"${name}" is no id of ${entity.name}.`, step)
  }
  // `contains` and its kin take wildcards; an equality does not.
  const $filter = `${entity.nameColumn} eq '${name.replaceAll("'", "''")}'`
  const path = withOptions(entity.entitySet, { ...options, $filter })
  const { value } = await dataverse.get(path, Page, { pageSize: MOST_OF_ONE_NAME + 1 })
  const [only, ...others] = value
  if (only && others.length === 0) return only
  throw only ? severalOf(name, entity, value) : noneOf(name, entity)
}

function noneOf(name: string, { name: entity, nameColumn = '' }: Entity): QueryError {
  return new QueryError(
    'not_found',
    `No ${entity} that this person may read has exactly the name "${name}".`,
    `Look for it with query_crm: {"entity":"${entity}","filter":"contains(${nameColumn},'…')"}, or with search.`,
  )
}

function severalOf(name: string, entity: Entity, rows: readonly Readonly<Record<string, unknown>>[]): QueryError {
  const ids = rows.slice(0, MOST_OF_ONE_NAME).map((row) => String(row[entity.idColumn]))
  const more = rows.length > MOST_OF_ONE_NAME ? ' and more' : ''
  return new QueryError(
    'several_records',
    `Several ${entity.name} records have the name "${name}".`,
    `Call again with one of these ids: ${ids.join(', ')}${more}; query_crm shows how they differ.`,
  )
}

function leftNote(row: Readonly<Record<string, unknown>>, kept: Readonly<Record<string, unknown>>): string[] {
  const left = Object.keys(row).length - Object.keys(kept).length
  return left > 0 ? [`${left} columns did not fit; name the columns you need in select.`] : []
}
