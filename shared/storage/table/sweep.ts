import { odata, type TableClient } from '@azure/data-tables'
import * as z from 'zod'
import type { Sweeper, SweepResult } from '../ports.ts'
import { attempt, etag, REFUSED } from './table.ts'

const AT_ONCE = 20
const DAY_MS = 86_400_000
const Row = z.object({ partitionKey: z.string(), rowKey: z.string(), etag })
type Row = z.output<typeof Row>
const RotatedRow = Row.extend({ expiresAt: z.date() })

/**
 * Deletes expired rows of every table, each by its etag: a row that was renewed meanwhile is kept. Resumable: what one
 * run leaves, the next one finds.
 */
export function createSweeper(grants: TableClient, others: readonly TableClient[], now: () => number): Sweeper {
  return {
    sweep: async (until) => {
      const total = { deleted: 0, kept: 0, finished: true }
      for (const table of [grants, ...others]) {
        const one = await sweepTable(table, table === grants ? deadGrants(now()) : expired(now()), now, until)
        total.deleted += one.deleted
        total.kept += one.kept
        total.finished &&= one.finished
      }
      total.finished = (await spendRotated(grants, now, until)) && total.finished
      return total
    },
  }
}

const expired = (now: number): string => odata`expiresAt lt ${new Date(now)}`

/** A grant whose code nobody came for is dead long before it would have expired: a code lives for minutes. */
const deadGrants = (now: number): string =>
  odata`expiresAt lt ${new Date(now)} or (state eq 'pending' and createdAt lt ${new Date(now - DAY_MS)})`

async function sweepTable(table: TableClient, filter: string, now: () => number, until: number): Promise<SweepResult> {
  const pages = table
    .listEntities({ queryOptions: { filter, select: ['PartitionKey', 'RowKey'] } })
    .byPage({ maxPageSize: 500 })
  const result = { deleted: 0, kept: 0, finished: true }
  for (;;) {
    const page = await attempt(() => pages.next(), [404])
    if (page === REFUSED || page.done) return result
    const rows = z.array(Row).parse([...page.value])
    for (let at = 0; at < rows.length; at += AT_ONCE) {
      if (now() > until) return { ...result, finished: false }
      const gone = await Promise.all(rows.slice(at, at + AT_ONCE).map((row) => deleteRow(table, row)))
      result.deleted += gone.filter(Boolean).length
      result.kept += gone.filter((deleted) => !deleted).length
    }
  }
}

async function deleteRow(table: TableClient, row: Row): Promise<boolean> {
  const done = await attempt(() => table.deleteEntity(row.partitionKey, row.rowKey, { etag: row.etag }), [404, 412])
  return done !== REFUSED
}

/** A request that arrived within the grace may still wait for Entra. */
const UNDER_WAY_MS = 10 * 60_000

/** Of a refresh token whose grace is over, only the hash stays: it still detects reuse. */
async function spendRotated(grants: TableClient, now: () => number, until: number): Promise<boolean> {
  const filter = odata`state eq 'rotated' and graceUntil lt ${new Date(now() - UNDER_WAY_MS)}`
  const rows = grants.listEntities({ queryOptions: { filter, select: ['PartitionKey', 'RowKey', 'expiresAt'] } })
  for (;;) {
    const next = await attempt(() => rows.next(), [404])
    if (next === REFUSED || next.done) return true
    if (now() > until) return false
    const { etag: version, ...keys } = RotatedRow.parse(next.value)
    await attempt(() => grants.updateEntity({ ...keys, state: 'spent' }, 'Replace', { etag: version }), [404, 412])
  }
}
