import type { Entity, Table } from '../../metadata/model.ts'
import { clockOf, type Clock } from '../../query/resolve/values/clock.ts'
import { findColumn, hiddenColumnNamed } from '../../query/resolve/names/find-column.ts'
import { wayNamed } from '../../query/resolve/joins/find-navigation.ts'
import type { AskedChange, Problem } from '../model.ts'
import type { ChangeContext } from '../operation.ts'
import { permissionFor, type Permission } from '../policy/permission.ts'
import type { WritableTable } from '../writable/writable.ts'

/** A table as one operation writes it. */
export type Writing = {
  readonly table: Table
  readonly writable: WritableTable
  readonly operation: 'create' | 'update'
}

export async function personClock({ metadata, now }: Pick<ChangeContext, 'metadata' | 'now'>): Promise<Clock> {
  return clockOf(await metadata.person(), now())
}

/** A table as a call that was previewed writes it. */
export async function tableOf(
  entity: Entity,
  { metadata, writable }: ChangeContext,
): Promise<Omit<Writing, 'operation'>> {
  const table = await metadata.table(entity)
  return { table, writable: await writable(table) }
}

/** As {@link Writing}, with what this person may write of it; the rest is read only where that is something. */
export type Permitted = Writing & { readonly permission: Permission }
export type Refused = { readonly table: Table; readonly problem: Problem }

/** With a table that was read again where a name is not among its columns: it may have been published a moment ago. */
export async function writingOf(
  entity: Entity,
  operation: Writing['operation'],
  asked: readonly AskedChange[],
  context: ChangeContext,
): Promise<Permitted | Refused> {
  const { metadata } = context
  const known = await metadata.table(entity)
  const isKnown = asked.every(({ column }) => isNamed(known, column))
  const table = isKnown ? known : await metadata.table(entity, { fresh: true })
  const permission = await permissionFor(operation, table, context)
  if (permission.problem) return { table, problem: permission.problem }
  return { table, writable: await context.writable(table), operation, permission }
}

function isNamed(table: Table, name: string): boolean {
  return [findColumn(table, name), hiddenColumnNamed(table, name), wayNamed(table.navigations, name)].some(Boolean)
}
