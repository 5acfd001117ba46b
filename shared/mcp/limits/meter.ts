import type { Caller } from '../../grants/caller.ts'
import { LimitReached, type LimitName, WINDOWS } from './limit-reached.ts'
import { createMilestones } from './milestones.ts'
import { personOf, EVERYBODY } from './person.ts'
import type { More, Used, UsageCounts } from './usage.ts'

/** Zero is no limit. An hour and a day are those of UTC. */
export type Budgets = {
  readonly callsPerMinute: number
  readonly callsPerMinuteAll: number
  readonly rowsPerDay: number
  readonly rowsPerDayAll: number
  readonly writesPerHour?: number
}

/** What tool calls are counted by; in memory, so that none waits for it. */
export type Meter = {
  /** Counts one tool call. @throws LimitReached, and then it is not counted */
  readonly begin: (caller: Caller) => void
  /** Counts the rows of an answer: a call that has begun is answered whole. */
  readonly answered: (caller: Caller, rows: number) => void
  /**
   * Counts one change, right before it is sent. @throws LimitReached, and then it is not counted
   * @returns what takes the count back, of a change that turns out to have been made before
   */
  readonly write: (caller: Caller) => () => void
}

export type MeterDeps = {
  readonly budgets: Budgets
  readonly counts: UsageCounts
  /** Told after each count. */
  readonly onCounted: () => void
  readonly now: () => number
}

export function createMeter({ budgets, counts, onCounted, now }: MeterDeps): Meter {
  const isCounted = budgets.callsPerMinute > 0 || budgets.rowsPerDay > 0
  const areAllCounted = budgets.callsPerMinuteAll > 0 || budgets.rowsPerDayAll > 0
  const milestones = createMilestones(now)
  const add = (caller: Caller, more: More): void => {
    if (isCounted) counts.add(personOf(caller), more)
    if (areAllCounted) counts.add(EVERYBODY, more)
    if (isCounted || areAllCounted) onCounted()
  }
  return {
    begin: (caller) => {
      const person = personOf(caller)
      const reached =
        (isCounted &&
          first(counts.used(person), [
            ['ROWS_PER_DAY', budgets.rowsPerDay],
            ['CALLS_PER_MINUTE', budgets.callsPerMinute],
          ])) ||
        (areAllCounted &&
          first(counts.used(EVERYBODY), [
            ['ROWS_PER_DAY_ALL', budgets.rowsPerDayAll],
            ['CALLS_PER_MINUTE_ALL', budgets.callsPerMinuteAll],
          ]))
      if (reached) throw new LimitReached({ ...reached, milestone: milestones.count(person) })
      add(caller, { calls: 1 })
    },
    answered: (caller, rows) => {
      if (rows > 0) add(caller, { rows })
    },
    write: (caller) => {
      const person = personOf(caller)
      const reached = first(counts.used(person), [['WRITES_PER_HOUR', budgets.writesPerHour ?? 0]])
      if (reached) throw new LimitReached({ ...reached, milestone: milestones.count(person) })
      const until = now() + counts.used(person).untilEnd.hour
      const count = (writes: number): void => {
        counts.add(person, { writes })
        onCounted()
      }
      count(1)
      // Taken back in a later hour it would let one more through.
      return () => {
        if (now() < until) count(-1)
      }
    },
  }
}

type Limit = readonly [setting: LimitName, most: number]

function first(used: Used, limits: readonly Limit[]) {
  const found = limits.find(([setting, most]) => most > 0 && amountOf(used, setting) >= most)
  if (!found) return undefined
  const [setting, most] = found
  return { setting, most, untilEnd: used.untilEnd[WINDOWS[setting]] }
}

const amountOf = ({ calls, writes, rows }: Used, setting: LimitName): number =>
  ({ minute: calls, hour: writes, day: rows })[WINDOWS[setting]]

/** Where nothing is limited. */
export const UNLIMITED: Meter = { begin: () => undefined, answered: () => undefined, write: () => () => undefined }
