import type { TableClient } from '@azure/data-tables'
import * as z from 'zod'
import type { EntryKind, ReportEntry, ReportStore } from '../ports.ts'
import { listRows } from './table.ts'

/** Written by hand and by tools, `hidden` may come as a text. */
const Flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
/** One spoilt column spoils its own entry alone. */
const Entry = z.object({
  rowKey: z.string(),
  hidden: Flag.optional().catch(undefined),
  definition: z.string().optional().catch(undefined),
})

/** Table `reports`: partition = `report` or `term`, row = slug. A table that nobody has made yet is empty. */
export function createReportsTable(table: TableClient, kind: EntryKind): ReportStore {
  return {
    list: async (most) => {
      const queryOptions = { filter: `PartitionKey eq '${kind}'`, select: ['RowKey', 'hidden', 'definition'] }
      return (await listRows(table, queryOptions, Entry, most)).map(toEntry)
    },
  }
}

function toEntry({ rowKey, hidden = false, definition }: z.output<typeof Entry>): ReportEntry {
  return { slug: rowKey, hidden, ...(definition !== undefined && { definition }) }
}
