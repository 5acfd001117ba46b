import * as z from 'zod'
import { createFindings, hiddenColumn, type Findings } from '../../dataverse/column-security/findings.ts'
import { resolveVisible, type Visible } from '../../dataverse/column-security/resolve-visible.ts'
import { QueryError } from '../../dataverse/errors.ts'
import { entityRead } from '../../dataverse/metadata/entity-read.ts'
import { withFreshNames } from '../../dataverse/metadata/cache/fresh-names.ts'
import type { Entity, Metadata, Table } from '../../dataverse/metadata/model.ts'
import { isBaseTwin, orderColumns } from '../../dataverse/metadata/column-order.ts'
import { outputOf, type OutputColumn } from '../../dataverse/query/model/output-column.ts'
import { filterOf, plainAttribute, type Query } from '../../dataverse/query/model/query.ts'
import { readOptions } from '../../dataverse/query/from-odata/read-options.ts'
import type { ResolvedQuery } from '../../dataverse/query/resolve/resolved-query.ts'
import { collectNotes } from '../../dataverse/query/say/notes.ts'
import { fetchPath } from '../../dataverse/query/to-wire/first-page.ts'
import { recordOptions } from '../../dataverse/query/to-wire/record-options.ts'
import { findColumn } from '../../dataverse/query/resolve/names/find-column.ts'
import { keyPredicate, readGuid, type KeyValue } from '../../dataverse/records/record-key.ts'
import { findReference, readId } from '../../dataverse/records/record-reference.ts'
import { labelValues, type DenseColumn, type DenseRows, type LabelValues } from '../../dataverse/rows/dense-rows.ts'
import { expandRows } from '../../dataverse/rows/expand-rows.ts'
import { planOf } from '../../dataverse/rows/expansion-plan.ts'
import { nestLinks } from '../../dataverse/rows/nest-links.ts'
import { recordLink } from '../../dataverse/rows/record-link.ts'
import { Page, Row } from '../../dataverse/rows/rows.ts'
import { withOptions } from '../../dataverse/web-api/url.ts'
import { readableRecord } from '../tool/readable-text.ts'
import { bytesForRows, fitRow } from '../tool/result.ts'
import {
  ColumnsArgument,
  ColumnsSchema,
  EntityArgument,
  ExpandArgument,
  NotesSchema,
  RowSchema,
  ValuesSchema,
} from '../tool/row-schemas.ts'
import { defineTool, type ToolContext } from '../tool/tool.ts'
import { denseOf } from './query/known-columns.ts'
import { manyRelatedNotes } from './query/many-related.ts'
import { resolveDeps } from './query/resolve-deps.ts'

/** Enough to tell records of one name apart. */
const MOST_OF_ONE_NAME = 5

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/define-alternate-keys-entity */
const MOST_KEY_COLUMNS = 16

/** Old links repeat their parameters, percent-encoded twice. */
const LONGEST_ID = 2_000

const input = z.object({
  entity: EntityArgument,
  id: z
    .string()
    .max(LONGEST_ID)
    .optional()
    .describe('The id (a GUID), an id of search, a link to the record, or the exact primary name'),
  key: z
    .array(z.object({ column: z.string().min(1).max(200), value: z.string().max(300) }))
    .min(1)
    .max(MOST_KEY_COLUMNS)
    .optional()
    .describe('Instead of id: an alternate key, [{"column":"accountnumber","value":"A-100"}]'),
  select: ColumnsArgument.optional().describe('Columns to return; all that are filled when left out'),
  expand: ExpandArgument.describe('Related rows: lookups or collections, with their columns'),
})
type Arguments = z.output<typeof input>

