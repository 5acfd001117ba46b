import type { Entity, Table } from '../../metadata/model.ts'
import { clockOf, type Clock } from '../../query/resolve/values/clock.ts'
import { findColumn, hiddenColumnNamed } from '../../query/resolve/names/find-column.ts'
import { wayNamed } from '../../query/resolve/joins/find-navigation.ts'
import type { AskedChange } from '../model.ts'
import type { ChangeContext } from '../operation.ts'
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

/** With a table that was read again where a name is not among its columns: it may have been published a moment ago. */
export async function writingOf(
  entity: Entity,
  operation: Writing['operation'],
  asked: readonly AskedChange[],
  { metadata, writable }: ChangeContext,
): Promise<Writing> {
  const known = await metadata.table(entity)
  const isKnown = asked.every(({ column }) => isNamed(known, column))
  const table = isKnown ? known : await metadata.table(entity, { fresh: true })
  return { table, writable: await writable(table), operation }
}

function isNamed(table: Table, name: string): boolean {
  return [findColumn(table, name), hiddenColumnNamed(table, name), wayNamed(table.navigations, name)].some(Boolean)
}
