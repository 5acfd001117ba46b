import { entityNamed, type Column } from '../../sandbox/dataverse/schema/schema.ts'
import type { SeedRow } from '../../sandbox/dataverse/seed/tools.ts'
import type { Value } from '../../sandbox/dataverse/store/store.ts'
import { rowsAt } from '../suite.ts'

/** The rows of a moment, from which conditions take their values: nothing about them is written down twice. */
export type World = {
  readonly now: Date
  readonly rows: readonly SeedRow[]
  /** Columns that some row of a table fills; SQL has no others. */
  readonly filled: ReadonlyMap<string, ReadonlySet<string>>
  /** The UTC day so many days from now, `YYYY-MM-DD`. */
  readonly day: (days: number) => string
  /** Known values of a column, each once, in the order of the rows. */
  readonly values: (entity: string, column: string) => readonly NonNullable<Value>[]
}

export function worldAt(now: Date): World {
  const rows = rowsAt(now)
  const filled = new Map<string, Set<string>>()
  for (const { entity, values } of rows) {
    const names = filled.get(entity) ?? new Set<string>()
    for (const [name, value] of Object.entries(values)) if (value !== null) names.add(name)
    filled.set(entity, names)
  }
  return {
    now,
    rows,
    filled,
    day: (days) => new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10),
    values: (entity, column) => distinct(rows, entity, column),
  }
}

function distinct(rows: readonly SeedRow[], entity: string, column: string): readonly NonNullable<Value>[] {
  const found = new Map<string, NonNullable<Value>>()
  for (const row of rows) {
    const value = row.entity === entity ? row.values[column] : null
    if (value !== null && value !== undefined) found.set(JSON.stringify(value), value)
  }
  return [...found.values()]
}

/** @throws RangeError for a column that the stand-in lacks */
export function columnNamed(entity: string, name: string): Column {
  const column = entityNamed(entity).columns.get(name)
  if (!column) throw new RangeError(`${entity} has no column "${name}"`)
  return column
}
