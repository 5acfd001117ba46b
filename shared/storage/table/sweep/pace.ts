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
  return async () => {
    const { user, system } = process.cpuUsage(since.used)
    const passed = now() - since.at
    const owed = ((user + system) / 1000) * PART - passed
    if (owed >= 1) await rest(Math.min(owed, MOST_MS))
    if (owed >= 1 || passed > WINDOW_MS) since = { at: now(), used: process.cpuUsage() }
  }
}
