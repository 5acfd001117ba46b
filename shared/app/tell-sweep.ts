import type { Audit } from '../telemetry/events.ts'
import type { Sweeper } from '../storage/ports.ts'

const SWEEP_MS = 60_000

export type SweepDeps = { readonly sweeper: Sweeper; readonly now: () => number; readonly audit: Audit }

/**
 * Deletes what has expired, for a minute at most, and tells how it went: an alert counts sweeps, and one that failed
 * unsaid would look like none.
 * @throws what the storage throws, once it is told
 */
export async function tellSweep({ sweeper, now, audit }: SweepDeps): Promise<void> {
  const started = now()
  try {
    const { deleted, kept, finished } = await sweeper.sweep(started + SWEEP_MS)
    const reason = `${kept} kept, ${finished ? 'finished' : 'to be continued'}`
    const outcome = finished ? 'ok' : 'error'
    audit({ name: 'sweep.completed', outcome, count: deleted, reason, durationMs: now() - started })
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown'
    audit({ name: 'sweep.completed', outcome: 'error', reason, durationMs: now() - started })
    throw error
  }
}
