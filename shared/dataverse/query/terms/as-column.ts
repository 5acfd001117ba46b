import { QueryError } from '../../errors.ts'
import type { Metadata, Table } from '../../metadata/model.ts'
import type { Source } from '../model/query.ts'
import { allConditions } from '../model/walk.ts'
import { printCondition, type Notation } from '../say/notation.ts'
import { quoted } from '../say/refusals.ts'
import { findTerm, termsOf } from './find-term.ts'
import { readTermCondition } from './read-term-condition.ts'
import type { Term } from './term.ts'
import { pseudoColumnOf } from './with-terms.ts'

type Deps = { readonly metadata: Metadata; readonly notation: Notation }

const NO_COLUMN = /^The entity (\w{1,128}) has no columns? (.{1,2000})/s
const NAMES = /"([^"]{1,100})"/g
const MOST_NAMES = 3

/** What is meant by `period`, `term` or the name of a term where a column belongs: the refusal with a next step for that. */
export async function asColumn(error: QueryError, written: Source, { metadata, notation }: Deps): Promise<QueryError> {
  const [, name = '', columns = ''] = NO_COLUMN.exec(error.message) ?? []
  if (name === '') return error
  const unknown = [...columns.matchAll(NAMES)].flatMap(([, one = '']) => one)
  const pseudo = unknown.flatMap((attribute) => pseudoColumnOf({ attribute }) ?? [])[0]
  const table = await metadata.table(await metadata.entity(name))
  const terms = await offeredOf(table, metadata)
  const asked = askedIn(written, terms, { table, notation })
  const meant = unknown.flatMap((one) => findTerm(terms, table.entity.name, one) ?? [])
  const step =
    pseudo === 'period'
      ? periodStep(asked.length > 0 ? asked : terms)
      : termStep(pseudo === 'term' ? terms : meant, notation)
  return step === undefined ? error : new QueryError(error.code, error.message, step)
}

async function offeredOf(table: Table, metadata: Metadata): Promise<readonly Term[]> {
  if (table.hidden === undefined) return termsOf(await metadata.terms(), table.entity.name)
  const { askableTerms } = await import('../../column-security/askable-terms.ts')
  return await askableTerms(table, metadata)
}

function askedIn(
  written: Source,
  terms: readonly Term[],
  { table, notation }: { readonly table: Table; readonly notation: Notation },
): readonly Term[] {
  const conditions = allConditions(written).filter((one) => pseudoColumnOf(one) === 'term')
  const names = conditions.flatMap((one) => readTermCondition(one, notation)?.names ?? [])
  return names
    .flatMap((name) => findTerm(terms, table.entity.name, name) ?? [])
    .filter(({ date }) => date !== undefined)
}

/** What to write where a term stands that is no condition by itself. */
export function termStep([term]: readonly Term[], notation: Notation): string | undefined {
  if (!term) return undefined
  const printed = printCondition({ subject: 'term', operator: 'eq', values: [term.name], kind: 'text' }, notation)
  return `${quoted(term.name)} is a term, which is no column. Write as a condition: ${printed}.`
}

function periodStep(terms: readonly Term[]): string | undefined {
  const byDate = Map.groupBy(terms, ({ date = '' }) => date)
  byDate.delete('')
  const columns = [...byDate].map(([date, of]) => `${date} (${named(of)})`)
  return columns.length === 0
    ? undefined
    : `"period" is for conditions; write the column that it means there: ${columns.join(', ')}.`
}

function named(terms: readonly Term[]): string {
  const names = [...new Set(terms.map(({ name }) => name))]
  return `${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ', …' : ''}`
}
