import * as z from 'zod'

/** The columns of a result, once; see `DenseColumn`. What they hold is told to models at query_crm alone. */
export const ColumnsSchema = z.array(z.record(z.string(), z.unknown()))
/** A cell for each column; see `DenseRows`. */
export const RowsSchema = z.array(z.array(z.unknown()))
/** What stands behind labels; see `LabelValues`. */
export const ValuesSchema = z.record(z.string(), z.record(z.string(), z.unknown())).optional()
/** One row by its columns. */
export const RowSchema = z.record(z.string(), z.unknown())
/** What was left out, and how to go on; the instructions say so once for all tools. */
export const NotesSchema = z.array(z.string()).optional()
export const RecordLinkSchema = z.string()

export const EntityArgument = z.string().min(1).max(200).describe('Logical name, entity set name or label')
export const ColumnsArgument = z.array(z.string().min(1).max(200)).min(1).max(100)
const MOST_EXPANSIONS = 15
export const ExpandArgument = z
  .array(z.object({ lookup: z.string().min(1).max(200), select: ColumnsArgument }))
  .max(MOST_EXPANSIONS)
  .optional()

/** Notes are left out when there are none. */
export function withNotes<T extends object>(structured: T, notes: readonly string[]): T & { notes?: string[] } {
  return notes.length > 0 ? { ...structured, notes: [...notes] } : structured
}