/** Reads one record: one Dataverse request once the entity is known. */
export const getRecord = defineTool({
  name: 'get_record',
  title: 'Get one record',
  description:
    'Use this when one Dynamics 365 record is known, by id, link, exact name or alternate key, and its columns are wanted as values: those asked for or all that are filled, and related rows on request. For several records use query_crm; to read one as text, fetch.',
  status: { invoking: 'Reading the record', invoked: 'Read the record' },
  input,
  output: z.object({
    entity: z.string(),
    id: z.string(),
    link: z.string().describe('Opens the record in Dynamics 365'),
    notes: NotesSchema,
    interpreted: z.array(z.string()).optional(),
    columns: ColumnsSchema.optional(),
    record: RowSchema.describe('By column; cells as in query_crm'),
    values: ValuesSchema,
  }),
  run: async (given, context) => {
    const entity = await context.metadata.entity(given.entity)
    context.about({ entity: entity.name })
    const args = await withPlainId(given, entity, context)
    const asked = await withFreshNames(
      context.metadata,
      async (metadata) => await askedOf(args, await metadata.table(entity), metadata, context),
    )
    const findings = createFindings()
    const row = await readRow(args, asked, { ...context, findings })
    const id = z.string().parse(row[entity.idColumn])
    const plans = asked.expansions.map(planOf)
    const dense = await denseOf([row], asked.shown, { ...asked, expansions: plans }, context.metadata)
    const link = recordLink(context.dataverseUrl, entity, id)
    const interpreted = [...new Set([...entityRead(args.entity, entity), ...asked.interpreted])]
    if (!asked.named) await findHidden(row, asked, context, findings)
    const hidden = [...asked.hidden, ...findings.sentences()]
    const told = recordOf(dense, asked.named)
    const frame = { entity: entity.name, id, link, interpreted, notes: hidden, columns: told.columns }
    const { record, values } = fitRecord(dense, told.record, bytesForRows(context.limits.resultBytes, frame))
    const notes = [...hidden, ...leftNote(told.record, record), ...manyRelatedNotes(dense)]
    const structured = {
      entity: entity.name,
      id,
      link,
      ...(notes.length > 0 && { notes }),
      ...(interpreted.length > 0 && { interpreted }),
      ...(told.columns.length > 0 && { columns: told.columns }),
      record,
      ...(Object.keys(values).length > 0 && { values }),
    }
    const heading = `${entity.name} ${id}: ${link}`
    const first = [...notes, ...interpreted]
    return { structured, rows: 1, text: readableRecord({ heading, first, columns: told.columns, record, values }) }
  },
})

type ToldRecord = {
  readonly record: Readonly<Record<string, unknown>>
  /** Of amounts and lists, whose cells do not say what they are. */
  readonly columns: readonly DenseColumn[]
}

/** A column that was asked for is told even where it is empty. */
function recordOf({ columns, rows: [row = []] }: DenseRows, named: boolean): ToldRecord {
  const cells = columns.map((column, at) => ({ column, cell: row[at] ?? null }))
  const told = cells.filter(({ cell }) => named || cell !== null)
  return {
    record: Object.fromEntries(told.map(({ column, cell }) => [column.name, cell])),
    columns: told.flatMap(({ column }) => (column.kind === 'money' || column.columns ? [column] : [])),
  }
}

type FittedRecord = { readonly record: Record<string, unknown>; readonly values: LabelValues }

function fitRecord(dense: DenseRows, record: ToldRecord['record'], bytes: number): FittedRecord {
  const values = labelValues(dense, 1, true)
  const fitted = fitRow(record, bytesForRows(bytes, values))
  const left = Object.entries(values).filter(([name]) => name in fitted || !(name in record))
  return { record: fitted, values: Object.fromEntries(left) }
}

/** With a GUID for an id, where the text that was given says which; else it may be a name. */
async function withPlainId(args: Arguments, entity: Entity, context: ToolContext): Promise<Arguments> {
  if (args.id === undefined) return args
  const reference = findReference(args.id, context.dataverseUrl)
  const named = reference && (await context.metadata.entity(reference.entity))
  if (named && named.name !== entity.name) throw contradiction(entity, named)
  const id = readId(reference?.id ?? args.id, entity, context.caller.systemUserId)
  return { ...args, id: id ?? args.id }
}

function contradiction({ name }: Entity, { name: other }: Entity): QueryError {
  return new QueryError(
    'invalid_arguments',
    `The argument entity says ${name}, and the id leads to a record of ${other}.`,
    `Pass "entity":"${other}" for that record, or an id of ${name}.`,
  )
}

type Reading = ToolContext & { readonly findings: Findings }

type Asked = ResolvedQuery &
  Visible & {
    /** Whether columns were named; else all that are filled come. */
    readonly named: boolean
    readonly shown: readonly OutputColumn[]
  }

