import type { ResolveDeps } from '../../dataverse/query/resolve/resolve-query.ts'
import type { Read, ReadResult } from '../../dataverse/web-api/web-api.ts'
import type { ParameterValues } from '../check/check-parameters.ts'
import type { Owner, ReportDefinition } from '../definition.ts'
import { formatAmount, formatNumber } from '../rows/format.ts'
import { REPORT_PAGE, type PageOfRows } from './page-of-rows.ts'
import { pathOf, reportQueries, type Asking, type ReportQuery } from './report-query.ts'
import { aggregateOf, totalOf } from './whole-list.ts'

const ROWS = 'team_rows'
const AMOUNT = 'team_amount'
const TEAMS: Owner = 'my-teams'
const BOTH: Owner = 'me-or-my-teams'

export type TeamReads = { readonly parameter: string; readonly reads: readonly Read<PageOfRows>[] }

/**
 * Asks how many of a report's rows, and how much, the teams of a person own who asked for their own alone. Nothing where
 * the report was asked for other rows.
 */
export async function teamReads(
  definition: ReportDefinition,
  values: ParameterValues,
  deps: ResolveDeps,
  asked: Pick<Asking, 'unreadable' | 'terms'>,
): Promise<TeamReads | undefined> {
  const parameter = definition.parameters.find(({ type, name }) => type === 'owner' && values[name] === 'me')?.name
  if (parameter === undefined) return undefined
  const sources = definition.queries.filter(({ totalsOnly }) => totalsOnly !== true)
  const asking = { ...asked, maxTop: 1, sources }
  const { queries } = await reportQueries(definition, { ...values, [parameter]: TEAMS }, deps, asking)
  const amount = amountOf(definition)
  return { parameter, reads: queries.map((query) => ({ path: countPath(query, amount), schema: REPORT_PAGE })) }
}

/** The key of what a report adds up in the base currency. */
function amountOf({ totals, columns }: ReportDefinition): string | undefined {
  const isMoney = (key: string): boolean => columns.some((column) => column.key === key && column.kind === 'money')
  return totals.flatMap((total) => (total.kind === 'sum' && isMoney(total.of) ? [total.of] : []))[0]
}

function countPath({ entity, fetch, masked }: ReportQuery, amount: string | undefined): string {
  const column = fetch.entity.attributes.find(({ name, alias }) => (alias ?? name) === amount)?.name
  const isSummed = !fetch.distinct && amount !== undefined && !masked.includes(amount)
  const summed = column?.endsWith('_base') === true && isSummed ? [column] : []
  const counted = fetch.distinct
    ? { ...totalOf(entity.idColumn, ROWS, 'countcolumn'), distinct: true }
    : totalOf(entity.idColumn, ROWS, 'count')
  const amounts = summed.map((name) => totalOf(name, AMOUNT, 'sum'))
  return pathOf(entity, aggregateOf(fetch, [counted, ...amounts]))
}

/** What a person whose teams own more of the report's rows must know of them, and how to be given them. */
export function teamSentences(
  { parameter }: TeamReads,
  results: readonly ReadResult<PageOfRows>[],
  currency: string | undefined,
): string[] {
  const both = `run it with ${parameter} "${BOTH}"`
  if (results.some(({ ok }) => !ok)) return [`How many more rows teams of yours own was not counted: ${both}.`]
  const rows = results.flatMap((result) => (result.ok ? result.value.value : []))
  const sum = (key: string): number => rows.reduce((total, row) => total + Number(row[key] ?? 0), 0)
  const count = sum(ROWS)
  if (count === 0) return []
  const amount = rows.some((row) => typeof row[AMOUNT] === 'number') ? `, ${formatAmount(sum(AMOUNT), currency)}` : ''
  return [`Teams of yours own ${formatNumber(count)} more${amount}: ${both}.`]
}
