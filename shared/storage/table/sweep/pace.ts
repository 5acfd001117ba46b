import { setTimeout as rest } from 'node:timers/promises'

/** Of the time that passes the instance works a third: people's calls are answered by the same thread. */
const PART = 3
/** What was long ago says nothing about now. */
const WINDOW_MS = 250
/** However busy the calls keep the instance, what has ended goes away. */
const MOST_MS = 20

/** Resolves when it is time for the next piece of work that nobody waits for. */
export type Pace = () => Promise<void>

/** By processor time, not by the clock: a storage that is slow, or a machine that others keep busy, costs no rest. */
export function createPace(now: () => number): Pace {
  let since = { at: now(), used: process.cpuUsage() }
  const owed = (): number => {
    const { user, system } = process.cpuUsage(since.used)
    return ((user + system) / 1000) * PART - (now() - since.at)
  }
  return async () => {
    // Of several at work each waits for what all have used: a rest of one alone is filled by the work of the others.
    let left = MOST_MS
    for (let due = owed(); due >= 1 && left > 0; due = owed()) {
      await rest(Math.min(due, left))
      left -= due
    }
    if (left <= 0 || now() - since.at > WINDOW_MS) since = { at: now(), used: process.cpuUsage() }
  }
}
