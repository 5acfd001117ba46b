import { setTimeout as rest } from 'node:timers/promises'
import { hourAfter } from '../../../../shared/storage/table/expiry-table.ts'
import { usageOf } from '../../../chaos/instances/usage.ts'
import type { FunctionsHost } from '../../../sandbox/functions-host/start.ts'
import { HOUR, START, storesOf } from '../../../storage/support/harness.ts'
import { median, time } from '../../measure.ts'
import { callBy } from '../../parts/hot.ts'
import { deleteBare } from './bare.ts'
import { type Rate, rateOf } from './rate.ts'
import { fillGrants, SPENT } from '../seed.ts'
import { processorMs } from '../turns.ts'
import type { World } from '../world.ts'

/** Of an ended grant: what `fillGrants` writes of it in `grants`, and its row in the index of its person. */
const ROWS = 4 + SPENT
const MANY_ENDED = 100_000
/** So few that Azurite finds them soon. */
const FEW_ENDED = 12_000
/** Beside many living grants, where each takes Azurite long. */
const FEWEST_ENDED = 1_200
const WARM_UP = 400
const GRANTS_ALONE = 100

type Swept = World & { readonly idle: FunctionsHost }
type Beside = {
  readonly slowed: number
  readonly deleted: number
  readonly seconds: number
  /** Rows a second of its processor. */
  readonly ofAzurite: number
  readonly bytes: { readonly before: number; readonly most: number }
}

/**
 * A hot query of an instance that sweeps, to the same of one that does not, by turns: both beside Azurite, which works
 * for the sweep, and beside whatever else the machine does. A sweep lasts a minute at most.
 */
async function besideCalls({ sandbox, idle, storage, session }: Swept, ended: number): Promise<Beside> {
  const { app } = sandbox
  const { tables } = storesOf(storage.connectionString)
  await fillGrants(storage, tables, { count: Math.ceil(ended / ROWS), endsAt: Date.now() - 2 * HOUR, spent: SPENT })
  const queries = [app, idle].map(({ url }) => callBy(url, session.accessToken(), 'query'))
  const resident = () => usageOf(app.pid)?.residentBytes ?? Number.NaN
  const bytes = { before: resident(), most: resident() }
  const over = new AbortController()
  const [logged, used, started] = [(await app.logs()).length, processorMs(storage.pid), performance.now()]
  const sweeping = app.runTimer('sweep').finally(() => over.abort())
  const taken = queries.map((): number[] => [])
  while (!over.signal.aborted) {
    for (const [at, query] of queries.entries()) taken[at]?.push(await time(query))
    bytes.most = Math.max(bytes.most, resident())
  }
  await sweeping
  const seconds = (performance.now() - started) / 1000
  const azurite = (processorMs(storage.pid) - used) / 1000
  const deleted = await deletedOf(async () => (await app.logs()).slice(logged))
  const [ofSweeping = Number.NaN, ofIdle = Number.NaN] = taken.map(median)
  return { slowed: ofSweeping / ofIdle, deleted, seconds, ofAzurite: deleted / azurite, bytes }
}

/** With one more instance, which knows hot calls as well as the one that has answered all others. */
async function withIdle(world: World): Promise<Swept> {
  const idle = await world.sandbox.startInstance()
  const query = callBy(idle.url, world.session.accessToken(), 'query')
  for (let call = 0; call < WARM_UP; call++) await query()
  return { ...world, idle }
}

/** As the audit says it, whose line takes another way than the word that the timer is done. */
async function deletedOf(lines: () => Promise<readonly string[]>): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const line = (await lines()).find((one) => one.includes('sweep.completed'))
    if (line !== undefined) return Number(/\bcount\W+(\d+)/.exec(line)?.[1])
    await rest(20)
  }
  throw new Error('the sweep has said nothing')
}

/** The requests of a sweep alone, where as many rows rest. */
async function deleteAlone({ storage }: World): Promise<Rate> {
  const { tables } = storesOf(storage.connectionString, 'bare')
  const count = Math.ceil(MANY_ENDED / ROWS)
  await fillGrants(storage, tables, { count, endsAt: START + HOUR, spent: SPENT })
  await fillGrants(storage, tables, { count: GRANTS_ALONE, endsAt: START, spent: SPENT })
  return rateOf(storage.pid, () => deleteBare(tables, hourAfter(START)))
}

/** Sweeps of a few rows and of more than Azurite deletes in a minute, and one beside many living grants. */
export async function measureBeside(small: World, large: World): Promise<Record<string, number>> {
  const alone = await deleteAlone(small)
  const [ofSmall, ofLarge] = [await withIdle(small), await withIdle(large)]
  const brief = await besideCalls(ofSmall, FEW_ENDED)
  const long = await besideCalls(ofSmall, MANY_ENDED)
  const among = await besideCalls(ofLarge, FEWEST_ENDED)
  return {
    'hot query where a sweep of 12,000 rows runs: where none runs': brief.slowed,
    'rows deleted a second beside calls, of 12,000': brief.deleted / brief.seconds,
    'hot query where a sweep of 100,000 rows runs: where none runs': long.slowed,
    'rows deleted a second beside calls, of 100,000': long.deleted / long.seconds,
    'rows deleted a second of the processor of Azurite, of 100,000': long.ofAzurite,
    'rows deleted a second of the processor of Azurite, the same requests alone': alone.azurite,
    'hot query where a sweep runs beside many grants: where none runs': among.slowed,
    'bytes resident before the sweep': long.bytes.before,
    'bytes resident at most while it ran': long.bytes.most,
  }
}
