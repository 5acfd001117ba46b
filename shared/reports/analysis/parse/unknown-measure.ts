import { QueryError } from '../../../dataverse/errors.ts'
import { quoted } from '../../../dataverse/query/say/refusals.ts'
import { entitiesWith, termsOf } from '../../../dataverse/query/terms/find-term.ts'
import type { Term } from '../../../dataverse/query/terms/term.ts'
import { nearest } from '../../../dataverse/advice/suggest.ts'

const MOST_LISTED = 20

/** Why `term('…')` is no figure of an entity, and what is one. */
export function unknownMeasure(name: string, entity: string, terms: readonly Term[]): QueryError {
  const all = termsOf(terms, entity)
  const others = entitiesWith(terms, name)
  const names = all.map((term) => term.name)
  const listed = `Terms of ${entity}: ${names.slice(0, MOST_LISTED).join(', ')}${names.length > MOST_LISTED ? ', …' : ''}.`
  const near = nearestTerm(name, entity, terms) ?? names[0]
  const instead = near === undefined ? 'Write: count.' : `Write: term('${near.replaceAll("'", "''")}'). ${listed}`
  if (others.length === 0)
    return new QueryError('unknown_term', `There is no term ${quoted(name)} of ${entity}.`, instead)
  return new QueryError(
    'unknown_term',
    `${quoted(name)} is a term of ${others.join(' and ')}, not of ${entity}.`,
    `Analyze the entity ${others.join(' or ')} for it.`,
  )
}

/** The name of the term of an entity that is called nearly so, or that stands among other words: `deals won`. */
export function nearestTerm(name: string, entity: string, terms: readonly Term[]): string | undefined {
  const words = ` ${name.slice(0, 100).toLowerCase()} `
  const own = termsOf(terms, entity)
  const within = own.find((term) =>
    [term.name, ...term.aliases].some((one) => words.includes(` ${one.toLowerCase()} `)),
  )
  return within?.name ?? nearest(name.slice(0, 100), own, 1)[0]
}
