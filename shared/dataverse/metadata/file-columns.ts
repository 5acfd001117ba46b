import { orderColumns } from './column-order.ts'
import type { Column, Table } from './model.ts'

const FILES: ReadonlySet<string> = new Set(['File', 'Image'])
/** Of notes and attachments, of literature and of templates: up to 128 MB in base64, in a column of type String. */
const BODIES: ReadonlySet<string> = new Set(['documentbody', 'body', 'content'])
/** Read through other tables, said by a lookup already, or not known to the Web API in every table. */
const NO_PROPERTY: ReadonlySet<string> = new Set(['PartyList', 'CalendarRules', 'EntityName', 'ManagedProperty'])
const KIND_OF_ACTIVITY = 'activitytypecode'

/**
 * Whether a column holds a file or a picture. No answer has one unless it is asked for by its name: it says nothing to
 * whoever reads text, and is larger than all the rest.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/files-images-overview
 */
export function holdsFile({ name, type }: Pick<Column, 'name' | 'type'>): boolean {
  return FILES.has(type) || (type === 'String' && BODIES.has(name))
}

/** The columns to name where all of a table are wanted; none, which Dataverse takes for all, where it has no file. */
export function allButFiles(table: Table): readonly Column[] {
  if (![...table.byName.values()].some(holdsFile)) return []
  const { main, rest, technical } = orderColumns(table)
  const isNamed = (column: Column): boolean => !NO_PROPERTY.has(column.type) || column.name === KIND_OF_ACTIVITY
  return [...main, ...rest, ...technical].filter((column) => isNamed(column) && !holdsFile(column))
}
