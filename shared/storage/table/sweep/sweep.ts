import type { TableClient } from '@azure/data-tables'
import type { Sweeper } from '../../ports.ts'
import { createExpiryTable } from '../expiry-table.ts'
import { deleteExpired, OLD_CLIENTS, PROBE_ROWS, sliceOf } from './expired-rows.ts'
import { survey } from './survey.ts'
import { eachInTime, newTally, type Tally } from './tally.ts'
import { type GrantTables, visitGrant } from './visit-grant.ts'

export type SweptTables = {
  readonly [K in 'grants' | 'users' | 'expiry' | 'clients' | 'logins' | 'switches' | 'limits']: TableClient
}

/**
 * Deletes what has expired. It reads what table `expiry` says has ended, and no table whole but `logins`, whose rows
 * live for minutes. Resumable: what one run leaves, the next one finds; two at once do each other no harm.
 */
export function createSweeper(tables: SweptTables, now: () => number): Sweeper {
  const ofGrants = { grants: tables.grants, users: tables.users, expiry: createExpiryTable(tables.expiry) }
  return {
    sweep: async (until) => {
      const tally = newTally(now, until)
      await visitDue(ofGrants, tally)
      await deleteExpired(tables.logins, tally, undefined)
      await deleteExpired(tables.limits, tally, sliceOf(now()))
      await deleteExpired(tables.clients, tally, OLD_CLIENTS)
      await deleteExpired(tables.switches, tally, PROBE_ROWS)
      const { finished } = tally
      await survey({ ...ofGrants, notes: tables.expiry }, tally)
      if (tally.failure !== undefined) throw tally.failure as Error
      return { deleted: tally.deleted, kept: tally.kept, finished }
    },
  }
}

async function visitDue(tables: GrantTables, tally: Tally): Promise<void> {
  for await (const page of tables.expiry.due(tally.now())) {
    const visited = await eachInTime(tally, page, async ({ grantId }) => {
      await visitGrant(tables, tally, grantId)
    })
    await tables.expiry.done(visited)
    if (!tally.finished) return
  }
}
