import type { Row } from '../../../rows/rows.ts'
import type { PlannedChange, Problem } from '../../model.ts'
import type { Clock } from '../../../query/resolve/values/clock.ts'
import { targetsOf } from '../../values/targets.ts'
import { cutText, hasValue, shownValue } from '../../values/shown-value.ts'
import type { PlannedValue } from '../plan-values.ts'
import type { Writing } from '../writing.ts'

export type Differences = {
  readonly changes: readonly PlannedChange[]
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
  /** The values that are not there yet. */
  readonly values: readonly PlannedValue[]
}

export type Before = { readonly row: Row; readonly clock: Clock; readonly currency?: string | undefined }

/** What of the values a row does not have yet, with what it has: what is as it is asked for is dropped, and said. */
export function differencesFrom(before: Before, values: readonly PlannedValue[], { table }: Writing): Differences {
  const { row, clock } = before
  const left = values.filter(({ column, change, rules }) => hasValue(row, column, change, { rules, clock }) !== true)
  const same = values.filter((value) => !left.includes(value)).map(({ change }) => change.label)
  return {
    values: left,
    changes: left.map((value) => withFrom(value, before, table)),
    problems: left.flatMap(emptied),
    notes: [
      ...(same.length > 0 ? [`Already as asked for, and left out: ${same.join(', ')}.`] : []),
      ...left.flatMap((value) => choicesNote(value, before)),
    ],
  }
}

function withFrom(
  { change, column, rules }: PlannedValue,
  { row, clock, currency }: Before,
  table: Writing['table'],
): PlannedChange {
  const was = shownValue(row, column, { rules, clock })
  const { column: name, label, to, id, entity } = change
  // Emptied is a lookup by the way to the table of the row that it leads to.
  const behind = to === null && targetsOf(table, column).length > 1 ? was?.entity : entity
  return {
    column: name,
    label: column.type === 'Money' && currency !== undefined ? `${label} (${currency})` : label,
    ...(was !== undefined && { from: was.to }),
    to,
    ...(id !== undefined && { id }),
    ...(behind !== undefined && { entity: behind }),
  }
}

/** What forms do not leave empty is not emptied past them. */
function emptied({ change, rules, written }: PlannedValue): Problem[] {
  const isRequired = rules?.required === 'application' || rules?.required === 'system'
  if (change.to !== null || !isRequired) return []
  const text = `${change.label} must not be empty.`
  return [
    {
      code: 'required_missing',
      column: written,
      text,
      nextStep: `Leave ${written} out, or ask the person for another value.`,
    },
  ]
}

/** Of several choices, what comes and what goes. */
function choicesNote({ change, column, rules }: PlannedValue, { row, clock }: Before): string[] {
  if (column.type !== 'MultiSelectPicklist') return []
  const was = shownValue(row, column, { rules, clock })?.to
  const [before, after] = [was, change.to].map((one) => (typeof one === 'string' ? one.split('; ') : []))
  const added = after?.filter((one) => !before?.includes(one)) ?? []
  const removed = before?.filter((one) => !after?.includes(one)) ?? []
  const parts = [
    ...(added.length > 0 ? [`adds ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`removes ${removed.join(', ')}`] : []),
  ]
  return [cutText(`${change.label}: ${parts.join(' and ')}.`)]
}
