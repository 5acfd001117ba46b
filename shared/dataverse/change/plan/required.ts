import type { Column } from '../../metadata/model.ts'
import { kindOf, WHAT } from '../../query/model/column-kind.ts'
import type { Problem } from '../model.ts'
import { nameOf } from '../values/choice.ts'
import { changeWith } from '../values/place.ts'
import { isReadable } from '../values/read-value.ts'
import { targetsOf } from '../values/targets.ts'
import type { WritableColumn } from '../writable/writable.ts'
import type { PlannedValue } from './plan-values.ts'
import type { Writing } from './writing.ts'

const MOST_LISTED = 15
/** Dataverse gives these a value itself where none is given: a state, an owner, no or yes, the person's currency. */
const FILLED_TYPES: ReadonlySet<string> = new Set(['State', 'Status', 'Owner', 'Boolean', 'Uniqueidentifier'])
const FILLED: ReadonlySet<string> = new Set(['transactioncurrencyid'])

/**
 * The columns of a new row that forms want filled, each with its type and choices, so that the person is asked once. The
 * API would take a row without them.
 * @param isOpen whether the policy lets the column be set
 */
export function requiredProblems(
  { table, writable }: Writing,
  values: readonly Pick<PlannedValue, 'column'>[],
  isOpen: (column: Column) => boolean,
): { readonly problems: readonly Problem[]; readonly notes: readonly string[] } {
  const given = new Set(values.map(({ column }) => column.name))
  const missing = [...table.byName.values()].filter((column) => {
    const rules = writable.columns.get(column.name)
    return (
      rules !== undefined && isWanted(column, rules) && !given.has(column.name) && column.name !== table.entity.idColumn
    )
  })
  const open = missing.filter(isOpen)
  const closed = missing.filter((column) => !open.includes(column)).map(labelOf)
  return {
    problems: open.map((column) => missingProblem(column, table, writable.columns.get(column.name))),
    notes:
      closed.length === 0
        ? []
        : [`Forms of Dynamics 365 want this filled, which is not set from here: ${closed.join(', ')}.`],
  }
}

function isWanted(column: Column, { required, create, computed, autoNumber }: WritableColumn): boolean {
  const isRequired = required === 'application' || required === 'system'
  const isFilled = FILLED_TYPES.has(column.type) || FILLED.has(column.name)
  return isRequired && create && !computed && !autoNumber && !isFilled && isReadable(column)
}

function labelOf({ name, label = name }: Column): string {
  return label
}

function missingProblem(column: Column, table: Writing['table'], rules: WritableColumn | undefined): Problem {
  const label = labelOf(column)
  return {
    code: 'required_missing',
    column: column.name,
    text: `${label} (${column.name}) must be filled: ${kindText(column, table, rules)}.`,
    nextStep: `Ask the person for the value, and add it to changes: ${exampleOf(column, table)}`,
  }
}

function kindText(column: Column, table: Writing['table'], rules: WritableColumn | undefined): string {
  const options = (column.options ?? []).map((option) => nameOf(option, column))
  if (options.length > 0) {
    const more = options.length > MOST_LISTED ? `, and ${options.length - MOST_LISTED} more` : ''
    return `one of ${options.slice(0, MOST_LISTED).join(', ')}${more}`
  }
  const targets = targetsOf(table, column)
  if (targets.length > 0) return `the name or id of a row of ${targets.slice(0, MOST_LISTED).join(', ')}`
  const most = rules?.maxLength === undefined ? '' : ` of at most ${rules.maxLength} characters`
  return `${column.dateOnly ? 'a day, YYYY-MM-DD' : WHAT[kindOf(column)]}${most}`
}

/** With a value of the right kind; the person's own takes its place. */
function exampleOf(column: Column, table: Writing['table']): string {
  const [option] = column.options ?? []
  const [target] = targetsOf(table, column)
  const place = { column: column.name }
  if (option) return changeWith(place, nameOf(option, column))
  if (target !== undefined) return changeWith(place, '…', target)
  if (kindOf(column) === 'date') return changeWith(place, column.dateOnly ? '2026-01-31' : '2026-01-31T09:00')
  return changeWith(place, kindOf(column) === 'number' ? 1 : '…')
}
