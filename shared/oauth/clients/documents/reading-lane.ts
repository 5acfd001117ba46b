/** Whose work it is, and whether it has a right of way. */
export type Turn = {
  readonly preferred: boolean
  /** The network address that asks; work without one is taken for that of one asker. */
  readonly from?: string
}

/** Work at once is bounded, and so is what waits for it. */
export type Lane = {
  /**
   * Runs the work when a place is free. `preferred` work goes before what waits, and takes its place where the lane is
   * full: what a stranger makes up never keeps out what was good before. Of all else the work of whoever has the least
   * of it waiting goes first, and where the lane is full whoever has the most gives way: no single address keeps out
   * the others.
   * @throws LaneFull at once, when too much waits, or later, when it gives way; the signal's reason, when its time is
   * over before its turn
   */
  readonly run: <T>(turn: Turn, signal: AbortSignal, work: () => Promise<T>) => Promise<T>
}

export class LaneFull extends Error {
  override readonly name = 'LaneFull'
}

type Waiting = Turn & { readonly begin: () => void; readonly refuse: (reason: unknown) => void }

export function createLane(mostAtOnce: number, mostWaiting: number): Lane {
  const line: Waiting[] = []
  let running = 0
  const leave = (one: Waiting): boolean => {
    const at = line.indexOf(one)
    if (at >= 0) line.splice(at, 1)
    return at >= 0
  }
  const next = (): void => {
    const one = foremost(line)
    if (one && leave(one)) one.begin()
    else running -= 1
  }
  const makeRoom = (turn: Turn): boolean => {
    const one = whoGivesWay(line, turn)
    if (!one || !leave(one)) return false
    one.refuse(new LaneFull())
    return true
  }
  const join = (turn: Turn, signal: AbortSignal): Promise<void> => {
    if (running < mostAtOnce) {
      running += 1
      return Promise.resolve()
    }
    if (line.length >= mostWaiting && !makeRoom(turn)) return Promise.reject(new LaneFull())
    return new Promise((resolve, reject) => {
      const one = { ...turn, begin: resolve, refuse: reject }
      line.push(one)
      signal.addEventListener('abort', () => leave(one) && reject(signal.reason as Error), { once: true })
    })
  }
  return {
    run: async (turn, signal, work) => {
      signal.throwIfAborted()
      await join(turn, signal)
      try {
        return await work()
      } finally {
        next()
      }
    },
  }
}

const countOf = (line: readonly Waiting[], { from }: Turn): number => line.filter((one) => one.from === from).length

function foremost(line: readonly Waiting[]): Waiting | undefined {
  const preferred = line.find((one) => one.preferred)
  if (preferred) return preferred
  const fewest = Math.min(...line.map((one) => countOf(line, one)))
  return line.find((one) => countOf(line, one) === fewest)
}

/** The last of whoever has the most waiting: for work with a right of way, or for an asker who has fewer even so. */
function whoGivesWay(line: readonly Waiting[], turn: Turn): Waiting | undefined {
  const others = line.filter((one) => !one.preferred)
  const most = Math.max(...others.map((one) => countOf(others, one)))
  if (!turn.preferred && most <= countOf(others, turn) + 1) return undefined
  return others.findLast((one) => countOf(others, one) === most)
}
