import { LRUCache } from 'lru-cache'

/** Counts what is refused to each person in a minute, so that a flood is a few lines in the audit. */
export type Milestones = {
  /** The count where it is worth a line: 1, 10, 100 … */
  readonly count: (person: string) => number | undefined
}

const MOST_PEOPLE = 10_000
const MINUTE_MS = 60_000

export function createMilestones(now: () => number): Milestones {
  let made: LRUCache<string, { count: number; readonly since: number }> | undefined
  return {
    count: (person) => {
      const counts = (made ??= new LRUCache({ max: MOST_PEOPLE }))
      const known = counts.get(person)
      // A clock that steps back begins anew, too.
      const isRunning = known !== undefined && Math.abs(now() - known.since) < MINUTE_MS
      const current = isRunning ? known : { count: 0, since: now() }
      current.count += 1
      counts.set(person, current)
      return isMilestone(current.count) ? current.count : undefined
    },
  }
}

function isMilestone(count: number): boolean {
  let step = 1
  while (step < count) step *= 10
  return step === count
}
