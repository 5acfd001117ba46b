import { usageOf } from '../chaos/instances/usage.ts'

export type Latency = { readonly p50: number; readonly p95: number }
export type Load = Latency & { readonly perSecond: number }
/** Milliseconds a call. */
export type Cost = { readonly p50: number; readonly cpu: number }
type Run = () => Promise<unknown>
/** One of several that are measured by turns. */
export type Candidate = {
  readonly pid: number
  /** Of another process that does part of the work. */
  readonly behind?: number
  readonly run: Run
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

export const sorted = (values: readonly number[]): number[] => [...values].sort((left, right) => left - right)
export const median = (values: readonly number[]): number => percentile(sorted(values), 0.5)

function summarise(milliseconds: readonly number[]): Latency {
  const inOrder = sorted(milliseconds)
  return { p50: percentile(inOrder, 0.5), p95: percentile(inOrder, 0.95) }
}

/** Milliseconds that one run takes. */
export async function time(run: Run): Promise<number> {
  const started = performance.now()
  await run()
  return performance.now() - started
}

/** Milliseconds of each of `times` runs, one after the other. `before` prepares each run and is not measured. */
export async function times(count: number, run: Run, before: Run = () => Promise.resolve()): Promise<number[]> {
  const taken: number[] = []
  for (let index = 0; index < count; index++) {
    await before()
    taken.push(await time(run))
  }
  return taken
}

/** Keeps `atOnce` runs going for `milliseconds`. */
export async function load(atOnce: number, milliseconds: number, run: Run): Promise<Load> {
  const taken: number[] = []
  const started = performance.now()
  const worker = async () => {
    while (performance.now() - started < milliseconds) taken.push(await time(run))
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return { ...summarise(taken), perSecond: (taken.length / (performance.now() - started)) * 1000 }
}

const cpuMs = ({ pid, behind }: Candidate): number =>
  [pid, ...(behind === undefined ? [] : [behind])].reduce(
    (sum, one) => sum + (usageOf(one)?.cpuSeconds ?? Number.NaN) * 1000,
    0,
  )

/**
 * Rounds by turns, in alternating order, so that a machine that is busy with something else is so for all; the median
 * round of each.
 */
export async function byTurns<K extends string>(
  candidates: Readonly<Record<K, Candidate>>,
  { rounds, calls }: { readonly rounds: number; readonly calls: number },
): Promise<Record<K, Cost>> {
  const entries = Object.entries<Candidate>(candidates)
  const seen = new Map(entries.map(([name]) => [name, { p50: [] as number[], cpu: [] as number[] }]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, candidate] of round % 2 === 0 ? entries : entries.toReversed()) {
      const before = cpuMs(candidate)
      const taken = await times(calls, candidate.run)
      seen.get(name)?.cpu.push((cpuMs(candidate) - before) / calls)
      seen.get(name)?.p50.push(median(taken))
    }
  }
  const costs = [...seen].map(([name, { p50, cpu }]) => [name, { p50: median(p50), cpu: median(cpu) }])
  return Object.fromEntries(costs) as Record<K, Cost>
}
