/** Node fires at once what is further off than this many milliseconds. @see https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const FURTHEST_MS = 2 ** 31 - 1

/**
 * Work with a signal that aborts after `ms` milliseconds, at once where that is nothing; and that is forgotten when the
 * work ends. A signal of `AbortSignal.timeout` lives until its time is over, and with it the request that it was made
 * for, its body and its answer: a thousand calls a minute of half a minute each keep five hundred of them.
 * The work must be all that the signal is for: the body of an answer is read within.
 * @throws what the work throws; the signal's reason is a `TimeoutError`, as that of `AbortSignal.timeout` is
 */
export async function within<Result>(ms: number, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController()
  const end = (): void => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
  if (ms <= 0) end()
  const stop = ms > 0 ? later(Math.min(Math.ceil(ms), FURTHEST_MS), end) : undefined
  try {
    return await work(controller.signal)
  } finally {
    stop?.()
  }
}

/** Runs work later, unless the function that it returns is called first. */
export type Later = (ms: number, work: () => void) => () => void

/** The timer never keeps the process alive. */
export const later: Later = (ms, work) => {
  const timer = setTimeout(work, ms).unref()
  return () => clearTimeout(timer)
}
