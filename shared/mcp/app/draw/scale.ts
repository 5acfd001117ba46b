/** From values to places along an axis, which is drawn from zero. */
export type Scale = {
  readonly ticks: readonly number[]
  /** Between two ticks. */
  readonly step: number
  /** @returns where on the axis, 0 at its start to 1 at its end */
  readonly share: (value: number) => number
}

const ROUND = [1, 2, 5, 10]

/** @param whole of things that are counted: no tick stands between two of them */
export function scaleOf(values: readonly number[], most: number, whole: boolean): Scale {
  const low = Math.min(0, ...values)
  const high = Math.max(0, ...values)
  const span = high - low > 0 && Number.isFinite(high - low) ? high - low : 1
  for (let step = firstStep(span / most, whole); ; step = nextStep(step)) {
    const from = Math.floor(low / step + NOISE)
    const to = Math.max(from + 1, Math.ceil(high / step - NOISE))
    if (to - from + 1 > most) continue
    const ticks = Array.from({ length: to - from + 1 }, (_, at) => exact((from + at) * step))
    return { ticks, step, share: (value) => (value / step - from) / (to - from) }
  }
}

/** What dividing leaves of a value that is a tick. */
const NOISE = 1e-9

function firstStep(least: number, whole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(least))
  const step = exact((ROUND.find((one) => one * power >= least * (1 - NOISE)) ?? 10) * power)
  return whole ? Math.max(1, step) : step
}

function nextStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step) + NOISE)
  const digit = Math.round(step / power)
  return exact((ROUND.find((one) => one > digit) ?? 10) * power)
}

/** 0.30000000000000004 is 0.3. */
function exact(value: number): number {
  return Number(value.toPrecision(12))
}
