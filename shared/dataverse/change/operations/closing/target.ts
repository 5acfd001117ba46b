import type { Column, Entity, Table } from '../../../metadata/model.ts'
import type { AskedOperation, Problem } from '../../model.ts'
import type { ChangeContext } from '../../operation.ts'
import { currentRow, type CurrentRow } from '../../plan/current-row.ts'
import { rightsProblems } from '../../plan/rights.ts'
import { findRow } from '../../values/lookup.ts'
import { ValueRefused } from '../../values/place.ts'
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
  const found = asked.id === undefined ? noId(asked, entity) : await idOf(asked.id, entity, context)
  if (typeof found !== 'string') return { table, writable, problems: [...others, found] }
  const columns = columnsNamed(more, table)
  const current = await currentRow({ table, id: found, columns: [...standingColumns(table), ...columns] }, context)
  if (!current) return { table, writable, problems: [...others, notThere(entity)] }
  const name = current.row[entity.nameColumn ?? '']
  return {
    table,
    writable,
    current,
    id: found,
    ...(typeof name === 'string' && { name }),
    problems: [...others, ...rightsProblems(current, [])],
  }
}

function columnsNamed(names: readonly string[], { byName }: Table): Column[] {
  return names.flatMap((name) => byName.get(name) ?? [])
}

/** The id of a row that is told by its id, a link or its name. */
async function idOf(written: string, entity: Entity, context: ChangeContext): Promise<string | Problem> {
  const place = { column: 'id', label: 'id', note: () => undefined }
  try {
    return (await findRow(written, [entity], place, context)).id
  } catch (error) {
    if (error instanceof ValueRefused) return ofRecord(error.problem, entity)
    throw error
  }
}

/** A lookup stands among the changes, and an id beside them. */
function ofRecord({ code, text, candidates = [] }: Problem, entity: Entity): Problem {
  const [first] = candidates
  if (!first) return code === 'hidden_by_administrator' ? { ...byIdAlone, text } : notThere(entity)
  const nextStep = `Ask the person which of them is meant, and pass its id, e.g. "id":"${first.id}".`
  return { code, column: 'id', text, candidates, nextStep }
}

const byIdAlone = {
  code: 'hidden_by_administrator',
  column: 'id',
  nextStep: 'Ask the person for a link to the record, and pass it as id.',
} as const

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

function notThere({ name }: Entity): Problem {
  return {
    code: 'record_not_found',
    column: 'id',
    text: `There is no such ${name} that the person may read.`,
    nextStep: 'Look for it by its name with search or query_crm, and pass the id that they give.',
  }
}
