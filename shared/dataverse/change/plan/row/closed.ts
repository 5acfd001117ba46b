import type { Table } from '../../../metadata/model.ts'
import type { Row } from '../../../rows/rows.ts'
import type { Problem } from '../../model.ts'
import type { PlannedValue } from '../plan-values.ts'

/** Dynamics 365 takes no change of these once they are closed; rows of other tables that are not active it does. */
const READ_ONLY_WHEN_CLOSED: ReadonlySet<string> = new Set([
  'contract',
  'incident',
  'invoice',
  'opportunity',
  'quote',
  'salesorder',
])

/** A closed record is reopened before it is changed. */
export function closedProblem(
  { entity, byName }: Table,
  row: Row,
  values: readonly PlannedValue[],
): Problem | undefined {
  const state = row['statecode']
  const reopens = values.some(({ column }) => column.name === 'statecode')
  if (!READ_ONLY_WHEN_CLOSED.has(entity.name) || typeof state !== 'number' || state === 0 || reopens) return undefined
  const label = byName.get('statecode')?.options?.find(({ value }) => value === state)?.label ?? String(state)
  return {
    code: 'record_closed',
    text: `The ${entity.label ?? entity.name} is ${label}, and Dynamics 365 takes no change of it then.`,
    nextStep:
      'Ask the person to reopen it in Dynamics 365, and then call preview_change again with the same arguments.',
  }
}
