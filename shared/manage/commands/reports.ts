import * as z from 'zod'
import { MOST_ENTRIES } from '../../reports/catalogue/current-reports.ts'
import { mergeReports } from '../../reports/catalogue/merge-reports.ts'
import type { ReportDefinition } from '../../reports/definition.ts'
import type { ReportStore } from '../../storage/ports.ts'
import { type Command, defineCommand } from '../command.ts'

export type ReportsDeps = { readonly reportStore: ReportStore; readonly builtIn: readonly ReportDefinition[] }

const MOST_CHARACTERS = 200

/** `{"command":"reports"}`: what table and catalogue give together, now; an instance may be ten minutes behind. */
export const createReportsCommand = ({ reportStore, builtIn }: ReportsDeps): Command =>
  defineCommand('reports', z.strictObject({}), async () => {
    const entries = await reportStore.list(MOST_ENTRIES)
    const { definitions, skipped } = mergeReports(builtIn, entries)
    const isBuiltIn = (definition: ReportDefinition) => builtIn.includes(definition)
    const offered = new Set(definitions.map(({ slug }) => slug))
    const hidden = entries.filter((entry) => entry.hidden && !offered.has(entry.slug)).map(({ slug }) => slug)
    const refused = new Set(skipped.map(({ slug }) => slug))
    return {
      answer: {
        builtIn: definitions.filter(isBuiltIn).map(({ slug }) => slug),
        own: definitions.filter((one) => !isBuiltIn(one)).map(({ slug }) => slug),
        hidden: hidden.filter((slug) => !refused.has(slug)),
        // Whoever writes rows by hand may have written anything.
        skipped: skipped.map(({ slug, reason }) => ({
          slug: slug.slice(0, 61),
          reason: reason.slice(0, MOST_CHARACTERS),
        })),
        more: entries.length === MOST_ENTRIES,
      },
      noted: { outcome: 'ok', count: definitions.length },
    }
  })
