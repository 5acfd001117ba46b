import type { Remaining } from './remaining.ts'

/** How fast one person's requests may follow each other. */
export type Pace = {
  /** Under way at once. */
  readonly most: number
  /** Milliseconds from one start to the next. */
  readonly gapMs: number
}

/** Dataverse refuses the 53rd request at once of one person, from all workers together. */
export const FULL_PACE: Pace = { most: 8, gapMs: 0 }
const SLOW: Pace = { most: 2, gapMs: 0 }
/** Fifty such requests last for the whole window. */
const SLOWEST: Pace = { most: 1, gapMs: 6_000 }
/** Of 6,000 requests and 1,200 s in the service's own numbers, which differ between environments. */
const LOW = { requests: 500, seconds: 100 } as const
const NEARLY_NONE = { requests: 50, seconds: 10 } as const

/**
 * The pace that keeps a person from being refused. The headers tell of the one web server that answered and are no
 * contract, so they slow requests down and never refuse one by themselves.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/api-limits
 */
export function paceOf(remaining: Remaining): Pace {
  if (isBelow(remaining, NEARLY_NONE)) return SLOWEST
  return isBelow(remaining, LOW) ? SLOW : FULL_PACE
}

function isBelow({ requests = Infinity, seconds = Infinity }: Remaining, least: typeof LOW | typeof NEARLY_NONE) {
  return requests < least.requests || seconds < least.seconds
}
