import { nameOf, type Context, type Target } from '../../odata/context.ts'
import { compare, join, NULL, type Filter } from '../from-odata/filter.ts'

const NEVER_EMPTY = new Set(['State', 'Status', 'Owner'])
const STAMPS = new Set(['createdon', 'modifiedon', 'createdby', 'modifiedby'])

/**
 * A negative condition, with what it does to rows where the column is empty written out: sources differ on what
 * Dataverse does otherwise. A model that tests the column for null itself has said what it wants.
 */
export function withEmptyRows(condition: Filter, target: Target, context: Context): Filter {
  if (isNeverEmpty(target) || context.nullTested.has(keyOf(target))) return condition
  const name = nameOf(target)
  context.note(`Rows where ${name} is empty are included; to leave them out, add: and ${name} ne null.`)
  return join('or', [condition, compare(target.path, 'eq', NULL)])
}

/** What `nullTested` of the context holds. */
export function keyOf(target: Target): string {
  return target.path.segments.join('/')
}

function isNeverEmpty({ column, table, own }: Target): boolean {
  return own && (NEVER_EMPTY.has(column.type) || STAMPS.has(column.name) || column.name === table.entity.idColumn)
}
