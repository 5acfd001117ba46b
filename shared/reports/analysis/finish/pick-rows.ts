import { QueryError } from '../../../dataverse/errors.ts'
import { kindOf } from '../../../dataverse/query/model/column-kind.ts'
import type { Analysis, Key, Outcome } from '../model.ts'
import type { AnswerOrder } from '../parse/answer/parse-orders.ts'
import type { ParsedAnalysis } from '../parse/parse-analysis.ts'
import type { Cells } from './cells.ts'
import { isHad } from './having.ts'
import type { JoinedGroup } from './join-sides.ts'
import { cellText, labelsOf, namesOf, type NameDeps } from './labels.ts'
import { inOrderOf, isTimeline } from './order.ts'

export type Row = { readonly keys: readonly Key[]; readonly cells: Cells; readonly group: JoinedGroup }

export type Picked = {
  readonly shown: readonly Row[]
  readonly others: readonly Row[]
  readonly withoutHaving: number
  /** The rows shown are the last of a time. */
  readonly isTimeline: boolean
  readonly names: ReadonlyMap<string, string>
}

/** More names than these are not asked for, only to put groups in their order. */
const MOST_NAMES = 500

/** The rows to show: those that were asked for, in order, and the first of them; of a time the last. */
export async function pickRows(
  rows: readonly Row[],
  { analysis, having, orders }: ParsedAnalysis,
  outcome: Outcome,
  top: number,
  deps: NameDeps,
): Promise<Picked> {
  const had = having ? rows.filter(({ cells }) => isHad(having, cells)) : rows
  const sorting = await namesToSort(had, analysis, outcome, orders, deps)
  const labels = labelsOf(analysis, outcome, sorting)
  const told = had.map((row) => ({ ...row, labels: row.keys.map((key, at) => cellText(labels(at, key))) }))
  const ordered = inOrderOf(told, analysis, orders)
  const timeline = isTimeline(analysis, orders)
  const start = timeline ? Math.max(0, ordered.length - top) : 0
  const shown = ordered.slice(start, start + top)
  const others = timeline ? ordered.slice(0, start) : ordered.slice(top)
  const names = sorting.size > 0 ? sorting : await namesOf(shown, analysis, outcome, deps)
  return { shown, others, withoutHaving: rows.length - had.length, isTimeline: timeline, names }
}

/** An order by the names of records needs all of them. */
async function namesToSort(
  rows: readonly Row[],
  analysis: Analysis,
  outcome: Outcome,
  orders: readonly AnswerOrder[],
  deps: NameDeps,
): Promise<ReadonlyMap<string, string>> {
  const isNamed = orders.some(({ by }) => {
    const column = by.kind === 'group' ? outcome.resolved.groups[by.at]?.column : undefined
    return column !== undefined && kindOf(column) === 'lookup'
  })
  if (!isNamed) return new Map()
  if (rows.length <= MOST_NAMES) return await namesOf(rows, analysis, outcome, deps)
  const first = analysis.measures[0]?.name ?? 'count'
  throw new QueryError(
    'invalid_orderby',
    `${rows.length} groups are too many to be put in the order of their names.`,
    `Write: ${first} desc.`,
  )
}
