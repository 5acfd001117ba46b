import type { Option } from '../../../metadata/model.ts'
import { findOption } from '../../../query/resolve/values/find-option.ts'
import type { Row } from '../../../rows/rows.ts'
import type { Problem } from '../../model.ts'
import { nameOf } from '../../values/choice.ts'
import { pass } from '../../values/place.ts'
import type { PlannedValue } from '../plan-values.ts'
import type { Writing } from '../writing.ts'

const MOST_OFFERED = 5

/**
 * A status reason belongs to a state, and may follow only on some others.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/define-custom-state-model-transitions
 */
export function statusProblems(
  { table, writable }: Pick<Writing, 'table' | 'writable'>,
  row: Row | undefined,
  values: readonly PlannedValue[],
): Problem[] {
  const reason = values.find(({ column }) => column.name === 'statuscode')
  const wanted = reason && findOption(reason.column, String(reason.change.to))
  if (!reason || wanted?.state === undefined) return []
  const asked = values.find(({ column }) => column.name === 'statecode')
  const state = asked ? findOption(asked.column, String(asked.change.to))?.value : (row?.['statecode'] ?? 0)
  const now = row?.['statuscode']
  const next = typeof now === 'number' ? writable.transitions?.get(now) : undefined
  const isReachable = ({ value }: Option): boolean => next === undefined || value === now || next.includes(value)
  const all = reason.column.options ?? []
  const fitting = all.filter((option) => option.state === state && isReachable(option) && option.value !== now)
  if (wanted.state === state && isReachable(wanted)) return []
  const stateLabel = table.byName.get('statecode')?.options?.find(({ value }) => value === wanted.state)?.label
  const why =
    wanted.state === state
      ? `does not follow on what the record has now`
      : `is one of the state ${stateLabel ?? wanted.state}, in which the record is not`
  return [
    {
      code: 'value_invalid',
      column: reason.written,
      text: `${reason.change.label} ${wanted.label} ${why}.`,
      nextStep:
        fitting.length > 0
          ? `Ask the person which is meant. ${pass({ column: reason.written }, ...fitting.slice(0, MOST_OFFERED).map((one) => nameOf(one, reason.column)))}`
          : `Leave ${reason.written} out; the person sets it in Dynamics 365.`,
    },
  ]
}
