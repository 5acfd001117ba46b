import { createRandom, cycle, type Random } from '../../sandbox/dataverse/seed/tools.ts'

/** What a dependency can do to whoever calls it. `lost`: it does what was asked, and the answer never arrives. */
export const DEPENDENCY_FAULTS = ['throttled', 'failing', 'page', 'slow', 'silent', 'reset', 'lost'] as const
export type DependencyFault = (typeof DEPENDENCY_FAULTS)[number]
export const DEPENDENCIES = ['entra', 'dataverse', 'storage', 'vault'] as const
export type Dependency = (typeof DEPENDENCIES)[number]

/** `killed`: SIGKILL and a new start, with another clock; `frozen`: it stands still for a while and goes on. */
const INSTANCE_FAULTS = ['killed', 'killed', 'frozen'] as const
const SINGLE_EVENTS = ['key rotated', 'sessions ended'] as const

/** Times are milliseconds from the start of the run. */
type Timed = { readonly at: number; readonly until: number }
export type FaultWindow = Timed &
  (
    | {
        readonly target: Dependency
        readonly kind: DependencyFault
        /** Of a hundred requests. */ readonly share: number
      }
    | { readonly target: 'instance'; readonly kind: 'killed' | 'frozen'; readonly index: number }
    | { readonly target: 'event'; readonly kind: (typeof SINGLE_EVENTS)[number]; readonly person: number }
  )
type Fault = FaultWindow extends infer W ? (W extends Timed ? Omit<W, keyof Timed> : never) : never

export type Size = { readonly people: number; readonly instances: number }

const SHARES = [35, 70, 100]
/** The first sign-ins are disturbed as well; in the last part all must recover. */
const FIRST_AT_MS = 8_000
const QUIET_AT_END_MS = 8_000
const LEAST_MS = 3_000
const MOST_MORE_MS = 6_000
const LEAST_BETWEEN_MS = 3_000
const MOST_MORE_BETWEEN_MS = 4_000

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const left = [...items]
  return items.map(() => left.splice(random(left.length), 1)[0]).filter((one) => one !== undefined)
}

/** Every fault once, in an order of its own. The first instance is never killed: its memory is watched over the run. */
function round(random: Random, { people, instances }: Size): Fault[] {
  const dependencies = DEPENDENCIES.flatMap((target) =>
    DEPENDENCY_FAULTS.map((kind): Fault => ({ target, kind, share: cycle(SHARES, random(SHARES.length)) })),
  )
  const processes = INSTANCE_FAULTS.map((kind): Fault => ({
    target: 'instance',
    kind,
    index: 1 + random(instances - 1),
  }))
  const events = SINGLE_EVENTS.map((kind): Fault => ({ target: 'event', kind, person: random(people) }))
  return shuffled([...dependencies, ...processes, ...processes, ...events], random)
}

/** The faults of a run: the same for the same seed, length and size. */
export function planFaults(seed: number, durationMs: number, size: Size): FaultWindow[] {
  const random = createRandom(seed)
  const windows: FaultWindow[] = []
  let waiting: Fault[] = []
  let at = FIRST_AT_MS
  for (;;) {
    if (waiting.length === 0) waiting = round(random, size)
    const until = at + LEAST_MS + random(MOST_MORE_MS)
    const next = waiting.pop()
    if (next === undefined || until > durationMs - QUIET_AT_END_MS) return windows
    windows.push({ ...next, at, until })
    at = until + LEAST_BETWEEN_MS + random(MOST_MORE_BETWEEN_MS)
  }
}

export const nameOf = (window: FaultWindow): string => `${window.target} ${window.kind}`
