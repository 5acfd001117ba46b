import { BUILT_IN_REPORTS, isBuiltIn } from '../reports/catalogue/built-in.ts'
import type { Merged } from '../reports/catalogue/current-entries.ts'
import { mergeReports } from '../reports/catalogue/merge-reports.ts'
import { BUILT_IN_TERMS } from '../dataverse/query/terms/built-in.ts'
import { mergeTerms } from '../reports/terms/merge-terms.ts'
import type { EntryKind, ReportEntry, ReportStore } from '../storage/ports.ts'

/** What is built in of a kind, with what this deployment makes of it. */
export type OwnKind<T = unknown> = {
  readonly kind: EntryKind
  readonly store: ReportStore
  readonly merge: (entries: readonly ReportEntry[]) => Merged<readonly T[]>
}

/** One that is in force. */
export type InForce = { readonly slug: string; readonly isOwn: boolean }

export type OwnStores = { readonly reportStore: ReportStore; readonly termStore: ReportStore }

export function ownKinds({ reportStore, termStore }: OwnStores): readonly OwnKind<InForce>[] {
  return [
    {
      kind: 'report',
      store: reportStore,
      merge: (entries) => {
        const { inForce, ...counts } = mergeReports(BUILT_IN_REPORTS, entries)
        return { inForce: inForce.map((one) => ({ slug: one.slug, isOwn: !isBuiltIn(one) })), ...counts }
      },
    },
    { kind: 'term', store: termStore, merge: (entries) => mergeTerms(BUILT_IN_TERMS, entries) },
  ]
}
