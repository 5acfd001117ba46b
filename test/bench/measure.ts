export type Latency = { readonly p50: number; readonly p95: number }
export type Load = Latency & { readonly perSecond: number }

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

function summarise(milliseconds: readonly number[]): Latency {
  const sorted = [...milliseconds].sort((left, right) => left - right)
  return { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) }
}

/** Milliseconds that one run takes. */
export async function time(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await run()
  return performance.now() - started
}

/** Runs one after the other. `before` prepares each run and is not measured. */
export async function latency(
  times: number,
  run: () => Promise<unknown>,
  before: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Latency> {
  const taken: number[] = []
  for (let count = 0; count < times; count++) {
    await before()
    taken.push(await time(run))
  }
  return summarise(taken)
}

/** Keeps `atOnce` runs going for `milliseconds`. */
export async function load(atOnce: number, milliseconds: number, run: () => Promise<unknown>): Promise<Load> {
  const taken: number[] = []
  const started = performance.now()
  const worker = async () => {
    while (performance.now() - started < milliseconds) taken.push(await time(run))
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return { ...summarise(taken), perSecond: (taken.length / (performance.now() - started)) * 1000 }
}
