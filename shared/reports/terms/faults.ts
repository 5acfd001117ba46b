import { termKey } from '../../dataverse/query/terms/find-term.ts'
import { MOST_TERM_DEPTH, type Term } from '../../dataverse/query/terms/term.ts'
import { namesOf, type Written } from './merge-terms.ts'
import { problemOf, usesOf } from './uses.ts'

/** Written out, with all that it uses as often as it uses it: no filter may be longer. */
const MOST_CHARACTERS = 8_000
const LONGEST_REASON = 200

/** What is wrong with entries beside each other: their slugs, each with a reason. Empty where all of them are in force. */
export function faultsOf(
  builtIn: readonly Term[],
  written: Written,
  inForce: readonly Term[],
): ReadonlyMap<string, string> {
  const faults = clashes(builtIn, written)
  if (faults.size > 0) return faults
  const lacking = new Map<string, Set<string>>()
  for (const term of inForce) {
    const problem = problemOf(term, inForce)
    if (problem === undefined) continue
    if (term.isOwn) faults.set(term.slug, problem.slice(0, LONGEST_REASON).toWellFormed())
    else
      for (const { slug } of usesOf(term, builtIn))
        if (written.hidden.has(slug)) lacking.set(slug, (lacking.get(slug) ?? new Set()).add(term.slug))
  }
  for (const [slug, users] of lacking)
    faults.set(slug, `what is built in needs it: hide ${[...users].join(', ')} first`)
  return faults.size > 0 ? faults : tangles(inForce)
}

/** Names that are another's, and a built-in term put on another table. */
function clashes(builtIn: readonly Term[], { own, hidden }: Written): Map<string, string> {
  const faults = new Map<string, string>()
  const taken = new Map<string, string>()
  const standing = builtIn.filter(({ slug }) => !own.has(slug) && !hidden.has(slug))
  for (const [slug, term] of own) {
    const before = builtIn.find((one) => one.slug === slug)
    if (before && before.entity !== term.entity)
      faults.set(slug, `the built-in term ${slug} is of ${before.entity}: give yours another slug, and hide that one`)
    for (const name of namesOf(term)) {
      const key = termKey(name)
      const other = taken.get(`${term.entity} ${key}`)
      const its = standing.find((one) => one.entity === term.entity && termKey(one.name) === key)
      if (other !== undefined && other !== slug) faults.set(slug, `"${name}" is a name of ${other}, too`)
      else if (its)
        faults.set(slug, `"${name}" is the built-in term ${its.slug}: give yours that slug, or hide that one`)
      else taken.set(`${term.entity} ${key}`, slug)
    }
  }
  return faults
}

type Extent = { readonly characters: number; readonly depth: number }
const NOTHING: Extent = { characters: 0, depth: 0 }

/** Circles, and what would grow beyond what anybody waits for. */
function tangles(terms: readonly Term[]): Map<string, string> {
  const faults = new Map<string, string>()
  const known = new Map<string, Extent>()
  const extentOf = (term: Term, way: readonly Term[]): Extent => {
    const { slug, filter = '', measure = '' } = term
    const before = known.get(slug)
    if (before) return before
    const at = way.indexOf(term)
    if (at !== -1) {
      const circle = [...way.slice(at), term]
      const reason = `it uses itself: ${circle.map((one) => one.slug).join(' → ')}`
      for (const one of circle) if (one.isOwn) faults.set(one.slug, reason.slice(0, LONGEST_REASON))
      return NOTHING
    }
    const inner = usesOf(term, terms).map((one) => extentOf(one, [...way, term]))
    const extent = {
      characters: inner.reduce((sum, { characters }) => sum + characters, filter.length + measure.length),
      depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    }
    known.set(slug, extent)
    const said = tooMuch(extent)
    if (term.isOwn && said !== undefined && !faults.has(slug)) faults.set(slug, said)
    return extent
  }
  for (const term of terms) extentOf(term, [])
  return faults
}

function tooMuch({ characters, depth }: Extent): string | undefined {
  if (depth > MOST_TERM_DEPTH) return `it is more than ${MOST_TERM_DEPTH} terms, one in another`
  if (characters <= MOST_CHARACTERS) return undefined
  return `with the terms that it uses it is longer than ${MOST_CHARACTERS} characters`
}
