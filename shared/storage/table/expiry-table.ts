import { odata, type TableClient, type TransactionAction } from '@azure/data-tables'
import * as z from 'zod'
import { attempt, MOST_IN_TRANSACTION, REFUSED, write } from './table.ts'

/** A request that arrived within the grace of a refresh token may still wait for Entra. */
export const UNDER_WAY_MS = 10 * 60_000

/** That something of a grant has ended. */
export type Due = { readonly hour: string; readonly grantId: string }

/** Table `expiry`: when to look at which grant, found by keys alone, so that a sweep reads what ends and nothing else. */
export type ExpiryTable = {
  /** Written before what ends: whatever dies in between, nothing rests unnoted. `endsAt` in epoch milliseconds. */
  readonly note: (grantId: string, endsAt: number) => Promise<void>
  /** Those of the hours that have begun, oldest first, a page at a time. */
  readonly due: (now: number) => AsyncGenerator<readonly Due[]>
  readonly done: (due: readonly Due[]) => Promise<void>
}

const HOUR_MS = 3_600_000
/** `2026-11-24T09`; the last one that sorts. */
const LAST_HOUR = '9999-12-31T23'
const Row = z
  .object({ partitionKey: z.string(), rowKey: z.string() })
  .transform(({ partitionKey, rowKey }): Due => ({ hour: partitionKey, grantId: rowKey }))
const Page = z.array(Row)

/** The first full hour after a time: what ends at that time has ended when the hour begins. */
export const hourAfter = (time: number): string => hourOf(time + HOUR_MS)

function hourOf(time: number): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9_999 ? LAST_HOUR : date.toISOString().slice(0, 13)
}

export function createExpiryTable(table: TableClient): ExpiryTable {
  return {
    note: async (grantId, endsAt) => {
      const row = { partitionKey: hourAfter(endsAt), rowKey: grantId }
      await write(table, () => table.upsertEntity(row, 'Replace'), [])
    },
    due: async function* (now) {
      // Digits alone: below them no partition sorts, and above them there are others.
      const filter = odata`PartitionKey ge '0' and PartitionKey le ${hourOf(now)}`
      const pages = table.listEntities({ queryOptions: { filter, select: ['PartitionKey', 'RowKey'] } }).byPage()
      for (;;) {
        const page = await attempt(() => pages.next(), [404])
        if (page === REFUSED || page.done) return
        yield Page.parse([...page.value])
      }
    },
    done: async (due) => {
      for (const one of Object.values(Object.groupBy(due, ({ hour }) => hour))) await forget(table, one ?? [])
    },
  }
}

async function forget(table: TableClient, ofOneHour: readonly Due[]): Promise<void> {
  for (let at = 0; at < ofOneHour.length; at += MOST_IN_TRANSACTION) {
    const some = ofOneHour.slice(at, at + MOST_IN_TRANSACTION)
    const keys = some.map(({ hour, grantId }) => ({ partitionKey: hour, rowKey: grantId }))
    const rows = keys.map((key): TransactionAction => ['delete', key])
    if ((await attempt(() => table.submitTransaction(rows), [404])) !== REFUSED) continue
    // Another sweep has taken one of them, and with it the whole transaction.
    await Promise.all(keys.map((key) => attempt(() => table.deleteEntity(key.partitionKey, key.rowKey), [404])))
  }
}
