import { hourAfter } from '../../../../shared/storage/table/expiry-table.ts'
import { deleteExpired } from '../../../../shared/storage/table/sweep/expired-rows.ts'
import { createSweeper } from '../../../../shared/storage/table/sweep/sweep.ts'
import { newTally } from '../../../../shared/storage/table/sweep/tally.ts'
import type { Lifetime } from '../../../sandbox/demo/lifetime.ts'
import { countRequests } from '../../../storage/support/counted-tables.ts'
import { HOUR, START, storesOf } from '../../../storage/support/harness.ts'
import { median } from '../../measure.ts'
import { deleteBare } from './bare.ts'
import { type Filled, startFilled } from '../fill/azurite.ts'
import { type Rate, rateOf } from './rate.ts'
import { fillGrants, restSurvey, SPENT, type Tables } from '../seed.ts'

const FEW_LIVING = 350
/** What a living grant has here: five rows of its own, one in the index of its person, one in `expiry`. */
const LIVING_ROWS = 7
const LIVING_SPENT = 2
const ENDED = 20
const ENDED_FOR_RATE = 100
const ENDS_AT = START + HOUR - 1
const NOW = START + HOUR
const FOREVER = NOW + 1_000 * HOUR

async function endGrants(azurite: Filled, prefix: string, count: number): Promise<Tables> {
  const { tables } = storesOf(azurite.connectionString, prefix)
  await fillGrants(azurite, tables, { count, endsAt: ENDS_AT, spent: SPENT })
  await restSurvey(tables, START)
  return tables
}

const sweepOf = (tables: Tables) => async () => (await createSweeper(tables, () => NOW).sweep(FOREVER)).deleted

type Beside = { readonly requests: number; readonly rowsRead: number; readonly swept: Rate; readonly bare: Rate }

/** The same ended grants beside as many rows that live: what a sweep asks, and how fast it is; then bare requests. */
async function sweepBeside(azurite: Filled, living: number): Promise<Beside> {
  const prefix = `c${living}`
  const { tables } = storesOf(azurite.connectionString, prefix)
  const count = Math.ceil(living / LIVING_ROWS)
  await fillGrants(azurite, tables, { count, endsAt: FOREVER, spent: LIVING_SPENT })
  const ended = await endGrants(azurite, prefix, ENDED)
  const [counted, asked] = [countRequests(ended), await azurite.requests()]
  const swept = await rateOf(azurite.pid, sweepOf(ended))
  // As storage got them: a connection that it let go meanwhile is tried anew, and that asks it nothing.
  const requests = (await azurite.requests()) - asked
  await endGrants(azurite, prefix, ENDED)
  const bare = await rateOf(azurite.pid, () => deleteBare(tables, hourAfter(ENDS_AT)))
  return { requests, rowsRead: counted.entities, swept, bare }
}

async function measureLiving(azurite: Filled, living: number): Promise<Record<string, number>> {
  const [few, many] = [await sweepBeside(azurite, FEW_LIVING), await sweepBeside(azurite, living)]
  return {
    'rows that live: few': FEW_LIVING,
    'rows that live: many': living,
    [`requests, ${ENDED} ended beside few`]: few.requests,
    [`requests, ${ENDED} ended beside many`]: many.requests,
    [`rows read, ${ENDED} ended beside few`]: few.rowsRead,
    [`rows read, ${ENDED} ended beside many`]: many.rowsRead,
    'requests and rows read, beside many to few': Math.max(many.requests / few.requests, many.rowsRead / few.rowsRead),
    'rows deleted a second of our processor, beside few': few.swept.ours,
    'rows deleted a second of our processor, beside many': many.swept.ours,
    'rows deleted a second beside many': many.swept.clock,
    'rows deleted a second beside many, the same requests alone': many.bare.clock,
    'rows deleted a second beside many, to the same requests alone': many.swept.clock / many.bare.clock,
  }
}

const middle = (rates: readonly Rate[], of: (rate: Rate) => number): number => median(rates.map(of))

/** One transaction for a grant, against a delete for each row; by turns. */
async function measureRate(azurite: Filled, rounds: number): Promise<Record<string, number>> {
  const [whole, single] = [[] as Rate[], [] as Rate[]]
  for (let round = 0; round < rounds; round++) {
    whole.push(await rateOf(azurite.pid, sweepOf(await endGrants(azurite, `w${round}`, ENDED_FOR_RATE))))
    const { grants } = await endGrants(azurite, `s${round}`, ENDED_FOR_RATE)
    const tally = newTally(() => NOW, FOREVER)
    single.push(await rateOf(azurite.pid, () => deleteExpired(grants, tally, undefined).then(() => tally.deleted)))
  }
  const clock = ({ clock: perSecond }: Rate) => perSecond
  return {
    'rows deleted a second': middle(whole, clock),
    'rows deleted a second of the busier process': middle(whole, ({ ours, azurite: other }) => Math.min(ours, other)),
    'rows deleted a second, to single deletes': middle(whole, clock) / middle(single, clock),
  }
}

/** Before anything else runs: what this process does beside would count as a sweep's. */
export async function measureSweep(
  lifetime: Lifetime,
  { living, rounds }: { readonly living: number; readonly rounds: number },
): Promise<Record<string, number>> {
  const azurite = await lifetime.own(startFilled())
  const measured = { ...(await measureRate(azurite, rounds)), ...(await measureLiving(azurite, living)) }
  // Gives its memory back.
  await azurite.close()
  return measured
}
