import type { Usage } from '../../storage/ports.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** The minute, hour or day (UTC) that counts go to, numbered from the epoch. */
export type Window = 'minute' | 'hour' | 'day'

const LENGTH_MS: Readonly<Record<Window, number>> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
}

/**
 * The window that is counted in now. One that is already known to have begun goes on where a clock steps back, or is
 * behind another instance's, by less than one; a clock that was far ahead must not stop the counting until then.
 */
export function windowNow(window: Window, now: number, known: number | undefined): number {
  return laterOf(Math.floor(now / LENGTH_MS[window]), known)
}

/** Milliseconds until the window ends; never none. */
export function untilEnd(window: Window, number: number, now: number): number {
  return Math.max(1, (number + 1) * LENGTH_MS[window] - now)
}

export const startOf = (window: Window, number: number): number => number * LENGTH_MS[window]

/** What stands there after more was added: counts of the same window together, else those of the later one alone. */
export function mergeUsage(stands: Usage | undefined, more: Usage): Usage {
  if (!stands) return more
  const minute = laterOf(more.minute, stands.minute)
  const hour = laterOf(more.hour, stands.hour)
  const day = laterOf(more.day, stands.day)
  return {
    minute,
    hour,
    day,
    calls: more.calls + (stands.minute === minute ? stands.calls : 0),
    writes: more.writes + (stands.hour === hour ? stands.writes : 0),
    rows: more.rows + (stands.day === day ? stands.rows : 0),
  }
}

function laterOf(own: number, other: number | undefined): number {
  return other === own + 1 ? other : own
}
