import type { Term, TermDefinition } from '../../dataverse/query/terms/term.ts'
import type { ReportEntry } from '../../storage/ports.ts'
import type { Merged, Skipped } from '../catalogue/current-entries.ts'
import { checkTerm } from './check-term.ts'
import { faultsOf } from './faults.ts'
import { findTerm } from '../../dataverse/query/terms/find-term.ts'

/** Each costs whoever lists a table's words some of what a model reads. */
export const MOST_OWN_TERMS = 60
const SLUG = /^[a-z][a-z0-9-]{1,60}$/

/** What a deployment wrote that can be read, one by one. */
export type Written = { readonly own: ReadonlyMap<string, Term>; readonly hidden: ReadonlySet<string> }

/**
 * Built-in terms with what a deployment adds, puts in their place or hides. An entry that cannot be used, alone or
 * with the others, changes nothing: the built-in term of that slug stays.
 */
export function mergeTerms(builtIn: readonly Term[], entries: readonly ReportEntry[]): Merged<readonly Term[]> {
  const { skipped, ...read } = readEntries(builtIn, entries)
  let written: Written = read
  for (;;) {
    const inForce = putTogether(builtIn, written)
    const faults = faultsOf(builtIn, written, inForce)
    if (faults.size === 0) return { inForce, own: written.own.size, hidden: written.hidden.size, skipped }
    // One that is skipped may leave another without a word that it uses: each round has fewer.
    for (const [slug, reason] of faults) skipped.push({ slug, reason })
    written = {
      own: new Map([...written.own].filter(([slug]) => !faults.has(slug))),
      hidden: new Set([...written.hidden].filter((slug) => !faults.has(slug))),
    }
  }
}

function readEntries(builtIn: readonly Term[], entries: readonly ReportEntry[]): Written & { skipped: Skipped[] } {
  const own = new Map<string, Term>()
  const hidden = new Set<string>()
  const skipped: Skipped[] = []
  for (const { slug, hidden: isHidden, definition: json } of entries) {
    const skip = (reason: string): void => void skipped.push({ slug, reason })
    if (isHidden) {
      if (builtIn.some((term) => term.slug === slug)) hidden.add(slug)
      else skip('there is no built-in term of that slug to hide')
    } else if (!SLUG.test(slug)) skip('the row key is no slug')
    else if (own.size >= MOST_OWN_TERMS) skip(`there are more than ${MOST_OWN_TERMS} own terms`)
    else {
      const checked = checkTerm(slug, json)
      if (checked.ok) own.set(slug, { ...checked.definition, isOwn: true })
      else skip(checked.reason)
    }
  }
  return { own, hidden, skipped }
}

/** Within an entity a name is one term's: own ones take it from built-in ones. */
function putTogether(builtIn: readonly Term[], { own, hidden }: Written): Term[] {
  const mine = [...own.values()]
  const free = (entity: string, names: readonly string[]) => names.filter((name) => !findTerm(mine, entity, name))
  const kept = builtIn.flatMap((term): Term[] => {
    const { slug, entity, aliases } = term
    if (hidden.has(slug)) return []
    const its = mine.find((one) => one.slug === slug)
    if (!its) return [{ ...term, aliases: free(entity, aliases) }]
    // Whatever else speaks of the built-in one by its name means the one that stands in its place.
    return [{ ...its, aliases: [...its.aliases, ...free(entity, [term.name, ...aliases])] }]
  })
  return [...kept, ...mine.filter(({ slug }) => !builtIn.some((term) => term.slug === slug))]
}

export function namesOf({ name, aliases, slug }: TermDefinition): readonly string[] {
  return [name, ...aliases, slug]
}
