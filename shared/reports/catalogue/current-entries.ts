import { setTimeout as pause } from 'node:timers/promises'
import type { EntryKind, ReportEntry, ReportStore } from '../../storage/ports.ts'
import type { Audit, AuditEvent } from '../../telemetry/events.ts'

export type EntryCounts = {
  /** `false` until this worker has read the deployment's own entries. */
  readonly loaded: boolean
  readonly own: number
  readonly hidden: number
  readonly skipped: number
}

export type Skipped = { readonly slug: string; readonly reason: string }

/** Built-in ones with what a deployment adds, puts in their place or hides. */
export type Merged<C> = {
  readonly inForce: C
  /** How many are the deployment's own, those in the place of a built-in one included. */
  readonly own: number
  readonly hidden: number
  readonly skipped: readonly Skipped[]
}

/** What of one kind is in force, one per worker. `C` is whatever holds them, made once for each change. */
export type Current<C> = {
  /** The first time it waits for the deployment's own, at most two seconds. */
  readonly read: (audit: Audit) => Promise<C>
  /** What is known now; starts nothing. */
  readonly known: () => C
  readonly counts: () => EntryCounts
}

export type CurrentOptions<C> = {
  readonly kind: EntryKind
  readonly builtIn: C
  readonly merge: (entries: readonly ReportEntry[]) => Merged<C> | Promise<Merged<C>>
  readonly store: ReportStore
  readonly now: () => number
  readonly firstLoadMs?: number | undefined
}

const FRESH_MS = 600_000
const RETRY_MS = 60_000
const FIRST_LOAD_MS = 2_000
/** Rows of each kind that are read. */
export const MOST_ENTRIES = 200
const MOST_LINES = 20

export const NOT_LOADED: EntryCounts = { loaded: false, own: 0, hidden: 0, skipped: 0 }

/**
 * Reads the deployment's own entries at their first use and every ten minutes of use, in the background: a request gets
 * the last good ones. Storage that fails leaves what is there, at first the built-in ones.
 */
export function createCurrent<C>(options: CurrentOptions<C>): Current<C> {
  const { kind, builtIn, merge, store, now, firstLoadMs = FIRST_LOAD_MS } = options
  const log = createLog(kind)
  let inForce = builtIn
  let counts = NOT_LOADED
  let [dueAt, waited] = [0, false]
  let flight: Promise<void> | undefined
  let content: string | undefined
  // Another call may have waited by the time that this one has.
  const isFirst = () => !waited

  const load = async (): Promise<void> => {
    dueAt = now() + FRESH_MS
    try {
      const entries = await store.list(MOST_ENTRIES)
      const read = JSON.stringify(entries)
      if (read === content) return
      const merged = await merge(entries)
      // Whoever keeps something by what is in force keeps it until that really changes.
      inForce = merged.inForce
      content = read
      counts = { loaded: true, own: merged.own, hidden: merged.hidden, skipped: merged.skipped.length }
      log.loaded(merged, entries.length === MOST_ENTRIES)
    } catch (error) {
      dueAt = now() + RETRY_MS
      log.failed(error)
    }
  }
  const refresh = (): void => {
    if (flight || now() < dueAt) return
    flight = load().finally(() => (flight = undefined))
  }
  return {
    read: async (audit) => {
      refresh()
      if (flight && isFirst()) {
        const late = pause(firstLoadMs, 'late' as const, { ref: false })
        if ((await Promise.race([flight, late])) === 'late' && isFirst()) log.late()
      }
      waited = true
      log.writeTo(audit)
      return inForce
    },
    known: () => inForce,
    counts: () => counts,
  }
}

/** The host takes a line only while an invocation runs, so lines of the background wait for the next request. */
function createLog(kind: EntryKind) {
  let waiting: AuditEvent[] = []
  const skipped = (slug: string, reason: string): AuditEvent =>
    kind === 'report' ? { name: 'report.skipped', report: slug, reason } : { name: 'term.skipped', kind: slug, reason }
  const unavailable = (reason: string): void => void waiting.push({ name: `${kind}s.unavailable`, reason })
  return {
    loaded: (merged: Merged<unknown>, isCut: boolean): void => {
      const lines = merged.skipped.slice(0, MOST_LINES).map(({ slug, reason }) => skipped(slug, reason))
      const left = merged.skipped.length - lines.length
      waiting.push({ name: `${kind}s.loaded`, count: merged.own, reason: `${merged.hidden} hidden` }, ...lines)
      if (left > 0) waiting.push(skipped('(others)', `${left} more were skipped`))
      if (isCut) waiting.push(skipped('(others)', `only the first ${MOST_ENTRIES} entries are read`))
    },
    failed: (error: unknown): void => unavailable(error instanceof Error ? error.name : 'unknown'),
    late: (): void => unavailable('late'),
    writeTo: (audit: Audit): void => {
      const lines = waiting
      waiting = []
      for (const line of lines) audit(line)
    },
  }
}
