import { QueryError } from '../../errors.ts'
import type { Table } from '../../metadata/model.ts'
import type { PlannedChange } from '../model.ts'
import type { ChangeContext } from '../operation.ts'
import { memberOf } from '../values/wire-value.ts'
import type { WritableTable } from '../writable/writable.ts'
import { personClock } from './writing.ts'

/** Metadata no longer gives what was previewed: a choice was renamed, a column is gone. */
export function previewAgain(): QueryError {
  return new QueryError(
    'preview_again',
    'Dynamics 365 was set up otherwise since the change was previewed; nothing was written.',
    'Call preview_change again with the same values, and show the person what it gives.',
  )
}

/**
 * The body for changes as they stand in the arguments of a call: each lookup by the navigation property that metadata
 * gives it. @throws QueryError `preview_again`
 */
export async function bodyOf(
  changes: readonly PlannedChange[],
  { table, writable }: { readonly table: Table; readonly writable: WritableTable },
  context: ChangeContext,
): Promise<Record<string, unknown>> {
  const clock = await personClock(context)
  const { byName: entities } = await context.metadata.entities()
  const members = changes.map((change) => {
    const column = table.byName.get(change.column)
    const rules = writable.columns.get(change.column)
    const member = column && memberOf(column, change, { table, rules, clock, entities })
    if (!member) throw previewAgain()
    return member
  })
  return Object.fromEntries(members)
}
