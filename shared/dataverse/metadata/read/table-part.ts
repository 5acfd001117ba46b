import type { Collection, Column, Navigation, Option } from '../model.ts'

/** What one read of a table's batch tells; the rest is told by others. */
export type TablePart = {
  readonly columns?: readonly Column[]
  readonly choices?: readonly (readonly [column: string, options: readonly Option[]])[]
  /** DateTime columns that hold a day. */
  readonly days?: readonly string[]
  /** DateTime columns that hold a time in no time zone. */
  readonly zoneless?: readonly string[]
  readonly navigations?: readonly Navigation[]
  readonly collections?: readonly Collection[]
  readonly keys?: readonly (readonly string[])[]
  readonly viewColumns?: readonly string[]
  readonly quickFindColumns?: readonly string[]
}

/** `EntityDefinitions(LogicalName='account')`: the name comes from metadata and is an identifier. */
export function definitionOf(entity: string): string {
  return `EntityDefinitions(LogicalName='${entity}')`
}
