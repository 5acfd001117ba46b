import { setTimeout as pause } from 'node:timers/promises'
import { percentile } from '../report/recovery.ts'

const LEAST_PER_SECOND = 1.5
const MOST_PER_SECOND = 15
const FASTER = 1.05
const SLOWER = 0.9
const LATELY = 40
const SLOW_MS = 1_500
const LATE_MS = 150
const LOOK_EVERY_MS = 500

/**
 * Calls a second from now on: fewer when most answers or our own timers are late. A few slow answers are those of a
 * fault, and change nothing.
 */
export function adapt(perSecond: number, lateMs: number, answersMs: readonly number[]): number {
  const isBusy = lateMs > LATE_MS || percentile(answersMs, 0.5) > SLOW_MS
  return Math.min(MOST_PER_SECOND, Math.max(LEAST_PER_SECOND, perSecond * (isBusy ? SLOWER : FASTER)))
}

/**
 * Spaces the calls of everybody together: a machine that is busy with something else must not look like an app that
 * does not answer.
 */
export class Pace {
  #perSecond = 8
  #nextAt = 0
  #lately: number[] = []
  #latestMs = 0
  readonly #now: () => number

  /** @param now milliseconds of a clock that only runs forward */
  constructor(now: () => number) {
    this.#now = now
  }

  observe(ms: number): void {
    this.#lately = [...this.#lately.slice(1 - LATELY), ms]
  }

  /** Looks again and again how it goes, until the function that comes back is called. */
  watch(): () => void {
    let expected = this.#now() + LOOK_EVERY_MS
    const timer = setInterval(() => {
      const lateMs = this.#now() - expected
      expected = this.#now() + LOOK_EVERY_MS
      this.#latestMs = Math.max(this.#latestMs, lateMs)
      this.#perSecond = adapt(this.#perSecond, lateMs, this.#lately)
    }, LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }

  /** How late a timer of this very process was at most: above a second, nobody's time-outs say much. */
  get latestMs(): number {
    return this.#latestMs
  }

  /** Settles when it is the caller's turn. */
  async turn(): Promise<void> {
    const at = Math.max(this.#nextAt, this.#now())
    this.#nextAt = at + 1000 / this.#perSecond
    await pause(Math.max(0, at - this.#now()))
  }
}
