import { hiddenColumn, type Findings } from '../../../dataverse/column-security/findings.ts'
import type { Visible } from '../../../dataverse/column-security/resolve-visible.ts'
import { QueryError } from '../../../dataverse/errors.ts'
import { keptColumn } from '../../../dataverse/hiding/refusals.ts'
import { allButFiles } from '../../../dataverse/metadata/file-columns.ts'
import type { Entity } from '../../../dataverse/metadata/model.ts'
import type { OutputColumn } from '../../../dataverse/query/model/output-column.ts'
import { filterOf, plainAttribute, type Query } from '../../../dataverse/query/model/query.ts'
import { findColumn, hiddenColumnNamed } from '../../../dataverse/query/resolve/names/find-column.ts'
import type { ResolvedQuery } from '../../../dataverse/query/resolve/resolved-query.ts'
import { fetchPath } from '../../../dataverse/query/to-wire/first-page.ts'
import { recordOptions } from '../../../dataverse/query/to-wire/record-options.ts'
import { keyPredicate, readGuid, type KeyValue } from '../../../dataverse/records/record-key.ts'
import { expandRows } from '../../../dataverse/rows/expand-rows.ts'
import { planOf } from '../../../dataverse/rows/expansion-plan.ts'
import { nestLinks } from '../../../dataverse/rows/nest-links.ts'
import { Page, Row } from '../../../dataverse/rows/rows.ts'
import { withOptions } from '../../../dataverse/web-api/url.ts'
import type { ToolContext } from '../../tool/tool.ts'
import { noSuchRecord } from './no-such-record.ts'

/** Enough to tell records of one name apart. */
const MOST_OF_ONE_NAME = 5

type Reading = ToolContext & { readonly findings: Findings }

/** A record as it is asked for. */
export type AskedRecord = ResolvedQuery &
  Visible & {
    /** Whether columns were named; else all that are filled come. */
    readonly named: boolean
    readonly shown: readonly OutputColumn[]
  }

/** By which a record is told. */
export type RecordKey = { readonly id?: string | undefined; readonly key?: readonly KeyValue[] | undefined }

/**
 * The row of one record, with related rows: one request where it is told by key, or by a name of its own.
 * @throws QueryError for no or several records of a name; DataverseError
 */
export async function readRecord({ id, key }: RecordKey, asked: AskedRecord, context: Reading): Promise<Row> {
  if ((id === undefined) === (key === undefined)) {
    throw new QueryError(
      'invalid_arguments',
      'Exactly one of id and key is needed.',
      'Pass the id, the name as id, or a key.',
    )
  }
  if (key) await checkKey(key, asked, context)
  const predicate = key ? keyPredicate(asked.table, key) : readGuid(id ?? '')
  const told = key ?? [
    { column: predicate === undefined ? (asked.entity.nameColumn ?? '') : asked.entity.idColumn, value: id ?? '' },
  ]
  context.about({ queries: [{ query: queryBy(told, asked), expansions: asked.expansions.map(planOf) }] })
  return predicate === undefined
    ? await readByName(id?.trim() ?? '', asked, context)
    : await readByKey(predicate, asked, context)
}

/** With what is left to read once the record is known: the rows behind lookups to many tables. */
async function readByKey(
  predicate: string,
  { entity, table, columns, expansions, named }: AskedRecord,
  { dataverse, metadata, findings }: Reading,
): Promise<Row> {
  const options = recordOptions(named ? columns.map(({ column }) => column) : allButFiles(table), expansions)
  const row = await dataverse.get(withOptions(`${entity.entitySet}(${predicate})`, options), Row)
  const plans = expansions.map(planOf)
  const [read = row] = await expandRows([row], entity, plans, { api: dataverse, metadata, findings })
  return read
}

/** The reading of a record as a query, for the audit event. */
function queryBy(key: readonly KeyValue[], { query, table, named }: AskedRecord): Query {
  const conditions = key.map(({ column, value }) => {
    const attribute = findColumn(table, column)?.name ?? table.entity.idColumn
    return { attribute, operator: 'eq', values: [value] }
  })
  const all = named ? {} : { attributes: [], allAttributes: true }
  return { ...query, entity: { ...query.entity, ...all, filters: [filterOf('and', { conditions })] } }
}

async function readByName(
  name: string,
  { query, entity, table, expansions, named }: AskedRecord,
  context: Reading,
): Promise<Row> {
  const { dataverse, metadata, findings } = context
  if (entity.nameColumn === undefined || name === '') {
    const step = `Pass an id that query_crm gives: ${JSON.stringify({ entity: entity.name, ids: true })}.`
    throw new QueryError('invalid_id', `"${name}" is no id of ${entity.name}.`, step)
  }
  // `contains` and its kin take wildcards; an equality does not.
  const filters = [filterOf('and', { conditions: [{ attribute: entity.nameColumn, operator: 'eq', values: [name] }] })]
  const all = allButFiles(table).map(({ name }) => plainAttribute(name))
  const columns = named ? {} : { attributes: all, allAttributes: all.length === 0 }
  const list: Query = { ...query, entity: { ...query.entity, ...columns, filters } }
  const { value } = await dataverse.get(fetchPath(list, entity, { page: 1, count: MOST_OF_ONE_NAME + 1 }), Page)
  const [only, ...others] = value
  if (!only) throw await noSuchRecord(name, table, context)
  if (others.length > 0) throw severalOf(name, entity, value)
  const plans = expansions.map(planOf)
  const [read = only] = await expandRows(nestLinks([only], plans), entity, plans, {
    api: dataverse,
    metadata,
    findings,
  })
  return read
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

/** Whether a row has a value that nobody shows is not told by finding it by that value. */
async function checkKey(key: readonly KeyValue[], { table }: AskedRecord, { metadata }: ToolContext): Promise<void> {
  const sight = await metadata.sight([table])
  for (const { column: name } of key) {
    const column = findColumn(table, name) ?? hiddenColumnNamed(table, name)
    if (column?.hiding !== undefined) throw keptColumn(column.name, table.entity.name, column.hiding, 'key')
    if (column && sight(column) === 'hidden') throw hiddenColumn(column.name, table.entity.name, 'key')
  }
}
