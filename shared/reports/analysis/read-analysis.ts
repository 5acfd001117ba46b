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
import { unknownMeasure } from './parse/unknown-measure.ts'
import type { Term } from '../../dataverse/query/terms/term.ts'
import { sayTerm } from '../../dataverse/query/terms/say-term.ts'

/** A measure may name a term, and none has been read yet. */
class TermsWanted extends Error {}

const UNREAD = {
  find: () => {
    throw new TermsWanted()
  },
  unknown: () => new TermsWanted(),
  isElsewhere: () => false,
}

/**
 * Reads an analysis with the words of the company: those are asked for only where one may be named.
 * @param note told what was read otherwise than it was written, and what a term means
 * @throws QueryError those of {@link parseAnalysis}, `unknown_term`, `unclear_period`
 */
export async function readAnalysis(written: WrittenAnalysis, note: Note, metadata: Metadata): Promise<ParsedAnalysis> {
  const parsed = parsedWithout(written, note) ?? parsedWith(written, note, await wordsFor(written.entity, metadata))
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

type Words = {
  readonly terms: readonly Term[]
  /** What of them may be named to whoever asked for another. */
  readonly offered: readonly Term[]
}

/** What an administrator hides is in no list of what there is. */
async function wordsFor(entity: string, metadata: Metadata): Promise<Words> {
  const [terms, table] = [await metadata.terms(), await metadata.table(await metadata.entity(entity))]
  if (table.hidden === undefined) return { terms, offered: terms }
  const { askableTerms } = await import('../../dataverse/column-security/askable-terms.ts')
  const others = new Set(terms.map((one) => one.entity).filter((one) => one !== entity))
  const found = await Promise.all([...others].map((one) => findEntity(metadata, one)))
  const shown = new Set(found.flatMap((one) => one?.name ?? []))
  return { terms, offered: [...(await askableTerms(table, metadata)), ...terms.filter((one) => shown.has(one.entity))] }
}

function parsedWith(written: WrittenAnalysis, note: Note, { terms, offered }: Words): ParsedAnalysis {
  const { entity } = written
  const figures = termFigures({
    find: (name) => findTerm(terms, entity, name),
    unknown: (name) => unknownMeasure(name, entity, offered),
    isElsewhere: (name) => entitiesWith(offered, name).length > 0,
    use: (term) => note(sayTerm(term)),
  })
  return parseAnalysis(written, note, figures)
}
