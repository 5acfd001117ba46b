import * as z from 'zod'
import { MOST_ENTRIES } from '../../reports/catalogue/current-entries.ts'
import { type Command, defineCommand } from '../command.ts'
import type { InForce, OwnKind } from '../own-kinds.ts'

const MOST_CHARACTERS = 200

/** `{"command":"reports"}`, `{"command":"terms"}`: what is in force of a kind, now; an instance may be ten minutes behind. */
export const createOwnEntriesCommand = ({ kind, store, merge }: OwnKind<InForce>): Command =>
  defineCommand(`${kind}s`, z.strictObject({}), async () => {
    const entries = await store.list(MOST_ENTRIES)
    const { inForce, skipped } = merge(entries)
    const offered = new Set(inForce.map(({ slug }) => slug))
    const hidden = entries.filter((entry) => entry.hidden && !offered.has(entry.slug)).map(({ slug }) => slug)
    const refused = new Set(skipped.map(({ slug }) => slug))
    return {
      answer: {
        builtIn: inForce.filter(({ isOwn }) => !isOwn).map(({ slug }) => slug),
        own: inForce.filter(({ isOwn }) => isOwn).map(({ slug }) => slug),
        hidden: hidden.filter((slug) => !refused.has(slug)),
        // Whoever writes rows by hand may have written anything.
        skipped: skipped.map(({ slug, reason }) => ({
          slug: slug.slice(0, 61),
          reason: reason.slice(0, MOST_CHARACTERS),
        })),
        more: entries.length === MOST_ENTRIES,
      },
      noted: { outcome: 'ok', count: inForce.length },
    }
  })
