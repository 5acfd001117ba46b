import * as z from 'zod'
import { createFindings, seenBy, type Findings } from '../../dataverse/column-security/findings.ts'
import { resolveVisible } from '../../dataverse/column-security/resolve-visible.ts'
import { QueryError } from '../../dataverse/errors.ts'
import { entityRead } from '../../dataverse/metadata/entity-read.ts'
import { withFreshNames } from '../../dataverse/metadata/cache/fresh-names.ts'
import type { Entity, Metadata, Table } from '../../dataverse/metadata/model.ts'
import { isBaseTwin, orderColumns } from '../../dataverse/metadata/column-order.ts'
import { outputOf } from '../../dataverse/query/model/output-column.ts'
import { plainAttribute } from '../../dataverse/query/model/query.ts'
import { readOptions } from '../../dataverse/query/from-odata/read-options.ts'
import { collectNotes } from '../../dataverse/query/say/notes.ts'
import { expandedRecords, recordsOf } from '../../dataverse/records/records-read.ts'
import { findReference, readId } from '../../dataverse/records/record-reference.ts'
import { labelValues, type DenseColumn, type DenseRows } from '../../dataverse/rows/dense-rows.ts'
import { planOf } from '../../dataverse/rows/expansion-plan.ts'
import { kindOf, recordLink } from '../../dataverse/rows/record-link.ts'
import type { Row } from '../../dataverse/rows/rows.ts'
import { readableRecord } from '../tool/readable-text.ts'
import { fitRow, plainRow } from '../tool/result.ts'
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
import { readRecord, type AskedRecord } from './record/read-record.ts'

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
  input: () => input,
  output: () =>
    z.object({
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
    const row = await readRecord(args, asked, { ...context, findings })
    const id = z.string().parse(row[entity.idColumn])
    const plans = asked.expansions.map(planOf)
    const dense = await denseOf([row], asked.shown, { ...asked, expansions: plans }, context.metadata)
    const link = recordLink(context.dataverseUrl, { name: kindOf(row, entity.name) }, id)
    const interpreted = [...new Set([...entityRead(args.entity, entity), ...asked.interpreted])]
    if (!asked.named) await findHidden(row, asked, context, findings)
    const hidden = [...asked.hidden, ...findings.sentences()]
    const told = recordOf(dense, asked.named)
    const all = labelValues(dense, 1, true)
    const structured = fitRow(told.record, context.limits.resultBytes, (record) => {
      const isHere = (name: string) => name in record || !(name in told.record)
      const columns = told.columns.filter(({ name }) => isHere(name))
      const values = Object.fromEntries(Object.entries(all).filter(([name]) => isHere(name)))
      const notes = [...hidden, ...leftNote(told.record, record), ...manyRelatedNotes(dense)]
      return {
        entity: entity.name,
        id,
        link,
        ...(notes.length > 0 && { notes }),
        ...(interpreted.length > 0 && { interpreted }),
        ...(columns.length > 0 && { columns }),
        record,
        ...(Object.keys(values).length > 0 && { values }),
      }
    })
    const { notes = [], columns = [], record, values = {} } = structured
    const heading = `${entity.name} ${id}: ${link}`
    const first = [...notes, ...interpreted]
    const related = await expandedRecords([row], entity, plans, context.metadata)
    const text = readableRecord({ heading, first, columns, record, values })
    return { structured, rows: 1, records: [recordsOf(entity, [row]), ...related], text }
  },
})

type ToldRecord = {
  readonly record: Readonly<Record<string, unknown>>
  /** Of amounts and lists, whose cells do not say what they are. */
  readonly columns: readonly DenseColumn[]
}

/** A column that was asked for is told even where it is empty. */
function recordOf(dense: DenseRows, named: boolean): ToldRecord {
  const row = plainRow(dense.rows[0] ?? [], dense)
  const cells = dense.columns.map((column, at) => ({ column, cell: row[at] ?? null }))
  const told = cells.filter(({ cell }) => named || cell !== null)
  return {
    record: Object.fromEntries(told.map(({ column, cell }) => [column.name, cell])),
    columns: told.flatMap(({ column }) => (column.kind === 'money' || column.columns ? [column] : [])),
  }
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

async function askedOf(
  { entity, select, expand }: Arguments,
  table: Table,
  metadata: Metadata,
  context: ToolContext,
): Promise<AskedRecord> {
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
async function findHidden(
  row: Row,
  { table }: AskedRecord,
  { metadata }: ToolContext,
  findings: Findings,
): Promise<void> {
  const sight = await metadata.sight([table])
  const { main, rest } = orderColumns(table)
  const empty = [...main, ...rest].filter(({ property }) => row[property] === null || row[property] === undefined)
  for (const column of empty) if (!isBaseTwin(column, table)) findings.add(column.name, sight(column))
  const masked = [...main, ...rest].filter((column) => column.hiding !== undefined && !empty.includes(column))
  for (const column of masked) findings.add(column.name, seenBy(sight, column))
}

function leftNote(row: Readonly<Record<string, unknown>>, kept: Readonly<Record<string, unknown>>): string[] {
  const left = Object.keys(row).length - Object.keys(kept).length
  return left > 0 ? [`${left} columns did not fit; name the columns you need in select.`] : []
}
