const MOST_RETRIES = 3
/** What a repeated request still needs after the wait. */
const ROOM_MS = 2_000
/** Added by chance, so that calls that were refused together do not come back together. */
const MOST_JITTER = 0.25
const LEAST_JITTER_MS = 50

export type Throttled = {
  readonly status: number
  readonly retryAfter: string | null
  /** Requests already repeated. */
  readonly retries: number
  readonly now: number
  /** Epoch milliseconds. */
  readonly deadline: number
  /** From 0 up to 1. */
  readonly random: () => number
}

/**
 * How long to wait before asking once more, in milliseconds, never less than `Retry-After` says; `undefined` when the
 * answer is final, or when the deadline comes first.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/api-limits
 */
export function waitBeforeRetry(answer: Throttled): number | undefined {
  if ((answer.status !== 429 && answer.status !== 503) || answer.retries >= MOST_RETRIES) return undefined
  const seconds = retryAfterSeconds(answer.retryAfter, answer.now) ?? 2 ** answer.retries
  const least = seconds * 1_000
  const wait = Math.ceil(least + answer.random() * Math.max(LEAST_JITTER_MS, least * MOST_JITTER))
  return answer.now + wait + ROOM_MS <= answer.deadline ? wait : undefined
}

/** Reads `Retry-After` in either form of RFC 9110 section 10.2.3; `undefined` when absent or unreadable. */
export function retryAfterSeconds(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1_000)
}
