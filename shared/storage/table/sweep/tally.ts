import { createPace, type Pace } from './pace.ts'

/** A sweep on its way. */
export type Tally = {
  deleted: number
  /** Rows that were renewed, or taken by somebody else, between being read and deleted. */
  kept: number
  finished: boolean
  /** What went wrong first, with one grant of many. */
  failure?: unknown
  readonly now: () => number
  readonly hasTime: () => boolean
  readonly pace: Pace
}

export function newTally(now: () => number, until: number): Tally {
  return { deleted: 0, kept: 0, finished: true, now, hasTime: () => now() <= until, pace: createPace(now) }
}

/** Enough for some thousand rows a second; with twenty no more went away, and people's calls beside them took longer. */
const AT_ONCE = 4

/** Works on each of the items, a few at once, and on none once the time is up: those left are not in the result. */
export async function eachInTime<T>(tally: Tally, items: readonly T[], work: (item: T) => Promise<void>): Promise<T[]> {
  const done: T[] = []
  const left = items.values()
  const worker = async (): Promise<void> => {
    for (const item of left) {
      await tally.pace()
      if (!tally.hasTime()) {
        tally.finished = false
        return
      }
      try {
        await work(item)
        done.push(item)
      } catch (error) {
        // One that fails again and again must not keep the others from their end.
        tally.failure ??= error
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return done
}
