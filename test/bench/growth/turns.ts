import { usageOf } from '../../chaos/instances/usage.ts'
import { median, times } from '../measure.ts'
import type { Filled } from './fill/azurite.ts'

type Run = () => Promise<unknown>
/** The same calls of a small world, or of a large one; `before` prepares each and is not on the clock. */
export type Side = {
  /** Whose processor time it is about, what `before` asks of it included. */
  readonly pid: number
  /** What works for it. */
  readonly storage?: Filled
  readonly calls: number
  readonly run: Run
  readonly before?: Run
}
/**
 * Of one call, large to small; `requests` is how many more the large one sends to storage, whose processor is of
 * interest where calls send any.
 */
export type Grown = {
  readonly time: number
  readonly processor: number
  readonly storage?: { readonly processor?: number; readonly requests: number }
}

export const processorMs = (pid: number): number => (usageOf(pid)?.cpuSeconds ?? Number.NaN) * 1000

type Cost = { readonly time: number; readonly processor: number; readonly storage: number; readonly requests: number }

async function costOf({ pid, storage, calls, run, before }: Side): Promise<Cost> {
  const used = async () => ({
    processor: processorMs(pid),
    storage: storage ? processorMs(storage.pid) : 0,
    requests: storage ? await storage.requests() : 0,
  })
  const started = await used()
  const time = median(await times(calls, run, before))
  const ended = await used()
  const each = (what: keyof typeof started) => (ended[what] - started[what]) / calls
  return { time, processor: each('processor'), storage: each('storage'), requests: each('requests') }
}

/** Both by turns, in alternating order: a machine that is busy with something else is so for both. */
export async function growthOf(small: Side, large: Side, rounds: number): Promise<Grown> {
  const sides = [small, large].map((side) => ({ side, costs: [] as Cost[] }))
  for (let round = 0; round < rounds; round++) {
    for (const { side, costs } of round % 2 === 0 ? sides : sides.toReversed()) costs.push(await costOf(side))
  }
  const both = (what: keyof Cost) => sides.map(({ costs }) => median(costs.map((cost) => cost[what])))
  const ratioOf = (what: keyof Cost) => {
    const [few = Number.NaN, many = Number.NaN] = both(what)
    return many / few
  }
  const [few = Number.NaN, many = Number.NaN] = both('requests')
  return {
    time: ratioOf('time'),
    processor: ratioOf('processor'),
    ...(small.storage && {
      storage: { requests: many - few, ...(few >= 1 && { processor: ratioOf('storage') }) },
    }),
  }
}
