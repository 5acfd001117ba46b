import type { Metadata } from '../../dataverse/metadata/model.ts'
import type { Note } from '../../dataverse/query/model/query.ts'
import { findTerm } from '../../dataverse/query/terms/find-term.ts'
import { parseAnalysis, type ParsedAnalysis, type WrittenAnalysis } from './parse/parse-analysis.ts'
import { termFigures } from './parse/terms.ts'
import { meantPeriods } from './plan/meant-periods.ts'
import { unknownMeasure } from './parse/unknown-measure.ts'
import { sayTerm } from '../../dataverse/query/terms/say-term.ts'

/** A measure may name a term, and none has been read yet. */
class TermsWanted extends Error {}

const UNREAD = {
  find: () => {
    throw new TermsWanted()
  },
  unknown: () => new TermsWanted(),
}

/**
 * Reads an analysis with the words of the company: those are asked for only where one may be named.
 * @param note told what was read otherwise than it was written, and what a term means
 * @throws QueryError those of {@link parseAnalysis}, `unknown_term`, `unclear_period`
 */
export async function readAnalysis(written: WrittenAnalysis, note: Note, metadata: Metadata): Promise<ParsedAnalysis> {
  const parsed = parsedWithout(written, note) ?? parsedWith(written, note, await metadata.terms())
  return { ...parsed, analysis: await meantPeriods(parsed.analysis, metadata) }
}

function parsedWithout(written: WrittenAnalysis, note: Note): ParsedAnalysis | undefined {
  try {
    return parseAnalysis(written, note, UNREAD)
  } catch (error) {
    if (error instanceof TermsWanted) return undefined
    throw error
  }
}

function parsedWith(
  written: WrittenAnalysis,
  note: Note,
  terms: Awaited<ReturnType<Metadata['terms']>>,
): ParsedAnalysis {
  const { entity } = written
  const figures = termFigures({
    find: (name) => findTerm(terms, entity, name),
    unknown: (name) => unknownMeasure(name, entity, terms),
    use: (term) => note(sayTerm(term)),
  })
  return parseAnalysis(written, note, figures)
}
