import { DataverseFault } from './errors.ts'

/** Service protection, per user over a sliding window. @see https://learn.microsoft.com/power-apps/developer/data-platform/api-limits */
export type Limits = {
  readonly concurrentRequests: number
  readonly requests: number
  /** Combined execution time in milliseconds. */
  readonly executionMs: number
  readonly windowSeconds: number
}

export const SERVICE_LIMITS: Limits = {
  concurrentRequests: 52,
  requests: 6000,
  executionMs: 1_200_000,
  windowSeconds: 300,
}

export type Admission = {
  /** What a request that was let in says of the budget that is left. */
  readonly headers: Readonly<Record<string, string>>
  /** To be called once when the request has been answered. */
  readonly leave: () => void
}

export type Limiter = {
  /** @throws DataverseFault 429 0x80072326, 0x80072322 or 0x80072321 with Retry-After */
  readonly enter: (upn: string) => Admission
  readonly reset: () => void
}

type Usage = {
  inFlight: number
  starts: number[]
  executions: { readonly at: number; readonly ms: number }[]
  /** Milliseconds of all executions together. */
  spent: number
}

function refuse(code: string, message: string, waitMs: number): never {
  throw new DataverseFault(429, code, message, { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) })
}

/** Both lists are in the order of time: what they begin with is the oldest. */
function forget(usage: Usage, before: number): void {
  if ((usage.starts[0] ?? Infinity) <= before) usage.starts = usage.starts.filter((at) => at > before)
  if ((usage.executions[0]?.at ?? Infinity) > before) return
  usage.executions = usage.executions.filter(({ at }) => at > before)
  usage.spent = usage.executions.reduce((sum, { ms }) => sum + ms, 0)
}

function check(usage: Usage, limits: Limits, now: number): void {
  const { concurrentRequests, requests, executionMs, windowSeconds } = limits
  const until = (at: number | undefined): number => (at ?? now) + windowSeconds * 1000 - now
  if (usage.inFlight >= concurrentRequests) {
    refuse('0x80072326', `Number of concurrent requests exceeded the limit of ${concurrentRequests}.`, 2000)
  }
  const window = `over time window of ${windowSeconds} seconds`
  if (usage.starts.length >= requests) {
    refuse('0x80072322', `Number of requests exceeded the limit of ${requests} ${window}.`, until(usage.starts[0]))
  }
  if (usage.spent < executionMs) return
  const what = `Combined execution time of incoming requests exceeded limit of ${executionMs.toLocaleString('en-US')} milliseconds ${window}.`
  const advice = 'Decrease number of concurrent requests or reduce the duration of requests and try again later.'
  refuse('0x80072321', `${what} ${advice}`, until(usage.executions[0]?.at))
}

/**
 * As the service writes it, with a comma for thousands: `1,200.00` in an answer of the service that somebody published.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/api-limits#http-response-headers
 */
const SECONDS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const inSeconds = (ms: number): string => SECONDS.format(ms / 1000)

/** @param elapsed milliseconds of a clock that runs while a request does, even where `now` stands still */
export function createLimiter(limits: Limits, now: () => Date, elapsed: () => number): Limiter {
  const users = new Map<string, Usage>()
  const enter = (upn: string): Admission => {
    const usage = users.get(upn) ?? { inFlight: 0, starts: [], executions: [], spent: 0 }
    users.set(upn, usage)
    const at = now().getTime()
    forget(usage, at - limits.windowSeconds * 1000)
    check(usage, limits, at)
    usage.inFlight++
    usage.starts.push(at)
    const started = elapsed()
    const headers = {
      'x-ms-ratelimit-burst-remaining-xrm-requests': String(limits.requests - usage.starts.length),
      'x-ms-ratelimit-time-remaining-xrm-requests': inSeconds(limits.executionMs - usage.spent),
    }
    const leave = (): void => {
      usage.inFlight--
      const ms = elapsed() - started
      usage.executions.push({ at: now().getTime(), ms })
      usage.spent += ms
    }
    return { headers, leave }
  }
  return { enter, reset: () => users.clear() }
}

type WithHeaders = { readonly headers: Readonly<Record<string, string>> }

/** Does a request's work while it counts as in flight, and tells its answer what is left. @throws DataverseFault 429 */
export async function withinLimits<Reply extends WithHeaders>(
  limiter: Limiter,
  upn: string,
  work: () => Promise<Reply | 'silence' | undefined>,
): Promise<Reply | 'silence' | undefined> {
  const { headers, leave } = limiter.enter(upn)
  try {
    const reply = await work()
    if (!reply || reply === 'silence') return reply
    return { ...reply, headers: { ...reply.headers, ...headers } }
  } finally {
    leave()
  }
}
