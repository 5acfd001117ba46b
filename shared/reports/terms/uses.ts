import { QueryError } from '../../dataverse/errors.ts'
import { parseFilter } from '../../dataverse/query/from-odata/parse-filter.ts'
import type { Term } from '../../dataverse/query/terms/term.ts'
import { checkMeasure } from '../analysis/parse/check-measure.ts'
import { invalid } from '../check/check-template.ts'
import { entitiesWith, findTerm } from './find.ts'
import { wordsOfMeasure } from './measure-words.ts'
import { wordsOf, type UsedTerm } from './words-of.ts'

/**
 * The terms that a definition uses, as far as they are known without Dynamics: behind a lookup or a collection it is the
 * one of that name, where a single table has one.
 * @throws QueryError for a filter or a measure that cannot be read, and for a word that no table has
 */
export function usesOf(term: Term, terms: readonly Term[]): readonly Term[] {
  return wordsIn(term, terms).flatMap(({ name, here }) => {
    const entities = here ? [term.entity] : entitiesWith(terms, name)
    const found = entities.flatMap((entity) => findTerm(terms, entity, name) ?? [])
    if (found.length === 0)
      throw invalid(`it uses the term "${name}", which ${here ? `${term.entity} has not` : 'no table has'}`)
    return found.length === 1 ? found : []
  })
}

function wordsIn({ entity, filter, measure }: Term, terms: readonly Term[]): readonly UsedTerm[] {
  return [
    ...(filter === undefined ? [] : wordsOf(parseFilter(filter, () => undefined))),
    ...(measure === undefined ? [] : wordsOfMeasure(measure, (name) => findTerm(terms, entity, name))),
  ]
}

/** Why a definition cannot be used; undefined where it can. */
export function problemOf(term: Term, terms: readonly Term[]): string | undefined {
  try {
    usesOf(term, terms)
    if (term.isOwn) checkMeasure(term, terms)
    return undefined
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return error.message.replaceAll(/\s+/g, ' ').replace(/\.$/, '')
  }
}
