import { LRUCache } from 'lru-cache'
import { DataverseError } from '../../errors.ts'
import { FULL_PACE, type Pace, paceOf } from './pace.ts'
import type { Remaining } from './remaining.ts'

/**
 * One per worker: how many requests of each person are under way at once, and how fast they follow each other. It holds
 * ids alone. Calls have had their turn among people before they come here (`shared/mcp/limits/fair-line.ts`): that one
 * shares out this worker, this one what Dataverse gives a person, of which a single call may want several requests.
 */
export type Turns = {
  /**
   * Waits for a free place; the answer gives it back. Rejects with the signal's reason when that comes first.
   * @param deadline epoch milliseconds
   * @throws DataverseError `throttled` where the person's budget is nearly used up and no turn comes before the deadline
   */
  readonly take: (systemUserId: string, signal: AbortSignal, deadline?: number) => Promise<() => void>
  /** Told with each answer what is left of the person's budget. */
  readonly note: (systemUserId: string, remaining: Remaining) => void
  /** People with a request under way. */
  readonly size: () => number
}

export type TurnsOptions = {
  readonly now: () => number
  /** Runs later; does not keep the process alive. */
  readonly later: (ms: number, work: () => void) => void
  readonly most?: number
}

type Line = { running: number; readonly waiting: Set<() => void>; isTimed: boolean }
type Paced = { readonly pace: Pace; readonly notBefore: number }

const MOST_PACED = 2_000
/** What was said of a budget is no news after a fifth of the window. */
const PACED_MS = 60_000
/** What a request still needs after the wait. */
const ROOM_MS = 2_000

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/api-limits */
export function createTurns({ now, later, most = FULL_PACE.most }: TurnsOptions): Turns {
  const lines = new Map<string, Line>()
  // It takes its memory when it is made, and few workers ever come near a budget.
  let slowed: LRUCache<string, Paced> | undefined
  const slow = (id: string, paced: Paced): void => {
    slowed ??= new LRUCache({ max: MOST_PACED, ttl: PACED_MS, ttlResolution: 0, perf: { now } })
    slowed.set(id, paced)
  }
  const paceFor = (id: string): Paced => slowed?.get(id) ?? { pace: FULL_PACE, notBefore: 0 }
  const mayStart = (id: string, { running }: Line): boolean => {
    const { pace, notBefore } = paceFor(id)
    return running < Math.min(most, pace.most) && now() >= notBefore
  }
  const start = (id: string, line: Line): void => {
    line.running += 1
    const { pace } = paceFor(id)
    if (pace.gapMs > 0) slow(id, { pace, notBefore: now() + pace.gapMs })
  }
  const advance = (id: string, line: Line): void => {
    for (const next of line.waiting) {
      if (!mayStart(id, line)) break
      line.waiting.delete(next)
      start(id, line)
      next()
    }
    // A timer may fire for a line that was forgotten: the person may stand in another one by then.
    if (line.running === 0 && line.waiting.size === 0 && lines.get(id) === line) lines.delete(id)
    const wait = paceFor(id).notBefore - now()
    if (line.waiting.size === 0 || line.isTimed || wait <= 0) return
    line.isTimed = true
    later(wait, () => {
      line.isTimed = false
      advance(id, line)
    })
  }
  return {
    take: async (id, signal, deadline = Infinity) => {
      signal.throwIfAborted()
      const line = lines.get(id) ?? { running: 0, waiting: new Set(), isTimed: false }
      refuseLate(paceFor(id), line.waiting.size, now(), deadline)
      lines.set(id, line)
      if (line.waiting.size === 0 && mayStart(id, line)) start(id, line)
      else await standInLine(line, signal, () => advance(id, line))
      return once(() => {
        line.running -= 1
        advance(id, line)
      })
    },
    note: (id, remaining) => {
      const pace = paceOf(remaining)
      if (pace === FULL_PACE) slowed?.delete(id)
      else slow(id, { pace, notBefore: paceFor(id).notBefore || now() + pace.gapMs })
      const line = lines.get(id)
      if (line) advance(id, line)
    },
    size: () => lines.size,
  }
}

/** Where the wait is longer than the call, its caller is told at once how long it would be. */
function refuseLate({ pace, notBefore }: Paced, ahead: number, now: number, deadline: number): void {
  const wait = Math.max(0, notBefore - now) + ahead * pace.gapMs
  if (pace.gapMs === 0 || now + wait + ROOM_MS <= deadline) return
  const text = 'Dynamics 365 answers this person only so much within five minutes, and nearly all of it is used up.'
  const retryAfterSeconds = Math.ceil(wait / 1_000)
  throw new DataverseError({ kind: 'throttled', status: 0, code: 'budget_low', text, retryAfterSeconds })
}

/** @param passOn tries the line anew when its first one may have left */
function standInLine({ waiting }: Line, signal: AbortSignal, passOn: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const called = (): void => {
      signal.removeEventListener('abort', leave)
      resolve()
    }
    const leave = (): void => {
      waiting.delete(called)
      reject(signal.reason as Error)
      passOn()
    }
    signal.addEventListener('abort', leave, { once: true })
    waiting.add(called)
    passOn()
  })
}

function once(work: () => void): () => void {
  let done = false
  return () => {
    if (!done) work()
    done = true
  }
}
