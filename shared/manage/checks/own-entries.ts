import { type Merged, MOST_ENTRIES, type Skipped } from '../../reports/catalogue/current-entries.ts'
import { type EntryKind, StorageUnavailable } from '../../storage/ports.ts'
import { azureFailure } from '../azure-failure.ts'
import { type Check, ok, type Verdict, warning } from '../finding.ts'
import type { OwnKind } from '../own-kinds.ts'

const MOST_FINDINGS = 20

/** What of one kind is in the table now, by the same rules as it is offered; an instance may be ten minutes behind. */
export const ownEntriesCheck = ({ kind, store, merge }: OwnKind): Check => ({
  name: `${kind}s`,
  run: async () => {
    try {
      const entries = await store.list(MOST_ENTRIES)
      const merged = merge(entries)
      const verdicts = merged.skipped.slice(0, MOST_FINDINGS).map((one) => refused(kind, one))
      const left = merged.skipped.length - verdicts.length
      const cut = entries.length === MOST_ENTRIES ? [tooMany(kind)] : []
      const all = verdicts.length === 0 ? [ok(countsOf(kind, merged))] : []
      return [...all, ...verdicts, ...others(kind, left), ...cut]
    } catch (error) {
      if (error instanceof StorageUnavailable) return [unreadable(kind, error)]
      throw error
    }
  },
})

const countsOf = (kind: EntryKind, { inForce, own, hidden }: Merged<readonly unknown[]>): string =>
  `${inForce.length} ${kind}s are offered, ${own} of them this deployment’s own; ${hidden} are hidden.`

const again = (kind: EntryKind) => ({
  means: `That ${kind} is not offered; a built-in one of the same name stays as it is. All else works.`,
  fix: `Mend its file, test it with “npm run ${kind}s -- check <folder>”, and send it with “npm run ${kind}s -- upload <folder>”; or take it away with “npm run ${kind}s -- remove <slug>”.`,
})

/** Whoever writes rows by hand may have written anything: only what can be a slug is repeated. */
function refused(kind: EntryKind, { slug, reason }: Skipped): Verdict {
  const name = /^[a-z0-9-]{1,61}$/.test(slug) ? slug : '(a row whose key is no slug)'
  const said = reason
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD')
    .slice(0, 200)
    .toWellFormed()
  return warning({ code: `${kind}-refused`, found: `${name}: ${said}.`, ...again(kind) })
}

const others = (kind: EntryKind, left: number): Verdict[] =>
  left > 0 ? [warning({ code: `${kind}-refused`, found: `${left} more ${kind}s are refused.`, ...again(kind) })] : []

const tooMany = (kind: EntryKind): Verdict =>
  warning({
    code: `${kind}s-cut`,
    found: `The table holds ${MOST_ENTRIES} rows of ${kind}s or more; those beyond are not read.`,
    means: `Some ${kind}s may be missing.`,
    fix: `Take away what is not needed: npm run ${kind}s -- remove <slug>.`,
  })

const unreadable = (kind: EntryKind, error: StorageUnavailable): Verdict =>
  warning({
    code: `${kind}s-unreadable`,
    found: `The table reports could not be read (${azureFailure(error).said}).`,
    means: `The built-in ${kind}s are offered, this deployment’s own are not.`,
    fix: 'See what the check storage says; then run the check again.',
  })
