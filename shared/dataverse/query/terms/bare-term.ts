import { QueryError } from '../../errors.ts'
import type { Metadata } from '../../metadata/model.ts'
import { findEntity } from '../resolve/joins/find-navigation.ts'
import { termStep } from './as-column.ts'
import { findTerm } from './find-term.ts'

const LITERAL = /'[^']*'/g
const BETWEEN = /\b(?:and|or|not)\b|[()]|&&|\|\|/i

/** What is no filter as the words of a term stand where a condition is wanted: `open pipeline and estimatedvalue gt 5000`. */
export async function explainBareTerm(
  error: unknown,
  { entity: called, filter }: { readonly entity?: string | undefined; readonly filter?: string | undefined },
  metadata: Metadata,
): Promise<unknown> {
  if (!(error instanceof QueryError) || error.code !== 'invalid_filter') return error
  const entity = called === undefined ? undefined : await findEntity(metadata, called)
  if (entity === undefined || filter === undefined) return error
  const { askableTerms } = await import('../../column-security/askable-terms.ts')
  const offered = await askableTerms(await metadata.table(entity), metadata)
  const meant = conditionTexts(filter).flatMap((part) => findTerm(offered, entity.name, part) ?? [])
  const step = termStep(meant, 'odata')
  return step === undefined ? error : new QueryError(error.code, error.message, step)
}

/** What stands between the words that join conditions, without literals. */
export function conditionTexts(filter: string): string[] {
  return filter.replaceAll(LITERAL, ' ').split(BETWEEN)
}
