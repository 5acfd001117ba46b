import { QueryError } from '../../dataverse/errors.ts'
import type { Metadata } from '../../dataverse/metadata/model.ts'
import type { Note } from '../../dataverse/query/model/query.ts'
import { entitiesWith, findTerm } from '../../dataverse/query/terms/find-term.ts'
import { findEntity } from '../../dataverse/query/resolve/joins/find-navigation.ts'
import { shown } from '../../dataverse/query/say/refusals.ts'
import type { Analysis } from './model.ts'
import { aggregationsIn } from './plan/aggregations.ts'
import { parseAnalysis, type ParsedAnalysis, type WrittenAnalysis } from './parse/parse-analysis.ts'
import { termFigures } from './parse/terms.ts'
import { meantPeriods } from './plan/meant-periods.ts'
import { nearestTerm, unknownMeasure } from './parse/unknown-measure.ts'
import { sayTerm } from '../../dataverse/query/terms/say-term.ts'

/** A measure may name a term, and none has been read yet. */
class TermsWanted extends Error {}

const UNREAD = {
  find: () => {
    throw new TermsWanted()
  },
  unknown: () => new TermsWanted(),
  isElsewhere: () => false,
  isNear: () => false,
}

/**
 * Reads an analysis with the words of the company: those are asked for only where one may be named.
 * @param note told what was read otherwise than it was written, and what a term means
 * @throws QueryError those of {@link parseAnalysis}, `unknown_term`, `unclear_period`
 */
export async function readAnalysis(written: WrittenAnalysis, note: Note, metadata: Metadata): Promise<ParsedAnalysis> {
  const parsed = parsedWithout(written, note) ?? (await parsedIn(written, note, metadata))
  return { ...parsed, analysis: await meantPeriods(parsed.analysis, metadata) }
}

/** What is refused as a column and is a term: `count(won)`. */
export async function explainTerms(error: unknown, analysis: Analysis, metadata: Metadata): Promise<unknown> {
  if (!(error instanceof QueryError) || error.code !== 'unknown_column') return error
  const terms = await metadata.terms()
  for (const { name, of } of aggregationsIn(analysis.measures)) {
    if (of?.kind !== 'column' || !error.message.includes(`"${of.column.name}"`)) continue
    const term = of.column.path.length === 0 ? findTerm(terms, analysis.entity, of.column.name) : undefined
    if (!term) continue
    const words = term.name.replaceAll("'", "''")
    const written = name === 'count' ? `count(where term eq '${words}')` : `term('${words}')`
    return new QueryError(error.code, `${error.message} "${shown(term.name)}" is a term.`, `Write: ${written}.`)
  }
  return error
}

function parsedWithout(written: WrittenAnalysis, note: Note): ParsedAnalysis | undefined {
  try {
    return parseAnalysis(written, note, UNREAD)
  } catch (error) {
    if (error instanceof TermsWanted) return undefined
    throw error
  }
}

/** What an administrator hides from models is offered by no refusal, either: neither a term nor a table that has one. */
async function parsedIn(written: WrittenAnalysis, note: Note, metadata: Metadata): Promise<ParsedAnalysis> {
  const terms = await metadata.terms()
  try {
    return parsedWith(written, note, terms)
  } catch (error) {
    const isTold = error instanceof QueryError && error.code === 'unknown_term'
    if (!isTold) throw error
    return parsedWith(written, note, terms, await offeredTerms(written.entity, terms, metadata))
  }
}

async function offeredTerms(asked: string, terms: Terms, metadata: Metadata): Promise<Terms> {
  const table = await metadata.table(await metadata.entity(asked))
  const entities = [...new Set(terms.map(({ entity }) => entity))]
  const found = await Promise.all(entities.map(async (name) => (await findEntity(metadata, name))?.name))
  const { askableTerms } = await import('../../dataverse/column-security/askable-terms.ts')
  const own = await askableTerms(table, metadata)
  return terms.filter((term) => (term.entity === table.entity.name ? own.includes(term) : found.includes(term.entity)))
}

type Terms = Awaited<ReturnType<Metadata['terms']>>

/** @param offered those that a refusal may name */
function parsedWith(written: WrittenAnalysis, note: Note, terms: Terms, offered = terms): ParsedAnalysis {
  const { entity } = written
  const figures = termFigures({
    find: (name) => findTerm(terms, entity, name),
    unknown: (name) => unknownMeasure(name, entity, offered),
    isElsewhere: (name) => entitiesWith(offered, name).length > 0,
    isNear: (name) => nearestTerm(name, entity, offered) !== undefined,
    use: (term) => note(sayTerm(term)),
  })
  return parseAnalysis(written, note, figures)
}
