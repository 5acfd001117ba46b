import type { Aggregation, ColumnPath, Expression, Measure, Moment, Value } from '../model.ts'

/** Every aggregation of the measures once, in the order in which they are first spoken of. */
export function aggregationsIn(measures: readonly Measure[]): readonly Aggregation[] {
  const all = measures.flatMap(({ expression }) => aggregationsOf(expression))
  return [...new Map(all.map((one) => [aggregationKey(one), one])).values()]
}

function aggregationsOf(expression: Expression): Aggregation[] {
  if (expression.kind === 'aggregation') return [expression.aggregation]
  if (expression.kind === 'share') return aggregationsOf(expression.of)
  if (expression.kind === 'calculated') return [expression.left, expression.right].flatMap(aggregationsOf)
  return []
}

/** The same for two aggregations that mean the same figure. */
export function aggregationKey({ name, of, where, period }: Aggregation): string {
  return JSON.stringify([name, of ? valueKey(of) : null, where?.trim() ?? '', period ?? ''])
}

/** The same for two ways of writing one value. */
export function valueKey(value: Value): string {
  if (value.kind === 'column') return columnKey(value.column)
  if (value.kind === 'number') return String(value.number)
  if (value.kind === 'between') return JSON.stringify([value.unit, momentKey(value.from), momentKey(value.to)])
  return JSON.stringify([value.operator, valueKey(value.left), valueKey(value.right)])
}

const momentKey = (moment: Moment): string => (typeof moment === 'string' ? `@${moment}` : columnKey(moment))

export function columnKey({ path, name }: ColumnPath): string {
  return [...path, name].map((one) => one.trim().toLowerCase()).join('/')
}

/** A column that a value is made of, and as what. */
export type Part = { readonly column: ColumnPath; readonly as: 'number' | 'date' }

export function partsOf(value: Value): Part[] {
  if (value.kind === 'column') return [{ column: value.column, as: 'number' }]
  if (value.kind === 'calculated') return [value.left, value.right].flatMap(partsOf)
  if (value.kind === 'number') return []
  return [value.from, value.to].flatMap((one) => (typeof one === 'string' ? [] : [{ column: one, as: 'date' }]))
}

/** Whether days or hours between two moments are a part of it. */
export function isMadeOfTime(value: Value): boolean {
  return value.kind === 'between' || (value.kind === 'calculated' && [value.left, value.right].some(isMadeOfTime))
}
