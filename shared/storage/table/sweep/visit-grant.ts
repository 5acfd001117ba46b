import { odata, type TableClient } from '@azure/data-tables'
import * as z from 'zod'
import { type ExpiryTable, UNDER_WAY_MS } from '../expiry-table.ts'
import { removeRows } from '../grants-table.ts'
import { foldSpent } from '../spent-rows.ts'
import { attempt, etag, listRows, REFUSED } from '../table.ts'
import { deleteRow } from './expired-rows.ts'
import type { Tally } from './tally.ts'

const DAY_MS = 86_400_000
/** Fewer spent refresh tokens keep a row each: a transaction an hour would cost more than they do. */
const FOLDED_FROM = 24
const SELECTED = ['PartitionKey', 'RowKey', 'expiresAt', 'state', 'createdAt', 'graceUntil', 'userIndex']
const Row = z.object({
  partitionKey: z.string(),
  rowKey: z.string(),
  etag,
  expiresAt: z.date(),
  state: z.string().optional(),
  createdAt: z.date().optional(),
  graceUntil: z.date().optional(),
  userIndex: z.string().optional(),
})
type Row = z.output<typeof Row>

export type GrantTables = { readonly grants: TableClient; readonly users: TableClient; readonly expiry: ExpiryTable }

/**
 * Takes from one grant what has ended, and notes when to look at it again. A grant that has ended goes whole: nothing
 * can renew it. Resolves with `false` where there is nothing of it.
 */
export async function visitGrant(tables: GrantTables, tally: Tally, grantId: string): Promise<boolean> {
  const filter = odata`PartitionKey eq ${grantId}`
  const rows = await listRows(tables.grants, { filter, select: SELECTED }, Row)
  if (rows.length === 0) return false
  const now = tally.now()
  const grant = rows.find(({ rowKey }) => rowKey === 'grant')
  if (!grant || endOf(grant) < now) {
    const removed = await removeEnded(tables, grantId, grant, rows)
    tally.deleted += removed
    return true
  }
  const ended = rows.filter((row) => endOf(row) < now)
  const kept =
    (await deleteEach(
      tables,
      tally,
      ended.filter(({ state }) => state !== 'rotated'),
    )) + (await spend(tables, tally, grant, rows, ended))
  tally.kept += kept
  const next = rows.map(endOf).filter((end) => end >= now)
  // What was kept was renewed: in an hour it is known until when.
  await tables.expiry.note(grantId, Math.min(...next, ...(kept > 0 ? [now] : [])))
  return true
}

/** When the next thing happens to a row, epoch milliseconds. */
function endOf({ rowKey, state, expiresAt, createdAt, graceUntil }: Row): number {
  const end = expiresAt.getTime()
  // A code lives for minutes: a grant whose code nobody came for is dead long before its end.
  if (rowKey === 'grant' && state === 'pending' && createdAt) return Math.min(end, createdAt.getTime() + DAY_MS)
  if (state === 'rotated' && graceUntil) return Math.min(end, graceUntil.getTime() + UNDER_WAY_MS)
  return end
}

/** The person's index first: the grant itself, row `grant` last, is what leads here again should this be cut off. */
async function removeEnded(
  { grants, users }: GrantTables,
  grantId: string,
  grant: Row | undefined,
  rows: readonly Row[],
): Promise<number> {
  const { userIndex } = grant ?? {}
  const listed = userIndex !== undefined && (await attempt(() => users.deleteEntity(userIndex, grantId), [404]))
  return (await removeRows(grants, grantId, rows)) + (listed === false || listed === REFUSED ? 0 : 1)
}

/** How many were renewed meanwhile. */
async function deleteEach({ grants }: GrantTables, tally: Tally, rows: readonly Row[]): Promise<number> {
  const gone = await Promise.all(rows.map((row) => deleteRow(grants, row)))
  tally.deleted += gone.filter(Boolean).length
  return gone.filter((deleted) => !deleted).length
}

/**
 * Of refresh tokens whose grace is over only the hashes stay: they still detect reuse. Resolves with how many could not
 * be changed.
 */
async function spend({ grants }: GrantTables, tally: Tally, grant: Row, rows: readonly Row[], ended: readonly Row[]) {
  const over = ended.filter(({ state }) => state === 'rotated')
  const spent = [...rows.filter(({ state }) => state === 'spent'), ...over]
  if (spent.length >= FOLDED_FROM) {
    const hashes = spent.map(({ rowKey }) => rowKey.slice('refresh:'.length))
    const { partitionKey, expiresAt } = grant
    return hashes.length - (await foldSpent(grants, partitionKey, { hashes, expiresAt }, tally.hasTime))
  }
  const changed = await Promise.all(
    over.map(({ partitionKey, rowKey, expiresAt, etag: version }) => {
      const row = { partitionKey, rowKey, expiresAt, state: 'spent' }
      return attempt(() => grants.updateEntity(row, 'Replace', { etag: version }), [404, 412])
    }),
  )
  return changed.filter((done) => done === REFUSED).length
}