async function askedOf(
  { entity, select, expand }: Arguments,
  table: Table,
  metadata: Metadata,
  context: ToolContext,
): Promise<Asked> {
  const { note, sentences } = collectNotes()
  const written = readOptions(entity, { select, expand }, note)
  const { defaults: _usual, ...deps } = resolveDeps(context, 'odata')
  const resolved = await resolveVisible(written, { ...deps, metadata })
  const { main, rest, technical } = orderColumns(table)
  const all = [...main, ...rest, ...technical].map((column) =>
    outputOf(plainAttribute(column.name), column, table.entity.name),
  )
  const interpreted = [...new Set([...sentences(), ...resolved.interpreted])]
  const named = select !== undefined
  return { ...resolved, interpreted, named, shown: named ? resolved.columns : all }
}

/** A value may be shared with the person for this very row: hidden are those that did not come. */
async function findHidden(row: Row, { table }: Asked, { metadata }: ToolContext, findings: Findings): Promise<void> {
  const sight = await metadata.sight([table])
  const { main, rest } = orderColumns(table)
  const empty = [...main, ...rest].filter(({ property }) => row[property] === null || row[property] === undefined)
  for (const column of empty) if (!isBaseTwin(column, table)) findings.add(column.name, sight(column))
}

/** Whether a row has a value that nobody shows is not told by finding it by that value. */
async function checkKey(key: readonly KeyValue[], { table }: Asked, { metadata }: ToolContext): Promise<void> {
  const sight = await metadata.sight([table])
  for (const { column: name } of key) {
    const column = findColumn(table, name)
    if (column && sight(column) === 'hidden') throw hiddenColumn(column.name, table.entity.name, 'key')
  }
}

async function readRow({ id, key }: Arguments, asked: Asked, context: Reading): Promise<Row> {
  if ((id === undefined) === (key === undefined)) {
    throw new QueryError(
      'invalid_arguments',
      'Exactly one of id and key is needed.',
      'Pass the id, the name as id, or a key.',
    )
  }
  if (key) await checkKey(key, asked, context)
  const predicate = key ? keyPredicate(asked.table, key) : readGuid(id ?? '')
  return predicate === undefined
    ? await readByName(id?.trim() ?? '', asked, context)
    : await readByKey(predicate, asked, context)
}

/** With what is left to read once the record is known: the rows behind lookups to many tables. */
async function readByKey(
  predicate: string,
  { entity, columns, expansions }: Asked,
  { dataverse, metadata, findings }: Reading,
): Promise<Row> {
  const options = recordOptions(
    columns.map(({ column }) => column),
    expansions,
  )
  const row = await dataverse.get(withOptions(`${entity.entitySet}(${predicate})`, options), Row)
  const plans = expansions.map(planOf)
  const [read = row] = await expandRows([row], entity, plans, { api: dataverse, metadata, findings })
  return read
}

async function readByName(
  name: string,
  { query, entity, expansions, named }: Asked,
  { dataverse, metadata, findings }: Reading,
): Promise<Row> {
  if (entity.nameColumn === undefined || name === '') {
    const step = 'Pass the id as query_crm gives it, e.g. 00000000-0000-0000-0000-000000000000.'
    throw new QueryError('invalid_id', `"${name}" is no id of ${entity.name}.`, step)
  }
  // `contains` and its kin take wildcards; an equality does not.
  const filters = [filterOf('and', { conditions: [{ attribute: entity.nameColumn, operator: 'eq', values: [name] }] })]
  const columns = named ? {} : { attributes: [], allAttributes: true }
  const list: Query = { ...query, entity: { ...query.entity, ...columns, filters } }
  const { value } = await dataverse.get(fetchPath(list, entity, { page: 1, count: MOST_OF_ONE_NAME + 1 }), Page)
  const [only, ...others] = value
  if (!only) throw noneOf(name, entity)
  if (others.length > 0) throw severalOf(name, entity, value)
  const plans = expansions.map(planOf)
  const [read = only] = await expandRows(nestLinks([only], plans), entity, plans, {
    api: dataverse,
    metadata,
    findings,
  })
  return read
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
