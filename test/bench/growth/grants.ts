import type { TableClient } from '@azure/data-tables'
import { storesOf } from '../../storage/support/harness.ts'
import { callBy } from '../parts/hot.ts'
import { growthOf, type Grown, type Side } from './turns.ts'
import { LIST_CLIENTS, LIST_SESSIONS, type World } from './world.ts'

type Call = Pick<Side, 'run' | 'before'> & { readonly calls: readonly [few: number, many: number] }
type Calls = Readonly<Record<string, (world: World) => Call>>

const HOT = [60, 60] as const
const QUICK = [60, 30] as const
const SLOW = [15, 15] as const
/** Where there are many Azurite takes its time for each. */
const SLOWER = [15, 3] as const
/** As long as it is counted, five seconds at most. */
const COUNTED = [15, 1] as const

const CALLS: Calls = {
  'hot query': ({ sandbox, session }) => ({
    run: callBy(sandbox.app.url, session.accessToken(), 'query'),
    calls: HOT,
  }),
  refresh: ({ session }) => ({ run: session.refresh, calls: QUICK }),
  'first call with a new token': ({ session }) => ({ run: session.listTools, before: session.refresh, calls: SLOW }),
  "/manage: a person's connections": ({ manage }) => ({ run: manage(LIST_SESSIONS), calls: SLOWER }),
  '/manage: clients, and everybody counted': ({ manage }) => ({ run: manage(LIST_CLIENTS), calls: COUNTED }),
  // The last one: each makes a connection more.
  redeem: ({ session }) => ({ run: session.redeem, before: session.authorize, calls: SLOW }),
}

/** The requests that calls send to storage, sent without an app. */
const BARE: Readonly<Record<string, (grants: TableClient, id: string) => Call>> = {
  'Azurite alone, one row read': (grants, id) => ({ run: () => grants.getEntity(id, 'grant'), calls: QUICK }),
  'Azurite alone, one row changed': (grants, id) => ({
    run: () => grants.updateEntity({ partitionKey: id, rowKey: 'grant' }, 'Merge'),
    calls: QUICK,
  }),
  'Azurite alone, one partition read': (grants, id) => ({
    run: () => grants.listEntities({ queryOptions: { filter: `PartitionKey eq '${id}'` } }).next(),
    calls: SLOW,
  }),
}

/** Each call in a world of few grants and clients and in one of many, by turns. */
export async function measureGrants(few: World, many: World, rounds: number): Promise<Record<string, Grown>> {
  const grown: Record<string, Grown> = {}
  for (const [name, callOf] of Object.entries(CALLS)) {
    const sides = [few, many].map((world, at): Side => {
      const { calls, ...call } = callOf(world)
      return { ...call, calls: calls[at] ?? 0, pid: world.sandbox.app.pid, storage: world.storage }
    })
    grown[name] = await warmGrowthOf(sides, rounds)
  }
  for (const [name, callOf] of Object.entries(BARE)) {
    const sides = [few, many].map(({ storage, grantId }, at): Side => {
      const { calls, ...call } = callOf(storesOf(storage.connectionString).tables.grants, grantId)
      return { ...call, calls: calls[at] ?? 0, pid: storage.pid }
    })
    grown[name] = await warmGrowthOf(sides, rounds)
  }
  return grown
}

async function warmGrowthOf([few, many]: readonly Side[], rounds: number): Promise<Grown> {
  if (!few || !many) throw new Error('two sides are compared')
  for (const { run, before } of [few, many]) {
    await before?.()
    await run()
  }
  return growthOf(few, many, rounds)
}
