import { createHmac, createSecretKey } from 'node:crypto'
import { LRUCache } from 'lru-cache'

export type FailureLimit = {
  /** Failures under one name in a window, before the next one is answered 429. */
  readonly most: number
  readonly windowMs: number
  readonly now: () => number
  /** Random per process: addresses and ids are remembered as HMACs only. */
  readonly key: Uint8Array
}

export type Verdict = {
  /** Seconds until the counting starts anew; absent within the limit. */
  readonly retryAfter?: number
  /** The failures so far, where they are worth a line in the log: at the limit, at ten times the limit, and so on. */
  readonly milestone?: number
}

/** Counts refused requests, and those alone: what is valid is never counted and never meets a limit. */
export type Failures = {
  /** @param names what the failure is counted under, such as `address:…`; the first over its limit decides */
  readonly count: (names: readonly string[]) => Verdict
}

/** About 2 MB. An attacker with more names than that resets counts; none of them stands in anybody's way. */
const MOST_NAMES = 10_000

type Window = { count: number; readonly endsAt: number }

/** In the memory of this instance: a deployment bears as many failures as it has instances, times the limit. */
export function createFailures({ most, windowMs, now, key }: FailureLimit): Failures {
  // Each endpoint has one, which takes its memory when it is made; most endpoints of a worker never fail.
  let made: LRUCache<string, Window> | undefined
  // Made once: of plain bytes each HMAC would make one anew, which takes longer than the HMAC, and a flood pays with our time.
  const secret = createSecretKey(key)
  const next = (name: string): Window => {
    const windows = (made ??= new LRUCache({ max: MOST_NAMES }))
    const hashed = createHmac('sha256', secret).update(name).digest('base64url')
    const running = windows.get(hashed)
    const window = running && running.endsAt > now() ? running : { count: 0, endsAt: now() + windowMs }
    window.count += 1
    windows.set(hashed, window)
    return window
  }
  return {
    count: (names) => {
      const over = names.map(next).find(({ count }) => count > most)
      if (!over) return {}
      const retryAfter = Math.max(1, Math.ceil((over.endsAt - now()) / 1000))
      return isMilestone(over.count - 1, most) ? { retryAfter, milestone: over.count } : { retryAfter }
    },
  }
}

/** 1, 10, 100 … times the limit: a flood of a million is five lines. */
function isMilestone(count: number, most: number): boolean {
  let step = most
  while (step < count) step *= 10
  return step === count
}

/** For endpoints that stand alone, as in tests. */
export const UNCOUNTED: Failures = { count: () => ({}) }
