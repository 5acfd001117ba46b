const LONGEST_WAIT_SECONDS = 5
const MOST_RETRIES = 2
/** What a repeated request still needs after the wait. */
const ROOM_MS = 2_000

export type Throttled = {
  readonly status: number
  readonly retryAfter: string | null
  /** Requests already repeated. */
  readonly retries: number
  readonly now: number
  /** Epoch milliseconds. */
  readonly deadline: number
}

/**
 * How long to wait before asking once more, in milliseconds; `undefined` when waiting is not worth it.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/api-limits
 */
export function waitBeforeRetry(answer: Throttled): number | undefined {
  if (answer.status !== 429 && answer.status !== 503) return undefined
  const seconds = retryAfterSeconds(answer.retryAfter, answer.now)
  if (seconds === undefined || seconds > LONGEST_WAIT_SECONDS || answer.retries >= MOST_RETRIES) return undefined
  const wait = Math.ceil(seconds * 1_000)
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
