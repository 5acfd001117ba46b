import type { QueryError } from '../../errors.ts'
import type { Column } from '../../metadata/model.ts'
import { wayNamed } from '../../query/resolve/joins/find-navigation.ts'
import { findColumn, unknownColumn } from '../../query/resolve/names/find-column.ts'
import type { AskedChange, PlannedChange, Problem } from '../model.ts'
import type { ChangeContext } from '../operation.ts'
import type { FoundRow } from '../values/lookup.ts'
import { pass, refusedAt, ValueRefused, type Place } from '../values/place.ts'
import { readValue } from '../values/read-value.ts'
import type { WritableColumn } from '../writable/writable.ts'
import { personClock, type Permitted } from './writing.ts'

/** One value that can be written, as far as it can be told without the row. */
export type PlannedValue = {
  readonly change: PlannedChange
  readonly column: Column
  /** The column as it was asked for. */
  readonly written: string
  readonly rules: WritableColumn | undefined
  /** What a lookup is set to. */
  readonly row?: FoundRow
}

export type PlannedValues = {
  readonly values: readonly PlannedValue[]
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
  /** Whether one of them stands under `human` in the policy. */
  readonly human: boolean
}

type Outcome = { readonly value?: PlannedValue; readonly problem?: Problem; readonly notes: readonly string[] }

/** Every value that is asked for, or why it cannot be written: all problems at once. One request for each lookup. */
export async function planValues(
  asked: readonly AskedChange[],
  writing: Permitted,
  context: ChangeContext,
): Promise<PlannedValues> {
  const seen = new Set<string>()
  const found = asked.map((change) => ({ change, column: columnFor(change, writing, seen) }))
  const outcomes = await Promise.all(
    found.map(async ({ change, column }): Promise<Outcome> => {
      return 'code' in column ? { problem: column, notes: [] } : await planValue(change, column, writing, context)
    }),
  )
  const values = outcomes.flatMap(({ value }) => value ?? [])
  return {
    values,
    problems: outcomes.flatMap(({ problem }) => problem ?? []),
    notes: outcomes.flatMap(({ notes }) => notes),
    human: values.some(({ column }) => writing.permission.isHuman(column.name)),
  }
}

type Target = { readonly column: Column; readonly entity?: string | undefined }

/** The column that is meant, by the finder of queries; else why none may be written. */
function columnFor(
  { column: name, entity: asked }: AskedChange,
  { table, permission }: Permitted,
  seen: Set<string>,
): Target | Problem {
  const bare = name.replace(/@odata\.bind$/i, '')
  const way = findColumn(table, bare) ? undefined : wayNamed(table.navigations, bare)
  const column = findColumn(table, way?.column ?? bare)
  if (!column) return problemOf(unknownColumn(table, bare), name)
  if (seen.has(column.name)) return { code: 'column_twice', column: name, ...twice(column) }
  seen.add(column.name)
  return permission.ofColumn(column, name) ?? { column, entity: asked ?? way?.target }
}

function twice({ name, label = name }: Column): Pick<Problem, 'text' | 'nextStep'> {
  return { text: `${label} is asked for more than once.`, nextStep: `Pass ${name} once, with the value that is meant.` }
}

/** `unknown_column` and `hidden_by_administrator` are codes of both. */
function problemOf({ code, message, nextStep }: QueryError, column: string): Problem {
  const known = code === 'hidden_by_administrator' ? code : 'unknown_column'
  return { code: known, column: column.slice(0, LONGEST_NAME), text: message, nextStep }
}
const LONGEST_NAME = 100

async function planValue(
  { to, column: written }: AskedChange,
  { column, entity }: Target,
  { table, writable }: Permitted,
  context: ChangeContext,
): Promise<Outcome> {
  const notes: string[] = []
  const rules = writable.columns.get(column.name)
  const label = column.label ?? column.name
  let row: FoundRow | undefined
  const place = {
    column: written,
    label,
    entity,
    table,
    of: column,
    rules,
    clock: await personClock(context),
    note: (sentence: string) => void notes.push(sentence),
    found: (found: FoundRow) => void (row = found),
  }
  try {
    const value = await readValue(to, place, context)
    if (row?.isInactive === true) {
      if (column.type === 'Owner') throw disabled(row, place)
      notes.push(`${row.name ?? row.id}, which ${label} is set to, is not active.`)
    }
    if (row && column.type === 'Owner') notes.push(ownerNote(row))
    const change: PlannedChange = { column: column.name, label, ...value }
    return { value: { change, column, written, rules, ...(row && { row }) }, notes }
  } catch (error) {
    if (error instanceof ValueRefused) return { problem: error.problem, notes: [] }
    throw error
  }
}

/** Rights may hang on owning it, and telling is left to people. */
function ownerNote({ name, id }: FoundRow): string {
  return `Once ${name ?? id} owns it, whoever asks may no longer see or change it, and so could not take that back; nobody is told of it by this.`
}

/** Rows of somebody who has left are looked at by nobody. */
function disabled({ name, id }: FoundRow, place: Place): ValueRefused {
  const text = `${name ?? id} is disabled in Dynamics 365, and owns nothing anew.`
  return refusedAt(place, 'value_invalid', text, `Ask the person who else is meant. ${pass(place, 'me')}`)
}
