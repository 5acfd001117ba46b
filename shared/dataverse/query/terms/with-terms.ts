import { QueryError } from '../../errors.ts'
import type { Table } from '../../metadata/model.ts'
import type { Condition, Source } from '../model/query.ts'
import { allConditions } from '../model/walk.ts'
import type { TermDeps } from './expand-terms.ts'

/** What stands for a term, and for its dates, where a column would. */
export type PseudoColumn = 'term' | 'period'

/** The pseudo-column that a condition names, whether or not its table has a column of that name. */
export function pseudoColumnOf({ attribute }: Pick<Condition, 'attribute'>): PseudoColumn | undefined {
  const name = attribute
    .slice(attribute.lastIndexOf('.') + 1)
    .trim()
    .toLowerCase()
  return name === 'term' || name === 'period' ? name : undefined
}

/** What a query means with every term written out, and a way to say of a later refusal which words it may come from. */
export type Meant<S> = { readonly entity: S; readonly explained: (error: unknown) => unknown }

/** A refusal of what is no column but a term, `term` or `period`, told as what it is. */
export async function explainedAsColumn(
  error: unknown,
  written: Source,
  deps: Pick<TermDeps, 'metadata' | 'notation'>,
): Promise<unknown> {
  if (!(error instanceof QueryError) || error.code !== 'unknown_column') return error
  const { asColumn } = await import('./as-column.ts')
  return await asColumn(error, written, deps)
}

/** @throws QueryError `unknown_term`, `unclear_period`, `invalid_term`, `invalid_operator`, `query_too_long` */
export async function withTerms<S extends Source>(entity: S, table: Table, deps: TermDeps): Promise<Meant<S>> {
  if (!allConditions(entity).some(pseudoColumnOf)) return { entity, explained: (error) => error }
  const { expandTerms } = await import('./expand-terms.ts')
  return await expandTerms(entity, table, deps)
}
