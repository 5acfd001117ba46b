import type { Column, Metadata, Table } from '../metadata/model.ts'
import type { Path } from '../query/from-odata/filter.ts'

/** What names mean where a condition stands: columns of the queried row, or of the rows of a collection. */
export type Context = {
  readonly metadata: Metadata
  readonly table: Table
  /** Variables of `any` and `all` around the condition, outermost first. */
  readonly variables: readonly { readonly name: string; readonly table: Table }[]
  /** Columns that the model tests for null beside the condition, by their written path. */
  readonly nullTested: ReadonlySet<string>
  readonly note: (sentence: string) => void
}

/** A column that a condition is about, found in metadata. */
export type Target = {
  /** As the Web API writes it. */
  readonly path: Path
  /** The table that has the column. */
  readonly table: Table
  readonly column: Column
  /** A column of the queried row itself: Dataverse's query functions reach no other. */
  readonly own: boolean
  /** As the model wrote it. */
  readonly written: string
}

/** Says that a lookup goes by another name in the Web API, where that name is what is sent. */
export function sayProperty(target: Target, context: Context): void {
  const sent = target.path.segments.join('/')
  const plain = nameOf(target)
  if (plain === sent || context.variables.length > 0 || target.written.toLowerCase() === sent) return
  context.note(`${plain} was sent as ${sent}.`)
}

/** As a model reads it: the column's own name, behind the path that leads to it. */
export function nameOf({ path, column }: Target): string {
  return [...path.segments.slice(0, -1), column.name].join('/')
}
