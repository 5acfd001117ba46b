import type { Column, Entity, Table } from '../../../metadata/model.ts'
import type { AskedOperation, Problem } from '../../model.ts'
import type { ChangeContext } from '../../operation.ts'
import { currentRow, type CurrentRow } from '../../plan/current-row.ts'
import { findRecord, notFound } from '../../plan/find-record.ts'
import { rightsProblems } from '../../plan/rights.ts'
import { nameIn } from '../../plan/summary.ts'
import type { WritableTable } from '../../writable/writable.ts'
import { standingColumns } from './closable.ts'

/** The row that an operation is about, as far as it can be had. */
export type Target = {
  readonly table: Table
  readonly writable: WritableTable
  readonly current?: CurrentRow
  readonly id?: string
  readonly name?: string
  readonly problems: readonly Problem[]
}

/**
 * The row that is asked for, and what stands in the way of changing it.
 * @param more logical names of columns to read besides those that say what the row is at
 */
export async function targetOf(
  table: Table,
  asked: AskedOperation,
  more: readonly string[],
  context: ChangeContext,
): Promise<Target> {
  const { entity } = table
  const [writable, others] = await Promise.all([context.writable(table), otherEntity(asked, entity, context)])
  if (asked.id === undefined) return { table, writable, problems: [...others, noId(asked, entity)] }
  const found = await findRecord(asked.id, entity, context)
  if ('problem' in found) return { table, writable, problems: [...others, found.problem] }
  const { id } = found
  const columns = columnsNamed(more, table)
  const current = await currentRow({ table, id, columns: [...standingColumns(table), ...columns] }, context)
  if (!current) return { table, writable, problems: [...others, notFound(asked.id, entity)] }
  const name = nameIn(current.row, table)
  return {
    table,
    writable,
    current,
    id,
    ...(name !== undefined && { name }),
    problems: [...others, ...rightsProblems(current, [])],
  }
}

function columnsNamed(names: readonly string[], { byName }: Table): Column[] {
  return names.flatMap((name) => byName.get(name) ?? [])
}

/** A table that was named, and is not the one that the operation is about. */
async function otherEntity(
  { entity: named, tool }: AskedOperation,
  { name }: Entity,
  { metadata }: ChangeContext,
): Promise<readonly Problem[]> {
  if (named === undefined) return []
  const { byName } = await metadata.entities()
  if (byName.get(named.trim().toLowerCase())?.name === name) return []
  const text = `${tool} is about records of ${name} alone.`
  const nextStep = 'Leave entity out, and pass the id of such a record.'
  return [{ code: 'value_invalid', column: 'entity', text, nextStep }]
}

function noId({ tool }: AskedOperation, { name }: Entity): Problem {
  return {
    code: 'required_missing',
    column: 'id',
    text: `${tool} has to know which ${name} is meant.`,
    nextStep: 'Pass id: as search or query_crm give it, a link to the record, or its exact name.',
  }
}
