import { BUILT_IN_TERMS } from '../../shared/dataverse/query/terms/built-in.ts'
import type { Skipped } from '../../shared/reports/catalogue/current-entries.ts'
import { checkTerm } from '../../shared/reports/terms/check-term.ts'
import { mergeTerms } from '../../shared/reports/terms/merge-terms.ts'
import type { ReportEntry } from '../../shared/storage/ports.ts'
import { type FolderEntry, readEntries } from '../reports/read-folder.ts'

/** Every `<slug>.json` of a folder, each checked alone. */
export async function readTerms(folder: string): Promise<FolderEntry[]> {
  return await readEntries(folder, checkTerm)
}

/** Those of the entries that the app would skip, beside each other and the built-in ones. */
export function skippedTerms(entries: readonly ReportEntry[]): readonly Skipped[] {
  return mergeTerms(BUILT_IN_TERMS, entries).skipped
}
