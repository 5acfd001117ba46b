import { BUILT_IN_TERMS } from '../../dataverse/query/terms/built-in.ts'
import type { Term } from '../../dataverse/query/terms/term.ts'
import type { ReportStore } from '../../storage/ports.ts'
import { createCurrent, type Current } from '../catalogue/current-entries.ts'

export type CurrentTermsOptions = {
  readonly store: ReportStore
  readonly now: () => number
  readonly firstLoadMs?: number
}

/** The words of this deployment. What checks own ones is loaded where there are some. */
export function createCurrentTerms({ store, now, firstLoadMs }: CurrentTermsOptions): Current<readonly Term[]> {
  return createCurrent({
    kind: 'term',
    builtIn: BUILT_IN_TERMS,
    merge: async (entries) => {
      if (entries.length === 0) return { inForce: BUILT_IN_TERMS, own: 0, hidden: 0, skipped: [] }
      const { mergeTerms } = await import('./merge-terms.ts')
      return mergeTerms(BUILT_IN_TERMS, entries)
    },
    store,
    now,
    firstLoadMs,
  })
}
