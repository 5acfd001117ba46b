import type { LimitStore } from '../../storage/ports.ts'
import type { UsageCounts } from './usage.ts'
import { mergeUsage, startOf } from './window.ts'

export type SenderDeps = {
  readonly store: LimitStore
  readonly counts: UsageCounts
  /** The name under which somebody's counts rest. */
  readonly nameOf: (who: string) => Promise<string>
  /** Runs later; does not keep the process alive. */
  readonly later: (ms: number, work: () => void) => void
}

export type UsageSender = {
  /** To be called after counting; returns at once. */
  readonly wake: () => void
}

const LOOK_EVERY_MS = 1_000
const AT_ONCE = 4
/** A row outlives its day by one: other instances' clocks may be behind. */
const KEPT_DAYS = 2

/**
 * Adds counts to the table beside the calls, which never wait for it: each person's at most once in 10 s, a few people
 * at once. What cannot be added is added later, as one sum, so that nothing grows while
 * storage is away; a worker that ends takes what it has not added with it, the counts of 10 s.
 */
export function createUsageSender(deps: SenderDeps): UsageSender {
  let isAwake = false
  const wake = (): void => {
    if (isAwake || !deps.counts.hasUnsent()) return
    isAwake = true
    deps.later(LOOK_EVERY_MS, () => {
      void sendAll(deps, deps.counts.due()).then(() => {
        isAwake = false
        wake()
      })
    })
  }
  return { wake }
}

async function sendAll(deps: SenderDeps, people: readonly string[]): Promise<void> {
  const left = people.values()
  const sendSome = async (): Promise<void> => {
    for (const who of left) await send(deps, who)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sendSome))
}

async function send({ store, counts, nameOf }: SenderDeps, who: string): Promise<void> {
  const { more, known } = counts.unsent(who)
  // The time has gone in which it was counted.
  if (more.calls === 0 && more.writes === 0 && more.rows === 0) return
  try {
    const expiresAt = startOf('day', more.day + KEPT_DAYS)
    counts.sent(who, more, await store.add(await nameOf(who), (stands) => mergeUsage(stands, more), expiresAt, known))
  } catch {
    // Neither storage nor the vault may refuse or delay a call: the counts are kept, and tried again.
    counts.sent(who, more, undefined)
  }
}
