import type { ReportStore } from '../../storage/ports.ts'
import type { ReportDefinition } from '../definition.ts'
import { createCurrent, type Current } from './current-entries.ts'
import { mergeReports } from './merge-reports.ts'

export type CurrentReportsOptions<C> = {
  readonly builtIn: readonly ReportDefinition[]
  readonly store: ReportStore
  readonly create: (definitions: readonly ReportDefinition[]) => C
  readonly now: () => number
  readonly firstLoadMs?: number
}

/** The reports of this deployment. */
export function createCurrentReports<C>(options: CurrentReportsOptions<C>): Current<C> {
  const { builtIn, store, create, now, firstLoadMs } = options
  return createCurrent({
    kind: 'report',
    builtIn: create(builtIn),
    merge: (entries) => {
      const { inForce, ...counts } = mergeReports(builtIn, entries)
      return { inForce: create(inForce), ...counts }
    },
    store,
    now,
    firstLoadMs,
  })
}
