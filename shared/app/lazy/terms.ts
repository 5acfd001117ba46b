import type { Term } from '../../dataverse/query/terms/term.ts'
import { type Current, NOT_LOADED } from '../../reports/catalogue/current-entries.ts'
import type { CurrentTermsOptions } from '../../reports/terms/current-terms.ts'
import { loadOnce } from './load-once.ts'

/** The company's words that are in force. */
export type Terms = Omit<Current<readonly Term[]>, 'known'>

/** Loaded, and read, by the first that asks for a word: a call without one needs neither. */
export function createTerms(options: CurrentTermsOptions): Terms {
  let current: Current<readonly Term[]> | undefined
  const load = loadOnce('the terms', async () => {
    const { createCurrentTerms } = await import('../../reports/terms/current-terms.ts')
    return (current = createCurrentTerms(options))
  })
  return {
    read: async (audit) => (await load()).read(audit),
    counts: () => current?.counts() ?? NOT_LOADED,
  }
}
