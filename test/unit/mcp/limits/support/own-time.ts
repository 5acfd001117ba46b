import { setImmediate as settled } from 'node:timers/promises'

export type OwnTime = {
  readonly now: () => number
  readonly later: (ms: number, work: () => void) => void
  readonly afterArrivals: (work: () => void) => void
  /** Lets time pass, and whatever is due happen in its order. */
  readonly pass: (ms: number) => Promise<void>
  /** Sets the clock on or back; what is due is due when it would have been. */
  readonly shift: (ms: number) => void
}

/** A time that passes when a test says so. */
export function ownTime(start = Date.UTC(2026, 5, 15, 12)): OwnTime {
  let elapsed = 0
  let shifted = start
  const due: { readonly at: number; readonly work: () => void }[] = []
  const later = (ms: number, work: () => void): void => {
    due.push({ at: elapsed + ms, work })
    due.sort((one, other) => one.at - other.at)
  }
  return {
    later,
    now: () => shifted + elapsed,
    afterArrivals: (work) => later(0, work),
    shift: (ms) => void (shifted += ms),
    pass: async (ms) => {
      const until = elapsed + ms
      await settled()
      for (let next = due[0]; next && next.at <= until; next = due[0]) {
        due.shift()
        elapsed = Math.max(elapsed, next.at)
        next.work()
        await settled()
      }
      elapsed = until
    },
  }
}
