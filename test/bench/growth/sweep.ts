import { deleteExpired } from '../../../shared/storage/table/sweep/expired-rows.ts'
import { createSweeper } from '../../../shared/storage/table/sweep/sweep.ts'
import { newTally } from '../../../shared/storage/table/sweep/tally.ts'
import { usageOf } from '../../chaos/instances/usage.ts'
import { type Azurite, startAzurite } from '../../sandbox/azurite.ts'
import type { Lifetime } from '../../sandbox/demo/lifetime.ts'
import { countRequests } from '../../storage/support/counted-tables.ts'
import { HOUR, START, storesOf } from '../../storage/support/harness.ts'
import { writeManyGrants } from '../../storage/support/many-grants.ts'
import { median, time, times } from '../measure.ts'
import { callBy } from '../parts/hot.ts'
import { restSurvey } from './seed.ts'
import { processorMs } from './turns.ts'
import type { World } from './world.ts'

const FEW_LIVING = 50
const LIVING = [FEW_LIVING, 500, 5_000]
const ENDED = 50
/** A grant keeps fewer spent refresh tokens than two dozen in rows of their own. */
const SPENT = 20
const ENDED_FOR_RATE = 150
const ENDED_BESIDE_CALLS = 500
const CALLS_BEFORE = 200
const ENDS_AT = START + HOUR - 1
const NOW = START + HOUR
const FOREVER = NOW + 1_000 * HOUR

async function tablesWith({ connectionString }: Azurite, prefix: string, ended: number, living = 0) {
  const { tables } = storesOf(connectionString, prefix)
  if (living > 0) await writeManyGrants(tables, { count: living, endsAt: FOREVER, spent: 2 })
  await writeManyGrants(tables, { count: ended, endsAt: ENDS_AT, spent: SPENT })
  await restSurvey(tables, START)
  return tables
}

/** What a sweep asks of storage for the same ended grants, beside few that live and beside many. */
async function countSweeps(azurite: Azurite): Promise<Record<string, number>> {
  const seen: Record<string, number> = {}
  for (const living of LIVING) {
    const tables = await tablesWith(azurite, `c${living}`, ENDED, living)
    const { requests, entities } = await countOne(tables)
    seen[`requests, ${ENDED} ended beside ${living}`] = requests
    seen[`rows read, ${ENDED} ended beside ${living}`] = entities
  }
  return seen
}

async function countOne(tables: Awaited<ReturnType<typeof tablesWith>>) {
  const counted = countRequests(tables)
  await createSweeper(tables, () => NOW).sweep(FOREVER)
  return counted
}

type Rate = { readonly clock: number; readonly processor: number }

/** Rows a second: on the clock, and of the busier of the two processes. */
async function rateOf({ pid }: Azurite, sweep: () => Promise<number>): Promise<Rate> {
  const [ours, theirs, started] = [processorMs([process.pid]), processorMs([pid]), performance.now()]
  const deleted = await sweep()
  const seconds = (performance.now() - started) / 1000
  const busier = Math.max(processorMs([process.pid]) - ours, processorMs([pid]) - theirs) / 1000
  return { clock: deleted / seconds, processor: deleted / busier }
}

const middle = (rates: readonly Rate[], what: keyof Rate): number => median(rates.map((rate) => rate[what]))

/** One transaction for a grant, against a delete for each row; by turns. */
async function measureRate(azurite: Azurite, rounds: number): Promise<Record<string, number>> {
  const [whole, single] = [[] as Rate[], [] as Rate[]]
  for (let round = 0; round < rounds; round++) {
    const tables = await tablesWith(azurite, `w${round}`, ENDED_FOR_RATE)
    whole.push(await rateOf(azurite, async () => (await createSweeper(tables, () => NOW).sweep(FOREVER)).deleted))
    const { grants } = await tablesWith(azurite, `s${round}`, ENDED_FOR_RATE)
    const tally = newTally(() => NOW, FOREVER)
    single.push(await rateOf(azurite, () => deleteExpired(grants, tally, undefined).then(() => tally.deleted)))
  }
  return {
    'rows deleted a second': middle(whole, 'clock'),
    'rows deleted a second of the busier process': middle(whole, 'processor'),
    'rows deleted a second, to single deletes': middle(whole, 'clock') / middle(single, 'clock'),
  }
}

/** A hot query of an instance while that same instance sweeps, to its time before. */
async function measureBeside({ sandbox, session }: World): Promise<Record<string, number>> {
  const { app, azurite } = sandbox
  const { tables } = storesOf(azurite.connectionString)
  await writeManyGrants(tables, { count: ENDED_BESIDE_CALLS, endsAt: Date.now() - 2 * HOUR, spent: SPENT })
  const query = callBy(app.url, session.accessToken(), 'query')
  const before = median(await times(CALLS_BEFORE, query))
  const resident = [usageOf(app.pid)?.residentBytes ?? Number.NaN]
  const over = new AbortController()
  const sweeping = app.runTimer('sweep').finally(() => over.abort())
  const during: number[] = []
  while (!over.signal.aborted) {
    during.push(await time(query))
    resident.push(usageOf(app.pid)?.residentBytes ?? Number.NaN)
  }
  await sweeping
  return {
    'hot query while a sweep runs: before': median(during) / before,
    'bytes resident before the sweep': resident[0] ?? Number.NaN,
    'bytes resident at most while it ran': Math.max(...resident),
  }
}

export async function measureSweep(lifetime: Lifetime, world: World, rounds: number): Promise<Record<string, number>> {
  const azurite = await lifetime.own(startAzurite())
  return {
    ...(await countSweeps(azurite)),
    ...(await measureRate(azurite, rounds)),
    ...(await measureBeside(world)),
  }
}
