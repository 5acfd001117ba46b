import { LRUCache } from 'lru-cache'
import type { Usage, UsageRow } from '../../storage/ports.ts'
import { untilEnd, type Window, windowNow } from './window.ts'

/** What somebody used in the minute and the day that run, as far as this instance knows. */
export type Used = {
  readonly calls: number
  readonly rows: number
  /** Milliseconds until each begins anew. */
  readonly untilEnd: Readonly<Record<Window, number>>
}

/** Counts in memory, and remembers which of them are not yet in the table. */
export type UsageCounts = {
  readonly used: (who: string) => Used
  readonly add: (who: string, more: { readonly calls?: number; readonly rows?: number }) => void
  /** Whose counts wait to be added to the table, and may be by now. */
  readonly due: () => readonly string[]
  readonly hasUnsent: () => boolean
  /** What is to be added for them, beside what is known to stand there. */
  readonly unsent: (who: string) => { readonly more: Usage; readonly known: UsageRow | undefined }
  /** Told what stands there after `more` was added; nothing where it could not be. */
  readonly sent: (who: string, more: Usage, stands: UsageRow | undefined) => void
}

/** About 4 MB; of somebody who is forgotten the table still knows. */
const MOST_PEOPLE = 10_000
const BETWEEN_WRITES_MS = 10_000

type Count = { window: number; known: number; unsent: number }
type Entry = { minute: Count; day: Count; row: UsageRow | undefined; sentAt: number | undefined }

export function createUsageCounts(now: () => number): UsageCounts {
  const dirty = new Set<string>()
  const entries = new LRUCache<string, Entry>({ max: MOST_PEOPLE, dispose: (_entry, who) => void dirty.delete(who) })
  const entryOf = (who: string): Entry => {
    const found = entries.get(who)
    const entry = found ?? { minute: nothing(), day: nothing(), row: undefined, sentAt: undefined }
    if (!found) entries.set(who, entry)
    roll(entry.minute, windowNow('minute', now(), entry.minute.window))
    roll(entry.day, windowNow('day', now(), entry.day.window))
    return entry
  }
  return {
    used: (who) => {
      const { minute, day } = entryOf(who)
      return {
        calls: minute.known + minute.unsent,
        rows: day.known + day.unsent,
        untilEnd: { minute: untilEnd('minute', minute.window, now()), day: untilEnd('day', day.window, now()) },
      }
    },
    add: (who, { calls = 0, rows = 0 }) => {
      const { minute, day } = entryOf(who)
      minute.unsent += calls
      day.unsent += rows
      dirty.add(who)
    },
    hasUnsent: () => dirty.size > 0,
    due: () => [...dirty].filter((who) => isDue(entryOf(who), now())),
    unsent: (who) => {
      const { minute, day, row } = entryOf(who)
      dirty.delete(who)
      const more = { minute: minute.window, calls: minute.unsent, day: day.window, rows: day.unsent }
      return { more, known: row }
    },
    sent: (who, more, stands) => {
      const entry = entryOf(who)
      entry.sentAt = now()
      entry.row = stands
      if (!stands) return void dirty.add(who)
      learn(entry.minute, more.minute, more.calls, stands.minute, stands.calls)
      learn(entry.day, more.day, more.rows, stands.day, stands.rows)
    },
  }
}

const nothing = (): Count => ({ window: 0, known: 0, unsent: 0 })

function roll(count: Count, window: number): void {
  if (count.window !== window) Object.assign(count, { window, known: 0, unsent: 0 })
}

/** A clock that stepped back must not hold the counts back until it is there again. */
function isDue({ sentAt }: Entry, now: number): boolean {
  return sentAt === undefined || Math.abs(now - sentAt) >= BETWEEN_WRITES_MS
}

/** What was counted while the table was asked stays unsent; where the table is in another window, it tells nothing. */
function learn(count: Count, window: number, sent: number, standsIn: number, stands: number): void {
  if (count.window !== window) return
  // An entry that was dropped meanwhile has begun anew.
  count.unsent = Math.max(0, count.unsent - sent)
  count.known = standsIn === window ? stands : count.known + sent
}
