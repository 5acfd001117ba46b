import { setImmediate as settled } from 'node:timers/promises'
import type { Later } from '../../../../../shared/telemetry/deadline.ts'

export type OwnTime = {
  readonly now: () => number
  readonly later: Later
  /** How much is still to happen. */
  readonly planned: () => number
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
  const later: Later = (ms, work) => {
    const one = { at: elapsed + ms, work }
    due.push(one)
    due.sort((first, other) => first.at - other.at)
    return () => {
      const at = due.indexOf(one)
      if (at >= 0) due.splice(at, 1)
    }
  }
  return {
    later,
    now: () => shifted + elapsed,
    planned: () => due.length,
    afterArrivals: (work) => void later(0, work),
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
