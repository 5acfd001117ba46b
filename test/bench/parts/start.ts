import { setTimeout as pause } from 'node:timers/promises'
import type { FunctionsHost } from '../../sandbox/functions-host/start.ts'
import { usageOf } from '../../chaos/instances/usage.ts'
import { median } from '../measure.ts'
import { callBy } from './hot.ts'
import type { Stage } from '../stage/stage.ts'

/** Milliseconds since its process was spawned: on the clock, and of its processor. */
type Taken = { readonly clock: number; readonly cpu: number }

/** Medians. */
export type Start = {
  /** An app of one function answers. */
  readonly empty: Taken
  /** A stranger is sent to sign in. */
  readonly challenge: Taken
  /** The first question of a person whom this instance has never seen is answered. */
  readonly firstCall: Taken
  /** The least that answers with the same packages: two rows of storage read, the query answered by the official SDK. */
  readonly least: Taken
  /** In which Dataverse or storage were at work for that question. */
  readonly upstream: number
}

const BETWEEN_MS = 100

async function sinceSpawn(start: () => Promise<FunctionsHost>, ask: (url: string) => Promise<unknown>): Promise<Taken> {
  const spawned = performance.now()
  const host = await start()
  await ask(host.url)
  const clock = performance.now() - spawned
  const cpu = (usageOf(host.pid)?.cpuSeconds ?? Number.NaN) * 1000
  await host.close()
  await pause(BETWEEN_MS)
  return { clock, cpu }
}

const middle = (taken: readonly Taken[]): Taken => ({
  clock: median(taken.map(({ clock }) => clock)),
  cpu: median(taken.map(({ cpu }) => cpu)),
})

async function statusOf(url: string, init: RequestInit, status: number): Promise<void> {
  const answer = await fetch(url, init)
  await answer.arrayBuffer()
  if (answer.status !== status) throw new Error(`${url} answered ${answer.status}, and ought to with ${status}`)
}

/** New instances by turns, without a compile cache, for which nothing has been compiled before. */
export async function measureStart(stage: Stage, rounds: number): Promise<Start> {
  const { startEmpty, startLeast, startOurs, session, dataverse, storage } = stage
  const taken = {
    empty: [] as Taken[],
    challenge: [] as Taken[],
    firstCall: [] as Taken[],
    least: [] as Taken[],
    upstream: [] as number[],
  }
  const firstCall = (url: string) => callBy(url, session.accessToken(), 'query')()
  for (let round = 0; round < rounds; round++) {
    taken.empty.push(await sinceSpawn(startEmpty, (url) => statusOf(`${url}/health`, {}, 200)))
    taken.challenge.push(await sinceSpawn(startOurs, (url) => statusOf(`${url}/mcp`, { method: 'POST' }, 401)))
    taken.least.push(await sinceSpawn(startLeast, firstCall))
    dataverse.busyMs()
    storage.busyMs()
    taken.firstCall.push(await sinceSpawn(startOurs, firstCall))
    taken.upstream.push(dataverse.busyMs() + storage.busyMs())
  }
  const { empty, challenge, upstream } = taken
  return {
    empty: middle(empty),
    challenge: middle(challenge),
    firstCall: middle(taken.firstCall),
    least: middle(taken.least),
    upstream: median(upstream),
  }
}
