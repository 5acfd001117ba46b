import { MOST_ENTRIES } from '../../reports/catalogue/current-reports.ts'
import { mergeReports, type MergedReports, type SkippedReport } from '../../reports/catalogue/merge-reports.ts'
import type { ReportDefinition } from '../../reports/definition.ts'
import { type ReportStore, StorageUnavailable } from '../../storage/ports.ts'
import { azureFailure } from '../azure-failure.ts'
import { type Check, ok, type Verdict, warning } from '../finding.ts'

export type ReportsDeps = { readonly store: ReportStore; readonly builtIn: readonly ReportDefinition[] }

const MOST_FINDINGS = 20

/** What is in the table now, by the same rules as it is offered; an instance may be ten minutes behind. */
export const reportsCheck = ({ store, builtIn }: ReportsDeps): Check => ({
  name: 'reports',
  run: async () => {
    try {
      const entries = await store.list(MOST_ENTRIES)
      const merged = mergeReports(builtIn, entries)
      const verdicts = merged.skipped.slice(0, MOST_FINDINGS).map(refused)
      const left = merged.skipped.length - verdicts.length
      const cut = entries.length === MOST_ENTRIES ? [tooMany] : []
      return [...(verdicts.length === 0 ? [ok(countsOf(merged))] : []), ...verdicts, ...others(left), ...cut]
    } catch (error) {
      if (error instanceof StorageUnavailable) return [unreadable(error)]
      throw error
    }
  },
})

const countsOf = ({ definitions, own, hidden }: MergedReports): string =>
  `${definitions.length} reports are offered, ${own} of them this deployment’s own; ${hidden} are hidden.`

const AGAIN = {
  means: 'That report is not offered; a built-in one of the same name stays as it is. All else works.',
  fix: 'Mend its file, test it with “npm run reports -- check <folder>”, and send it with “npm run reports -- upload <folder>”; or take it away with “npm run reports -- remove <slug>”.',
}

/** Whoever writes rows by hand may have written anything: only what can be a slug is repeated. */
function refused({ slug, reason }: SkippedReport): Verdict {
  const name = /^[a-z0-9-]{1,61}$/.test(slug) ? slug : '(a row whose key is no slug)'
  const said = reason
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD')
    .slice(0, 200)
    .toWellFormed()
  return warning({ code: 'report-refused', found: `${name}: ${said}.`, ...AGAIN })
}

const others = (left: number): Verdict[] =>
  left > 0 ? [warning({ code: 'report-refused', found: `${left} more reports are refused.`, ...AGAIN })] : []

const tooMany = warning({
  code: 'reports-cut',
  found: `The table holds ${MOST_ENTRIES} rows or more; those beyond are not read.`,
  means: 'Some reports may be missing.',
  fix: 'Take away what is not needed: npm run reports -- remove <slug>.',
})

const unreadable = (error: StorageUnavailable): Verdict =>
  warning({
    code: 'reports-unreadable',
    found: `The table reports could not be read (${azureFailure(error).said}).`,
    means: 'The built-in reports are offered, this deployment’s own are not.',
    fix: 'See what the check storage says; then run the check again.',
  })
