import { QueryError } from '../../dataverse/errors.ts'
import { parseFilter } from '../../dataverse/query/from-odata/parse-filter.ts'
import type { Term } from '../../dataverse/query/terms/term.ts'
import { checkMeasure } from '../analysis/parse/check-measure.ts'
import { invalid } from '../check/check-template.ts'
import { entitiesWith, findTerm } from '../../dataverse/query/terms/find-term.ts'
import { wordsOfMeasure } from './measure-words.ts'
import { wordsOf, type UsedTerm } from './words-of.ts'

/**
 * The terms that a definition uses, as far as they are known without Dynamics: behind a lookup or a collection it is the
 * one of that name, where a single table has one.
 * @throws QueryError for a filter or a measure that cannot be read, and for a word that no table has
 */
export function usesOf(term: Term, terms: readonly Term[]): readonly Term[] {
  return found([...inFilter(term), ...inMeasure(term, terms)], term, terms)
}

/** Those of its figure alone. @throws QueryError */
export function figuresOf(term: Term, terms: readonly Term[]): readonly Term[] {
  return found(inMeasure(term, terms), term, terms)
}

function found(words: readonly UsedTerm[], { entity: own }: Term, terms: readonly Term[]): readonly Term[] {
  return words.flatMap(({ name, here }) => {
    const entities = here ? [own] : entitiesWith(terms, name)
    const all = entities.flatMap((entity) => findTerm(terms, entity, name) ?? [])
    if (all.length === 0) throw invalid(`it uses the term "${name}", which ${here ? `${own} has not` : 'no table has'}`)
    return all.length === 1 ? all : []
  })
}

const WORDS = new WeakMap<Term, readonly UsedTerm[]>()

/** A list is put together anew for each of its terms that is skipped; what each says stays the same. */
function inFilter(term: Term): readonly UsedTerm[] {
  const { filter } = term
  const words = WORDS.get(term) ?? (filter === undefined ? [] : wordsOf(parseFilter(filter, () => undefined)))
  WORDS.set(term, words)
  return words
}

function inMeasure({ entity, measure }: Term, terms: readonly Term[]): readonly UsedTerm[] {
  return measure === undefined ? [] : wordsOfMeasure(measure, (name) => findTerm(terms, entity, name))
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
