import { callBy } from '../parts/hot.ts'
import { growthOf, type Grown, type Side } from './turns.ts'
import { LIST_CLIENTS, LIST_SESSIONS, type World } from './world.ts'

const QUICK = { calls: 60 }
const SLOW = { calls: 15 }

const sidesOf = {
  'hot query': ({ sandbox, session, pids }: World): Side => ({
    pids,
    run: callBy(sandbox.app.url, session.accessToken(), 'query'),
  }),
  refresh: ({ session, pids }: World): Side => ({ pids, run: session.refresh }),
  redeem: ({ session, pids }: World): Side => ({ pids, run: session.redeem, before: session.authorize }),
  'first call with a new token': ({ session, pids }: World): Side => ({
    pids,
    run: session.listTools,
    before: session.refresh,
  }),
  "/manage: a person's connections": ({ manage, pids }: World): Side => ({ pids, run: manage(LIST_SESSIONS) }),
  '/manage: clients, and everybody counted': ({ manage, pids }: World): Side => ({ pids, run: manage(LIST_CLIENTS) }),
}

/** Each call in a world of few grants and clients and in one of many, by turns. */
export async function measureGrants(small: World, large: World, rounds: number): Promise<Record<string, Grown>> {
  const grown: Record<string, Grown> = {}
  for (const [name, sideOf] of Object.entries(sidesOf)) {
    const [few, many] = [sideOf(small), sideOf(large)]
    const { calls } = few.before || name.startsWith('/manage') ? SLOW : QUICK
    for (const { run, before } of [few, many]) {
      await before?.()
      await run()
    }
    grown[name] = await growthOf(few, many, { rounds, calls })
  }
  return grown
}
