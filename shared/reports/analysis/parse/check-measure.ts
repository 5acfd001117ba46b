import { QueryError } from '../../../dataverse/errors.ts'
import { shown } from '../../../dataverse/query/say/refusals.ts'
import { findTerm } from '../../../dataverse/query/terms/find-term.ts'
import type { Term, TermDefinition } from '../../../dataverse/query/terms/term.ts'
import { parseMeasure } from './measure/parse-measure.ts'
import { termFigures, type TermNames } from './terms.ts'
import { unknownMeasure } from './unknown-measure.ts'
import { functionOf, isBand, isDateDiff, isShare, partOf, squash, unitOf } from './words.ts'
import { ifReadable } from './if-readable.ts'

const RESERVED = new Set('term period where as of with filter distinct case today now me null true false'.split(' '))

/**
 * Whether a term can be asked for as a measure: by each of its names, and by what it is made of.
 * @param terms those that would be in force with it, itself among them, of whatever entities
 * @throws QueryError `invalid_measure`, `invalid_filter` for a condition of its measure
 */
export function checkMeasure(term: TermDefinition, terms: readonly TermDefinition[]): void {
  for (const name of [term.name, ...term.aliases]) checkName(name, term)
  const figures = termFigures(namesOf(terms, term.entity))
  if (term.measure !== undefined) parseMeasure(term.measure, figures)
  figures.find(term.name)
}

function checkName(name: string, term: TermDefinition): void {
  const isWord = [functionOf, partOf, unitOf].some((of) => of(name) !== undefined)
  if (isWord || [isBand, isDateDiff, isShare].some((is) => is(name)) || RESERVED.has(squash(name))) throw taken(name)
  const alone = termFigures(namesOf([{ ...term, name, aliases: [], measure: undefined }], term.entity))
  const read = ifReadable(() => parseMeasure(name, alone))
  if (read && read.said?.text !== name.trim()) throw taken(name)
}

/** Of those that would be in force, the company's own first. */
function namesOf(terms: readonly TermDefinition[], entity: string): TermNames {
  const all = terms.map((term): Term => ({ isOwn: true, ...term }))
  return {
    find: (name) => findTerm(all, entity, name),
    unknown: (name) => unknownMeasure(name, entity, all),
    isElsewhere: () => false,
    isNear: () => false,
    use: () => undefined,
  }
}

function taken(name: string): QueryError {
  const other = `our ${shown(
    name
      .replaceAll(/[^\p{L}\p{N} ]/gu, '')
      .trim()
      .slice(0, 30),
  )}`
  return new QueryError(
    'invalid_measure',
    `"${shown(name)}" is a word of the language of measures already, and no name for a term.`,
    `Call it another name, for example "${other}".`,
  )
}
