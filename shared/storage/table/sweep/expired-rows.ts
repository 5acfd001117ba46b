import { odata, type TableClient } from '@azure/data-tables'
import * as z from 'zod'
import { PROBES } from '../probe.ts'
import { attempt, etag, REFUSED } from '../table.ts'
import { eachInTime, type Tally } from './tally.ts'

const HOUR_MS = 3_600_000
const Keys = z.object({ partitionKey: z.string(), rowKey: z.string(), etag })
const Page = z.array(Keys)

/**
 * Deletes expired rows, each by its etag: a row that was renewed meanwhile is kept. `range` is of partition keys, for
 * Table Storage reads each row of a range to find those that have expired.
 */
export async function deleteExpired(table: TableClient, tally: Tally, range: string | undefined): Promise<void> {
  const expired = odata`expiresAt lt ${new Date(tally.now())}`
  const filter = range === undefined ? expired : `${range} and ${expired}`
  const pages = table.listEntities({ queryOptions: { filter, select: ['PartitionKey', 'RowKey'] } }).byPage()
  for (;;) {
    const page = await attempt(() => pages.next(), [404])
    if (page === REFUSED || page.done) return
    await eachInTime(tally, Page.parse([...page.value]), async (row) => {
      const gone = await deleteRow(table, row)
      tally[gone ? 'deleted' : 'kept'] += 1
    })
    if (!tally.finished) return
  }
}

export async function deleteRow(table: TableClient, row: z.output<typeof Keys>): Promise<boolean> {
  const done = await attempt(() => table.deleteEntity(row.partitionKey, row.rowKey, { etag: row.etag }), [404, 412])
  return done !== REFUSED
}

/** Ids that 0.1.0 gave: no other client has an end. */
export const OLD_CLIENTS = odata`PartitionKey ge ${'dmi_'} and PartitionKey lt ${'dmi`'}`

/** No other row of table `switches` has an end. */
export const PROBE_ROWS = odata`PartitionKey eq ${PROBES}`

/** Of base64url, as Table Storage sorts them. */
const LETTERS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'
const SLICES = 24

/** The partitions whose turn an hour of the day is: within a day each has its turn, and one hour reads a few of them. */
export function sliceOf(now: number): string {
  const hour = Math.floor(now / HOUR_MS) % SLICES
  const from = hour === 0 ? '' : startOf(hour)
  return hour === SLICES - 1
    ? odata`PartitionKey ge ${from}`
    : odata`PartitionKey ge ${from} and PartitionKey lt ${startOf(hour + 1)}`
}

const startOf = (slice: number): string => LETTERS.charAt(Math.floor((slice * LETTERS.length) / SLICES))
