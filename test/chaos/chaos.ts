import { createRandom } from '../sandbox/dataverse/seed/tools.ts'
import type { Lifetime } from '../sandbox/demo/lifetime.ts'
import { planFaults } from './faults/plan.ts'
import { runTimeline } from './faults/timeline.ts'
import { type Edge, startEdge } from './instances/edge.ts'
import { type Fleet, startFleet } from './instances/fleet.ts'
import { createPlant, type PlantName } from './instances/plant.ts'
import { type StandIns, startStandIns } from './instances/stand-ins.ts'
import { Pace } from './people/pace.ts'
import { type Inhabitant, inhabitants } from './people/people.ts'
import { live } from './people/person.ts'
import { flood, guess, insider } from './people/strangers.ts'
import type { World } from './people/world.ts'
import { type Outcome, progress } from './report/table.ts'
import { Tally } from './report/tally.ts'

export type ChaosOptions = {
  readonly minutes: number
  readonly seed: number
  readonly people: number
  readonly instances: number
  readonly plant?: PlantName
  readonly own: Lifetime['own']
  readonly print: (line: string) => void
  readonly logFile?: (lines: readonly string[]) => void
}

/** Of two clocks. */
const MOST_APART_MS = 60_000
/** After the end, for those who are in the middle of something. */
const FINISH_WITHIN_MS = 90_000
const MINUTE_MS = 60_000

type Parts = { readonly fleet: Fleet; readonly edge: Edge; readonly standIns: StandIns }

/** The edge is first: its address stands in everybody's settings. What it leads to comes after. */
async function startParts(options: ChaosOptions, tally: Tally, pace: Pace): Promise<Parts> {
  const { own, people, seed, instances } = options
  const running: { fleet?: Fleet } = {}
  const edge = await own(
    startEdge({
      ports: () => running.fleet?.ports() ?? [],
      wasKilled: (port) => running.fleet?.wasKilled(port) ?? false,
      onCall: (call) => {
        pace.observe(call.ms)
        tally.record(call)
      },
      ...(options.plant ? { plant: createPlant(options.plant) } : {}),
    }),
  )
  const standIns = await own(startStandIns({ people, seed, publicBaseUrl: edge.url }))
  const random = createRandom(seed + 1)
  const skew = () => random(MOST_APART_MS) - MOST_APART_MS / 2
  const fleet = await own(startFleet({ size: instances, settings: standIns.settings, skew }))
  running.fleet = fleet
  return { fleet, edge, standIns }
}

/** Everybody who lives in the world, until all of them are done. */
async function populate(world: World, everybody: readonly Inhabitant[]): Promise<void> {
  const strangers = [guess(world), flood(world), insider(world)]
  await Promise.all([...everybody.map((person) => live(world, person, everybody)), ...strangers])
}

function judgeRecovery(tally: Tally): void {
  for (const { name, people } of tally.recovery.unrecovered())
    tally.loss('lost grants', `after ${name} these never had a success again: ${people.join(', ')}`)
}

/** Runs people, strangers and faults against instances of the built app, and tells what came of it. */
export async function runChaos(options: ChaosOptions): Promise<Outcome> {
  const { minutes, seed, people, instances, print } = options
  const everybody = inhabitants(people)
  const durationMs = minutes * MINUTE_MS
  let started = Infinity
  const now = () => (started === Infinity ? 0 : performance.now() - started)
  const upns = everybody.map(({ upn }) => upn)
  const tally = new Tally(now, upns)
  const pace = new Pace(() => performance.now())
  const parts = await startParts(options, tally, pace)
  started = performance.now()
  const ended = new Map<string, number>()
  const world: World = {
    edge: parts.edge,
    tally,
    pace,
    random: createRandom(seed + 2),
    now,
    over: () => now() > durationMs,
    stopped: () => now() > durationMs + FINISH_WITHIN_MS,
    sessionsEndedAt: (upn) => ended.get(upn),
  }
  const endSessions = async (person: number): Promise<void> => {
    const upn = everybody[person]?.upn ?? ''
    ended.set(upn, Infinity)
    await parts.standIns.order({ kind: 'end sessions', upn })
    ended.set(upn, now())
  }
  const windows = planFaults(seed, durationMs, { people, instances })
  const unwatch = pace.watch()
  const timer = setInterval(() => print(progress(tally, now())), MINUTE_MS)
  const timeline = runTimeline({ windows, ...parts, tally, now, endSessions, stopped: world.over })
  await Promise.all([populate(world, everybody), timeline])
  clearInterval(timer)
  unwatch()
  judgeRecovery(tally)
  const usage = parts.fleet.usage()
  options.logFile?.(parts.fleet.logs())
  return { tally, usage, seconds: now() / 1000, faults: windows.length, seed, people, instances, lateMs: pace.latestMs }
}
