import { DataverseError, QueryError } from '../../errors.ts'
import type { Entity, Table } from '../../metadata/model.ts'
import { findReference } from '../../records/record-reference.ts'
import { readGuid } from '../../records/record-key.ts'
import type { AskedChange, PlannedChange, Problem } from '../model.ts'
import type { ChangeContext } from '../operation.ts'
import type { WritableTable } from '../writable/writable.ts'

// PROVISIONAL: stands in for what the branch wt-plan brings.
export type PlannedValues = {
  readonly changes: readonly PlannedChange[]
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
  readonly human: boolean
}

export async function planValues(
  asked: readonly AskedChange[],
  { table }: { readonly table: Table; readonly writable: WritableTable; readonly operation: 'create' },
  _context: ChangeContext,
): Promise<PlannedValues> {
  const changes = asked.map(({ column, to, entity }): PlannedChange => {
    const found = table.byName.get(column)
    return { column, label: found?.label ?? column, to, ...(entity !== undefined && { entity }) }
  })
  return { changes, problems: [], notes: [], human: false }
}

export async function bodyOf(changes: readonly PlannedChange[], _table: Table, _context: ChangeContext) {
  return Object.fromEntries(changes.map(({ column, to }) => [column, to]))
}

export async function findRecord(
  written: string,
  entity: Entity,
  context: ChangeContext,
): Promise<{ readonly id: string } | Problem> {
  const id = readGuid(findReference(written, context.dataverseUrl)?.id ?? written)
  if (id !== undefined) return { id }
  const found = await context.namedRows.find(entity, [entity.nameColumn ?? entity.idColumn], written, 'eq', 2)
  const [only] = found
  if (only && found.length === 1) return { id: only.id }
  return { code: 'record_not_found', text: 'No such record.', nextStep: 'Pass an id.' }
}

export const isMissing = (error: unknown): boolean => error instanceof DataverseError && error.status === 404

export async function rightsProblem(
  _id: string,
  _entity: Entity,
  _right: string,
  _context: ChangeContext,
): Promise<Problem | undefined> {
  return undefined
}

export const previewAgain = (): QueryError =>
  new QueryError('preview_again' as never, 'Metadata has changed since the preview.', 'Call preview_change again.')

export async function findRow(
  to: string | number | boolean,
  targets: readonly Entity[],
  place: { readonly column: string; readonly label: string; readonly entity?: string | undefined },
  context: ChangeContext,
): Promise<{ readonly id: string; readonly entity: string; readonly name?: string }> {
  for (const entity of targets) {
    const found = await findRecord(String(to), entity, context)
    if ('id' in found) return { id: found.id, entity: entity.name }
  }
  throw new TypeError(`no row ${place.column}`)
}

export const readYes = (to: string | number | boolean, _column: unknown, _place: unknown): boolean =>
  String(to) === 'true'


export class ValueRefused extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.text)
    this.problem = problem
  }
}
