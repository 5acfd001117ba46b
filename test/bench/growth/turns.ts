import { usageOf } from '../../chaos/instances/usage.ts'
import { median, times } from '../measure.ts'

type Run = () => Promise<unknown>
/** The same calls of a small world, or of a large one; `before` prepares each and is not on the clock. */
export type Side = { readonly pids: readonly number[]; readonly run: Run; readonly before?: Run }
/** Large to small. `processor` is that of all processes named, what `before` asks of them included. */
export type Grown = { readonly time: number; readonly processor: number }

export const processorMs = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + (usageOf(pid)?.cpuSeconds ?? Number.NaN), 0) * 1000

/** Both by turns, in alternating order: a machine that is busy with something else is so for both. */
export async function growthOf(
  small: Side,
  large: Side,
  { rounds, calls }: { readonly rounds: number; readonly calls: number },
): Promise<Grown> {
  const sides = [small, large].map((side) => ({ side, time: [] as number[], processor: [] as number[] }))
  for (let round = 0; round < rounds; round++) {
    for (const { side, time, processor } of round % 2 === 0 ? sides : sides.toReversed()) {
      const before = processorMs(side.pids)
      time.push(median(await times(calls, side.run, side.before)))
      processor.push(processorMs(side.pids) - before)
    }
  }
  const ratioOf = (what: 'time' | 'processor') => {
    const [few = Number.NaN, many = Number.NaN] = sides.map((side) => median(side[what]))
    return many / few
  }
  return { time: ratioOf('time'), processor: ratioOf('processor') }
}
