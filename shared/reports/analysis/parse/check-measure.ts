import { QueryError } from '../../../dataverse/errors.ts'
import { shown } from '../../../dataverse/query/say/refusals.ts'
import type { TermDefinition } from '../../../dataverse/query/terms/term.ts'
import { parseMeasure } from './measure/parse-measure.ts'
import { termFigures, type MeasuredTerm, type TermNames } from './terms.ts'
import { functionOf, isBand, isDateDiff, isShare, partOf, squash, unitOf } from './words.ts'

const RESERVED = new Set('term period where as of with filter distinct case today now me null true false'.split(' '))

/**
 * Whether a term can be asked for as a measure: by each of its names, and by what it is made of.
 * @param terms those that would be in force with it, itself among them, of whatever entities
 * @throws QueryError `invalid_measure`, `invalid_filter` for a condition of its measure
 */
export function checkMeasure(term: TermDefinition, terms: readonly TermDefinition[]): void {
  for (const name of [term.name, ...term.aliases]) checkName(name, term)
  const figures = termFigures(namesOf(terms.filter(({ entity }) => entity === term.entity)))
  if (term.measure !== undefined) parseMeasure(term.measure, figures)
  figures.find(term.name)
}

function checkName(name: string, term: TermDefinition): void {
  const isWord = [functionOf, partOf, unitOf].some((of) => of(name) !== undefined)
  if (isWord || [isBand, isDateDiff, isShare].some((is) => is(name)) || RESERVED.has(squash(name))) throw taken(name)
  const alone = termFigures(namesOf([{ ...term, name, aliases: [], measure: undefined }]))
  const read = succeeds(() => parseMeasure(name, alone))
  if (read && read.said?.text !== name.trim()) throw taken(name)
}

/** By letters and digits alone; names before aliases. */
function namesOf(terms: readonly TermDefinition[]): TermNames {
  const byKey = new Map<string, MeasuredTerm>()
  for (const term of terms) byKey.set(keyOf(term.name), term)
  for (const term of terms)
    for (const alias of term.aliases) if (!byKey.has(keyOf(alias))) byKey.set(keyOf(alias), term)
  return {
    find: (name) => byKey.get(keyOf(name)),
    unknown: (name) =>
      new QueryError(
        'invalid_measure',
        `There is no term "${shown(name)}".`,
        `Terms: ${terms.map((term) => term.name).join(', ')}.`,
      ),
  }
}

function keyOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
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

function succeeds<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof QueryError) return undefined
    throw error
  }
}
