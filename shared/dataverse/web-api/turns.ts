/** One per worker: how many requests of each person are under way at once. It holds ids alone, and empties itself. */
export type Turns = {
  /** Waits for a free place; the answer gives it back. Rejects with the signal's reason when that comes first. */
  readonly take: (systemUserId: string, signal: AbortSignal) => Promise<() => void>
  /** People with a request under way. */
  readonly size: () => number
}

type Line = { running: number; readonly waiting: Set<() => void> }

/** Dataverse refuses the 53rd request at once of one person, from all workers together. */
const MOST_PER_PERSON = 8

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/api-limits */
export function createTurns(most = MOST_PER_PERSON): Turns {
  const lines = new Map<string, Line>()
  const giveBack = (id: string, line: Line): void => {
    const [next] = line.waiting
    if (next) {
      line.waiting.delete(next)
      next()
      return
    }
    line.running -= 1
    if (line.running === 0) lines.delete(id)
  }
  return {
    take: async (id, signal) => {
      signal.throwIfAborted()
      const line = lines.get(id) ?? { running: 0, waiting: new Set() }
      lines.set(id, line)
      if (line.running < most) line.running += 1
      else await standInLine(line, signal)
      return once(() => giveBack(id, line))
    },
    size: () => lines.size,
  }
}

function standInLine({ waiting }: Line, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const called = (): void => {
      signal.removeEventListener('abort', leave)
      resolve()
    }
    const leave = (): void => {
      waiting.delete(called)
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', leave, { once: true })
    waiting.add(called)
  })
}

function once(work: () => void): () => void {
  let done = false
  return () => {
    if (!done) work()
    done = true
  }
}
