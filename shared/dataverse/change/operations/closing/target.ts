import type { Entity, Table } from '../../../metadata/model.ts'
import { Row } from '../../../rows/rows.ts'
import { withOptions } from '../../../web-api/url.ts'
import type { AskedOperation, Problem } from '../../model.ts'
import type { ChangeContext } from '../../operation.ts'
import type { WritableTable } from '../../writable/writable.ts'
import { findRecord, isMissing, rightsProblem } from '../parts.ts'
import { shownProperties, standingProperties } from './closable.ts'

/** The row that an operation is about, as far as it can be had. */
export type Target = {
  readonly table: Table
  readonly writable: WritableTable
  readonly row?: Row
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
  const base = { table, writable: await context.writable(table) }
  const others = await otherEntity(asked, entity, context)
  if (asked.id === undefined) return { ...base, problems: [...others, noId(asked, entity)] }
  const found = await findRecord(asked.id, entity, context)
  if ('code' in found) return { ...base, problems: [...others, found] }
  const { id } = found
  const row = await readRow(table, id, more, context)
  if (!row) return { ...base, problems: [...others, notThere(entity)] }
  const right = await rightsProblem(id, entity, 'WriteAccess', context)
  const name = row[entity.nameColumn ?? '']
  return {
    ...base,
    row,
    id,
    ...(typeof name === 'string' && { name }),
    problems: [...others, ...(right ? [right] : [])],
  }
}

async function readRow(
  table: Table,
  id: string,
  more: readonly string[],
  { dataverse }: ChangeContext,
): Promise<Row | undefined> {
  const { entity, byName } = table
  const shown = shownProperties([entity.nameColumn ?? '', ...more], byName)
  const select = new Set([entity.idColumn, ...shown, ...standingProperties(table)])
  try {
    return await dataverse.get(withOptions(`${entity.entitySet}(${id})`, { $select: [...select].join(',') }), Row)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** A table that was named, and is not the one that the operation is about. */
async function otherEntity({ entity: named, tool }: AskedOperation, { name }: Entity, { metadata }: ChangeContext) {
  if (named === undefined) return []
  const { byName } = await metadata.entities()
  if (byName.get(named.trim().toLowerCase())?.name === name) return []
  const problem: Problem = {
    code: 'value_invalid',
    column: 'entity',
    text: `${tool} is about the entity ${name} alone.`,
    nextStep: `Leave entity out, and pass the id of such a record.`,
  }
  return [problem]
}

function noId({ tool }: AskedOperation, { name }: Entity): Problem {
  return {
    code: 'required_missing',
    column: 'id',
    text: `${tool} needs to know which ${name} is meant.`,
    nextStep: `Pass id: its id as search and query_crm give it, a link to it, or its exact name.`,
  }
}

function notThere({ name }: Entity): Problem {
  return {
    code: 'record_not_found',
    column: 'id',
    text: `There is no such ${name} that the person may read.`,
    nextStep: `Look for it by its name with search or query_crm, and pass the id that they give.`,
  }
}
