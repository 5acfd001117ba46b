import type { TableClient } from '@azure/data-tables'
import * as z from 'zod'
import type { SwitchedOff, SwitchStore } from '../ports.ts'
import { clientKey } from './client-key.ts'
import { PROBES } from './probe.ts'
import { attempt, REFUSED, time, write } from './table.ts'

/** That a row is there says all: written by hand, or by an earlier version, it may hold anything. */
const Row = z.object({
  partitionKey: z.string(),
  rowKey: z.string(),
  since: time.optional().catch(undefined),
  /** What earlier rows of clients hold in place of `since`. */
  endedAt: time.optional().catch(undefined),
  clientId: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
})

/** Table `switches`: partition = what kind of thing is off, row = which one. A table that nobody has made is empty. */
export function createSwitchesTable(table: TableClient): SwitchStore {
  return {
    clientRow: clientKey,
    list: async () => {
      const queryOptions = { select: ['PartitionKey', 'RowKey', 'since', 'endedAt', 'clientId', 'message'] }
      const pages = table.listEntities({ queryOptions }).byPage()
      const found: SwitchedOff[] = []
      for (;;) {
        const page = await attempt(() => pages.next(), [404])
        if (page === REFUSED || page.done) return found
        const rows = z.array(Row).parse([...page.value])
        found.push(...rows.filter(({ partitionKey }) => partitionKey !== PROBES).map(toSwitch))
      }
    },
    put: async ({ kind, row, since, clientId, message }) => {
      const entity = {
        partitionKey: kind,
        rowKey: row,
        ...(since !== undefined && { since: new Date(since) }),
        ...(clientId !== undefined && { clientId }),
        ...(message !== undefined && { message }),
      }
      await write(table, () => table.upsertEntity(entity, 'Replace'), [])
    },
    remove: async (kind, row) => {
      await attempt(() => table.deleteEntity(kind, row), [404])
    },
  }
}

function toSwitch({ partitionKey, rowKey, endedAt, since = endedAt, clientId, message }: z.output<typeof Row>) {
  return {
    kind: partitionKey,
    row: rowKey,
    ...(since !== undefined && { since }),
    ...(clientId !== undefined && { clientId }),
    ...(message !== undefined && { message }),
  }
}
