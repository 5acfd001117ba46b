import type { ReportEntry } from '../../storage/ports.ts'
import { checkReport } from '../check/check-report.ts'
import type { ReportDefinition } from '../definition.ts'
import type { Merged, Skipped } from './current-entries.ts'

/** Every report costs each conversation some of what a model reads; ten times this would fill it. */
export const MOST_OWN_REPORTS = 40
const NO_SLUG = { ok: false, reason: 'the row key is no slug' } as const
const SLUG = /^[a-z][a-z0-9-]{1,60}$/

/**
 * Built-in reports with what a deployment adds, puts in their place or hides. An entry that cannot be used changes
 * nothing: the built-in report of that slug stays.
 */
export function mergeReports(
  builtIn: readonly ReportDefinition[],
  entries: readonly ReportEntry[],
): Merged<readonly ReportDefinition[]> {
  const reports = new Map(builtIn.map((definition) => [definition.slug, definition]))
  const skipped: Skipped[] = []
  let [own, hidden] = [0, 0]
  for (const { slug, hidden: isHidden, definition: json } of entries) {
    if (isHidden) {
      if (reports.delete(slug)) hidden += 1
      else skipped.push({ slug, reason: 'there is no report of that slug to hide' })
      continue
    }
    if (own >= MOST_OWN_REPORTS) {
      skipped.push({ slug, reason: `there are more than ${MOST_OWN_REPORTS} own reports` })
      continue
    }
    const checked = SLUG.test(slug) ? checkReport(slug, json) : NO_SLUG
    if (checked.ok) {
      reports.set(slug, checked.definition)
      own += 1
    } else skipped.push({ slug, reason: checked.reason })
  }
  return { inForce: [...reports.values()], own, hidden, skipped }
}
