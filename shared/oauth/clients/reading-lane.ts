/** Work at once is bounded, and so is what waits for it. */
export type Lane = {
  /**
   * Runs the work when a place is free. `preferred` work goes before what waits, and takes its place where the lane is
   * full: what a stranger makes up never keeps out what was good before.
   * @throws LaneFull at once, when too much waits; the signal's reason, when its time is over before its turn
   */
  readonly run: <T>(preferred: boolean, signal: AbortSignal, work: () => Promise<T>) => Promise<T>
}

export class LaneFull extends Error {
  override readonly name = 'LaneFull'
}

type Waiting = { readonly preferred: boolean; readonly begin: () => void; readonly refuse: (reason: unknown) => void }

export function createLane(mostAtOnce: number, mostWaiting: number): Lane {
  const line: Waiting[] = []
  let running = 0
  const leave = (one: Waiting): boolean => {
    const at = line.indexOf(one)
    if (at >= 0) line.splice(at, 1)
    return at >= 0
  }
  const next = (): void => {
    const one = line.find(({ preferred }) => preferred) ?? line[0]
    if (one && leave(one)) one.begin()
    else running -= 1
  }
  const join = (preferred: boolean, signal: AbortSignal): Promise<void> => {
    if (running < mostAtOnce) {
      running += 1
      return Promise.resolve()
    }
    if (line.length >= mostWaiting && !(preferred && makeRoom(line, leave))) return Promise.reject(new LaneFull())
    return new Promise((resolve, reject) => {
      const one = { preferred, begin: resolve, refuse: reject }
      line.push(one)
      signal.addEventListener('abort', () => leave(one) && reject(signal.reason as Error), { once: true })
    })
  }
  return {
    run: async (preferred, signal, work) => {
      signal.throwIfAborted()
      await join(preferred, signal)
      try {
        return await work()
      } finally {
        next()
      }
    },
  }
}

/** The last that came without a right of way gives up its place. */
function makeRoom(line: readonly Waiting[], leave: (one: Waiting) => boolean): boolean {
  const last = line.findLast(({ preferred }) => !preferred)
  if (!last) return false
  leave(last)
  last.refuse(new LaneFull())
  return true
}
