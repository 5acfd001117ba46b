import type { TableClient } from '@azure/data-tables'
import { z } from 'zod'
import type { ReportEntry, ReportStore } from '../ports.ts'
import { attempt, REFUSED } from './table.ts'

const PARTITION = 'report'
const FILTER = `PartitionKey eq '${PARTITION}'`
/** Written by hand and by tools, `hidden` may come as a text. */
const Flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
/** One spoilt column spoils its own report alone. */
const Entry = z.object({
  rowKey: z.string(),
  hidden: Flag.optional().catch(undefined),
  definition: z.string().optional().catch(undefined),
})

/** Table `reports`: partition = `report`, row = slug. A table that nobody has made yet is empty. */
export function createReportsTable(table: TableClient): ReportStore {
  return {
    list: async (most) => {
      const queryOptions = { filter: FILTER, select: ['RowKey', 'hidden', 'definition'] }
      const pages = table.listEntities({ queryOptions }).byPage({ maxPageSize: most })
      const found: ReportEntry[] = []
      while (found.length < most) {
        const page = await attempt(() => pages.next(), [404])
        if (page === REFUSED || page.done) break
        found.push(
          ...z
            .array(Entry)
            .parse([...page.value])
            .map(toEntry),
        )
      }
      return found.slice(0, most)
    },
  }
}

function toEntry({ rowKey, hidden = false, definition }: z.output<typeof Entry>): ReportEntry {
  return { slug: rowKey, hidden, ...(definition !== undefined && { definition }) }
}
