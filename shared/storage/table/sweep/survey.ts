import type { TableClient } from '@azure/data-tables'
import * as z from 'zod'
import { attempt, readEntity, REFUSED, time, write } from '../table.ts'
import { eachInTime, type Tally } from './tally.ts'
import { type GrantTables, visitGrant } from './visit-grant.ts'

const PARTITION = 'survey'
const ROW = 'users'
const DAY_MS = 86_400_000
const MONTH_MS = 30 * DAY_MS
const Survey = z.object({ after: z.string(), endedAt: time.optional() })
const UserRow = z.object({ partitionKey: z.string(), rowKey: z.string(), createdAt: z.date(), expiresAt: z.date() })
const Page = z.array(UserRow)

/**
 * Looks once a month, as far as the time goes and on from there the next time, at each grant that a person has: those
 * of versions that noted no end, and whatever was lost. It goes by table `users`, which has one row for a grant.
 */
export async function survey(tables: GrantTables & { readonly notes: TableClient }, tally: Tally): Promise<void> {
  const known = await readEntity(tables.notes, Survey, PARTITION, ROW)
  if (known?.endedAt !== undefined && tally.now() - known.endedAt < MONTH_MS) return
  let after = known?.after || undefined
  while (tally.hasTime()) {
    const page = await pageOf(tables.users, after)
    const rows = page?.rows ?? []
    const seen = await eachInTime(tally, rows, (row) => look(tables, tally, row))
    // One grant that fails again and again does not hold up the survey, a storage that is away does.
    if (!tally.hasTime() || (seen.length === 0 && rows.length > 0)) return
    after = page?.next
    await keep(tables.notes, after, after === undefined ? tally.now() : undefined)
    if (after === undefined) return
  }
}

async function look(tables: GrantTables, tally: Tally, row: z.output<typeof UserRow>): Promise<void> {
  const { partitionKey, rowKey, createdAt, expiresAt } = row
  if (await visitGrant(tables, tally, rowKey)) return
  // Written before its grant, which may be on its way.
  if (tally.now() < Math.min(createdAt.getTime() + DAY_MS, expiresAt.getTime())) return
  if ((await attempt(() => tables.users.deleteEntity(partitionKey, rowKey), [404])) !== REFUSED) tally.deleted += 1
}

async function pageOf(users: TableClient, after: string | undefined) {
  const pages = users.listEntities({ queryOptions: { select: ['PartitionKey', 'RowKey', 'createdAt', 'expiresAt'] } })
  const from = after === undefined ? {} : { continuationToken: after }
  // A place that storage no longer knows, or a table that nobody has made: the next survey begins anew.
  const page = await attempt(() => pages.byPage(from).next(), [400, 404])
  if (page === REFUSED || page.done) return undefined
  return { rows: Page.parse([...page.value]), next: page.value.continuationToken }
}

async function keep(notes: TableClient, after = '', endedAt?: number): Promise<void> {
  const row = { partitionKey: PARTITION, rowKey: ROW, after }
  const whole = endedAt === undefined ? row : { ...row, endedAt: new Date(endedAt) }
  await write(notes, () => notes.upsertEntity(whole, 'Replace'), [])
}
