import { LRUCache } from 'lru-cache'
import type { Usage, UsageRow } from '../../storage/ports.ts'
import { untilEnd, type Window, windowNow } from './window.ts'

/** What somebody used in the minute, the hour and the day that run, as far as this instance knows. */
export type Used = {
  readonly calls: number
  readonly writes: number
  readonly rows: number
  /** Milliseconds until each begins anew. */
  readonly untilEnd: Readonly<Record<Window, number>>
}

/** What is counted at once. */
export type More = { readonly calls?: number; readonly writes?: number; readonly rows?: number }

/** Counts in memory, and remembers which of them are not yet in the table. */
export type UsageCounts = {
  readonly used: (who: string) => Used
  readonly add: (who: string, more: More) => void
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
type Entry = Record<Window, Count> & { row: UsageRow | undefined; sentAt: number | undefined }
const ALL: readonly Window[] = ['minute', 'hour', 'day']

export function createUsageCounts(now: () => number): UsageCounts {
  const dirty = new Set<string>()
  const entries = new LRUCache<string, Entry>({ max: MOST_PEOPLE, dispose: (_entry, who) => void dirty.delete(who) })
  const entryOf = (who: string): Entry => {
    const found = entries.get(who)
    const entry = found ?? newEntry()
    if (!found) entries.set(who, entry)
    for (const window of ALL) roll(entry[window], windowNow(window, now(), entry[window].window))
    return entry
  }
  return {
    used: (who) => {
      const { minute, hour, day } = entryOf(who)
      const end = (window: Window, { window: number }: Count): number => untilEnd(window, number, now())
      return {
        calls: minute.known + minute.unsent,
        writes: hour.known + hour.unsent,
        rows: day.known + day.unsent,
        untilEnd: { minute: end('minute', minute), hour: end('hour', hour), day: end('day', day) },
      }
    },
    add: (who, { calls = 0, writes = 0, rows = 0 }) => {
      const { minute, hour, day } = entryOf(who)
      minute.unsent += calls
      hour.unsent += writes
      day.unsent += rows
      dirty.add(who)
    },
    hasUnsent: () => dirty.size > 0,
    due: () => [...dirty].filter((who) => isDue(entryOf(who), now())),
    unsent: (who) => {
      const { minute, hour, day, row } = entryOf(who)
      dirty.delete(who)
      const more = {
        minute: minute.window,
        calls: minute.unsent,
        hour: hour.window,
        writes: hour.unsent,
        day: day.window,
        rows: day.unsent,
      }
      return { more, known: row }
    },
    sent: (who, more, stands) => {
      const entry = entryOf(who)
      entry.sentAt = now()
      entry.row = stands
      if (!stands) return void dirty.add(who)
      learn(entry.minute, more.minute, more.calls, stands.minute, stands.calls)
      learn(entry.hour, more.hour, more.writes, stands.hour, stands.writes)
      learn(entry.day, more.day, more.rows, stands.day, stands.rows)
    },
  }
}

const nothing = (): Count => ({ window: 0, known: 0, unsent: 0 })
const newEntry = (): Entry => ({
  minute: nothing(),
  hour: nothing(),
  day: nothing(),
  row: undefined,
  sentAt: undefined,
})

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
