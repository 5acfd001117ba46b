import type { CellKind, KnownColumn } from '../../../dataverse/rows/dense-column.ts'
import { kindOf } from '../../../dataverse/query/model/column-kind.ts'
import type { Aggregation, Analysis, ColumnPath, Expression, ResolvedAnalysis, Use, Value } from '../model.ts'
import { answerColumns } from '../parse/answer/columns.ts'
import { aggregationKey, columnKey } from '../plan/aggregations.ts'

/** What an empty group is called. */
const NONE = '(none)'
const NAMES = { lookup: 'lookup', choice: 'choice', 'yes-no': 'yes-no', table: 'table' } as const

/** The columns of the answer, and what their cells are. @param currency of amounts */
export function columnsOf(analysis: Analysis, resolved: ResolvedAnalysis, currency: string | undefined): KnownColumn[] {
  return answerColumns(analysis).map(({ name, shows }): KnownColumn => {
    if (shows.kind === 'group') {
      const kind = groupKind(analysis, resolved, shows.at)
      return { name, empty: NONE, ...(kind !== undefined && { kind }) }
    }
    const expression = analysis.measures[shows.at]?.expression
    const kind = expression && shows.side !== 'change-percent' ? kindOfFigure(expression, resolved) : undefined
    return {
      name,
      ...(kind !== undefined && { kind }),
      ...(kind === 'money' && currency !== undefined && { currency }),
    }
  })
}

function groupKind({ groups }: Analysis, resolved: ResolvedAnalysis, at: number): CellKind | undefined {
  const column = groups[at]?.kind === 'column' ? resolved.groups[at]?.column : undefined
  const kind = column && kindOf(column)
  return kind === 'lookup' || kind === 'choice' || kind === 'yes-no' || kind === 'table' ? NAMES[kind] : undefined
}

function kindOfFigure(expression: Expression, resolved: ResolvedAnalysis): CellKind | undefined {
  if (degreeOf(expression, resolved) === 1) return 'money'
  if (expression.kind !== 'aggregation') return undefined
  const { name, of } = expression.aggregation
  const date =
    of?.kind === 'column' && (name === 'min' || name === 'max')
      ? usesOf(expression.aggregation, resolved)[0]?.column
      : undefined
  return date && kindOf(date) === 'date' ? (date.dateOnly ? 'date' : 'time') : undefined
}

/** How many amounts are multiplied in it: of an amount by an amount nothing is left, and a number is none. */
function degreeOf(expression: Expression, resolved: ResolvedAnalysis): number {
  if (expression.kind === 'aggregation') {
    const { name, of } = expression.aggregation
    const isCounted = name === 'count' || name === 'distinct' || of === undefined
    return isCounted ? 0 : valueDegree(of, usesOf(expression.aggregation, resolved))
  }
  if (expression.kind !== 'calculated') return 0
  return joined(expression.operator, degreeOf(expression.left, resolved), degreeOf(expression.right, resolved))
}

function valueDegree(value: Value, uses: readonly Use[]): number {
  if (value.kind === 'column') return useOf(value.column, uses)?.column.type === 'Money' ? 1 : 0
  if (value.kind !== 'calculated') return 0
  return joined(value.operator, valueDegree(value.left, uses), valueDegree(value.right, uses))
}

function useOf(column: ColumnPath, uses: readonly Use[]): Use | undefined {
  return uses.find(({ written }) => columnKey(written) === columnKey(column))
}

/** Whether the edges of a band are amounts. */
export function hasBandOfAmounts({ groups }: Analysis, resolved: ResolvedAnalysis): boolean {
  return groups.some(
    (group, at) => group.kind === 'band' && valueDegree(group.of, resolved.groups[at]?.uses ?? []) === 1,
  )
}

function joined(operator: '+' | '-' | '*' | '/', left: number, right: number): number {
  if (operator === '*') return left + right
  return operator === '/' ? left - right : Math.max(left, right)
}

/** The columns that an aggregation is made of. */
export function usesOf(aggregation: Aggregation, { aggregations, uses }: ResolvedAnalysis): readonly Use[] {
  const key = aggregationKey(aggregation)
  return uses[aggregations.findIndex((one) => aggregationKey(one) === key)] ?? []
}
