import { QueryError } from '../../../dataverse/errors.ts'
import type { Metadata, Table } from '../../../dataverse/metadata/model.ts'
import { parseFilter } from '../../../dataverse/query/from-odata/parse-filter.ts'
import type { Condition } from '../../../dataverse/query/model/query.ts'
import { columnNamed, findColumn } from '../../../dataverse/query/resolve/names/find-column.ts'
import { shown } from '../../../dataverse/query/say/refusals.ts'
import { findTerm, termsOf } from '../../../dataverse/query/terms/find-term.ts'
import type { Term } from '../../../dataverse/query/terms/term.ts'
import type { Aggregation, Analysis, Expression, Group } from '../model.ts'
import { splitCondition } from '../parse/split-condition.ts'
import { aggregationsIn } from './aggregations.ts'
import { columnOf, isPeriod, isTerm, ownConditions } from './period.ts'
import { PART_NAMES } from '../parse/words.ts'

type Deps = Pick<Metadata, 'entity' | 'table' | 'terms'>

type Asked = {
  readonly table: Table
  readonly terms: readonly Term[]
  /** Of the whole question: `filter` and `compare`. */
  readonly conditions: readonly Condition[]
}

/**
 * The analysis with the column that `period` means: for each figure that of its own term, for a group that of all terms
 * of the question. Where `filter` itself asks for terms, whoever reads filters says what it means.
 * @throws QueryError `unclear_period`
 */
export async function meantPeriods(analysis: Analysis, metadata: Deps): Promise<Analysis> {
  const { filter = '', compare = [], groups } = analysis
  const conditions = [filter, ...compare].flatMap(conditionsIn)
  const isAsked = conditions.some(isPeriod)
  if (!isAsked && !groups.some(isOfPeriod)) return withoutPeriods(analysis)
  const table = await metadata.table(await metadata.entity(analysis.entity))
  if (columnNamed(table, 'period') || table.hidden?.has('period') === true) return withoutPeriods(analysis)
  const asked: Asked = { table, terms: await metadata.terms(), conditions }
  const isOfFigures = isAsked && !conditions.some(isTerm)
  const meant = isOfFigures ? withEach(analysis, (one) => ({ ...one, period: only(datesOf(one, asked)) })) : analysis
  const dates = datesIn(analysis, asked)
  const grouped = groups.map((group) => (isOfPeriod(group) ? groupOf(group, dates, asked) : group))
  return { ...(isOfFigures ? meant : withoutPeriods(analysis)), groups: grouped }
}

/** Those that groups may be of. A figure of a term that has none, beside one that has, would be told of dates that are not its own. */
function datesIn({ measures, groups }: Analysis, asked: Asked): ReadonlySet<string> {
  const ofAll = namedIn(asked.conditions, asked)
  const figures = aggregationsIn(measures)
  const dates = new Set([...ofAll, ...figures.flatMap((one) => datesOf(one, asked))])
  const group = groups.find(isOfPeriod)
  const undated = ofAll.length > 0 ? undefined : figures.find((one) => datesOf(one, asked).length === 0 && termIn(one))
  if (group === undefined || undated === undefined || dates.size === 0) return dates
  const problem = `The term "${termIn(undated) ?? ''}" has no dates of its own, which "period" in by would be.`
  throw unclear(problem, group, [...dates])
}

function termIn({ where = '' }: Aggregation): string | undefined {
  const [named] = conditionsIn(where).filter(isTerm)
  return named && shown(named.otherColumn ?? named.values[0] ?? '')
}

/** None of what is no filter: it is refused where it is read to be asked. */
function conditionsIn(text: string): Condition[] {
  if (!/period|term/i.test(text)) return []
  const { filter } = splitCondition(text)
  return filter === '' ? [] : ownConditions(parseFilter(filter, () => undefined))
}

/** The dates that a figure's terms speak of. */
function datesOf({ where = '', period }: Aggregation, asked: Asked): readonly string[] {
  return period === undefined ? namedIn(conditionsIn(where), asked) : [period]
}

function namedIn(conditions: readonly Condition[], { table, terms }: Asked): string[] {
  const named = conditions.filter(isTerm).flatMap(({ values, otherColumn }) => otherColumn ?? values)
  return named.flatMap((name) => findTerm(terms, table.entity.name, name)?.date ?? [])
}

const only = (dates: readonly string[]): string | undefined => (new Set(dates).size === 1 ? dates[0] : undefined)

type OfColumn = Exclude<Group, { readonly kind: 'band' }>

function isOfPeriod(group: Group): group is OfColumn {
  return group.kind !== 'band' && group.column.path.length === 0 && group.column.name.toLowerCase() === 'period'
}

function groupOf(group: OfColumn, dates: ReadonlySet<string>, { table, terms }: Asked): Group {
  const [date, ...others] = dates
  if (date !== undefined && others.length === 0) return { ...group, column: columnOf(date) }
  if (date === undefined && findColumn(table, 'period')) return group
  const known = termsOf(terms, table.entity.name).flatMap((term) => term.date ?? [])
  const problem =
    dates.size > 0
      ? 'The terms of the question have different dates, so that "period" in by may mean each.'
      : 'No term of the question says which dates "period" in by means.'
  throw unclear(problem, group, [...new Set(dates.size > 0 ? dates : known.length > 0 ? known : ['createdon'])])
}

function unclear(problem: string, group: OfColumn, columns: readonly string[]): QueryError {
  const written = columns
    .slice(0, 3)
    .map((column) => (group.kind === 'date' ? `${PART_NAMES[group.part]}(${column})` : column))
  return new QueryError('unclear_period', problem, `Write: ${written.join(' or ')}.`)
}

function withoutPeriods(analysis: Analysis): Analysis {
  return withEach(analysis, ({ period: _period, ...rest }) => rest)
}

function withEach(analysis: Analysis, change: (one: Aggregation) => Aggregation): Analysis {
  const inside = (expression: Expression): Expression => {
    if (expression.kind === 'number') return expression
    if (expression.kind === 'aggregation') return { kind: 'aggregation', aggregation: change(expression.aggregation) }
    if (expression.kind === 'share') return { kind: 'share', of: inside(expression.of) }
    return { ...expression, left: inside(expression.left), right: inside(expression.right) }
  }
  const measures = analysis.measures.map((one) => ({ ...one, expression: inside(one.expression) }))
  return { ...analysis, measures }
}
