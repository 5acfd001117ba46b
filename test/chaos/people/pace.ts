import { setTimeout as pause } from 'node:timers/promises'

const LEAST_PER_SECOND = 3
const MOST_PER_SECOND = 15
const SLOW_MS = 1_200
const FASTER = 1.03
const SLOWER = 0.93
const SMOOTHING = 0.9

/**
 * Spaces the calls of everybody together, and slows down when answers do: a machine that is busy with something else
 * must not look like an app that does not answer.
 */
export class Pace {
  #perSecond = 8
  #usualMs = 0
  #nextAt = 0
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  observe(ms: number): void {
    this.#usualMs = this.#usualMs * SMOOTHING + ms * (1 - SMOOTHING)
    const factor = this.#usualMs > SLOW_MS ? SLOWER : FASTER
    this.#perSecond = Math.min(MOST_PER_SECOND, Math.max(LEAST_PER_SECOND, this.#perSecond * factor))
  }

  /** Settles when it is the caller's turn. */
  async turn(): Promise<void> {
    const at = Math.max(this.#nextAt, this.#now())
    this.#nextAt = at + 1000 / this.#perSecond
    await pause(Math.max(0, at - this.#now()))
  }
}
