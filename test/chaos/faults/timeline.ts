import { setTimeout as pause } from 'node:timers/promises'
import type { Fleet } from '../instances/fleet.ts'
import type { StandIns } from '../instances/stand-ins.ts'
import type { Tally } from '../report/tally.ts'
import { type FaultWindow, nameOf } from './plan.ts'

export type TimelineOptions = {
  readonly windows: readonly FaultWindow[]
  readonly fleet: Pick<Fleet, 'kill' | 'freeze'>
  readonly standIns: Pick<StandIns, 'order'>
  readonly tally: Tally
  /** Milliseconds from the start. */
  readonly now: () => number
  /** Entra ends the sessions of the person of that index. */
  readonly endSessions: (person: number) => Promise<void>
  readonly stopped: () => boolean
}

/** Brings one fault, waits for its end, and takes it away. */
async function suffer(window: FaultWindow, { fleet, standIns, endSessions }: TimelineOptions): Promise<void> {
  const length = window.until - window.at
  if (window.target === 'instance') return fleet[window.kind === 'killed' ? 'kill' : 'freeze'](window.index, length)
  if (window.target === 'event') {
    if (window.kind === 'key rotated') await standIns.order({ kind: 'rotate key' })
    else await endSessions(window.person)
    return
  }
  const { target: dependency, kind, share } = window
  await standIns.order({ kind: 'fault', dependency, fault: { kind, share } })
  await pause(length)
  await standIns.order({ kind: 'fault', dependency })
}

/** The faults of a plan, one after the other, each at its time. */
export async function runTimeline(options: TimelineOptions): Promise<void> {
  const { windows, tally, now, stopped } = options
  for (const window of windows) {
    while (now() < window.at && !stopped()) await pause(Math.min(500, Math.max(1, window.at - now())))
    if (stopped()) return
    tally.during = nameOf(window)
    await suffer(window, options)
    tally.recovery.faultEnded(nameOf(window))
    tally.during = `after ${nameOf(window)}`
  }
}
