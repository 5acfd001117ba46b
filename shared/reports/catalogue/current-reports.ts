import { setTimeout as pause } from 'node:timers/promises'
import type { ReportStore } from '../../storage/ports.ts'
import type { Audit, AuditEvent } from '../../telemetry/events.ts'
import type { ReportDefinition } from '../definition.ts'
import { mergeReports, type MergedReports } from './merge-reports.ts'

export type ReportCounts = {
  /** `false` until this worker has read the deployment's own reports. */
  readonly loaded: boolean
  readonly own: number
  readonly hidden: number
  readonly skipped: number
}

/** The reports of this deployment, one per worker. `C` is whatever holds them, made once for each change. */
export type CurrentReports<C> = {
  /** For what lists or runs reports: the first time it waits for the deployment's own, at most two seconds. */
  readonly read: (audit: Audit) => Promise<C>
  /** What is known now; starts nothing. */
  readonly known: () => C
  readonly counts: () => ReportCounts
}

export type CurrentReportsOptions<C> = {
  readonly builtIn: readonly ReportDefinition[]
  readonly store: ReportStore
  readonly create: (definitions: readonly ReportDefinition[]) => C
  readonly now: () => number
  readonly firstLoadMs?: number
}

const FRESH_MS = 600_000
const RETRY_MS = 60_000
const FIRST_LOAD_MS = 2_000
/** Rows of the table that are read. */
export const MOST_ENTRIES = 200
const MOST_LINES = 20

/**
 * Reads the deployment's own reports at their first use and every ten minutes of use, in the background: a request gets
 * the last good ones. Storage that fails leaves what is there, at first the built-in ones.
 */
export function createCurrentReports<C>(options: CurrentReportsOptions<C>): CurrentReports<C> {
  const { builtIn, store, create, now, firstLoadMs = FIRST_LOAD_MS } = options
  const log = createLog()
  let catalogue = create(builtIn)
  let counts: ReportCounts = { loaded: false, own: 0, hidden: 0, skipped: 0 }
  let [dueAt, waited] = [0, false]
  let flight: Promise<void> | undefined
  let content: string | undefined

  const load = async (): Promise<void> => {
    dueAt = now() + FRESH_MS
    try {
      const entries = await store.list(MOST_ENTRIES)
      const read = JSON.stringify(entries)
      if (read === content) return
      const merged = mergeReports(builtIn, entries)
      // Whoever keeps something by catalogue keeps it until the reports really change.
      catalogue = create(merged.definitions)
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
      if (flight && !waited) await Promise.race([flight, pause(firstLoadMs, undefined, { ref: false })])
      waited = true
      log.writeTo(audit)
      return catalogue
    },
    known: () => catalogue,
    counts: () => counts,
  }
}

/** The host takes a line only while an invocation runs, so lines of the background wait for the next request. */
function createLog() {
  let waiting: AuditEvent[] = []
  const skipped = (report: string, reason: string): AuditEvent => ({ name: 'report.skipped', report, reason })
  return {
    loaded: (merged: MergedReports, isCut: boolean): void => {
      const lines = merged.skipped.slice(0, MOST_LINES).map(({ slug, reason }) => skipped(slug, reason))
      const left = merged.skipped.length - lines.length
      waiting.push({ name: 'reports.loaded', count: merged.own, reason: `${merged.hidden} hidden` }, ...lines)
      if (left > 0) waiting.push(skipped('(others)', `${left} more were skipped`))
      if (isCut) waiting.push(skipped('(others)', `only the first ${MOST_ENTRIES} entries are read`))
    },
    failed: (error: unknown): void => {
      waiting.push({ name: 'reports.unavailable', reason: error instanceof Error ? error.name : 'unknown' })
    },
    writeTo: (audit: Audit): void => {
      const lines = waiting
      waiting = []
      for (const line of lines) audit(line)
    },
  }
}
