import type { Column, Entity } from '../../../dataverse/metadata/model.ts'
import { nameOf } from '../../../reports/analysis/parse/names.ts'
import { printExpression } from '../../../reports/analysis/parse/measure/expression.ts'
import { aggregationKey } from '../../../reports/analysis/plan/aggregations.ts'
import type { Aggregation, Analysis, ResolvedAnalysis } from '../../../reports/analysis/model.ts'

/** Amounts are added up in the base currency, which the answer names beside them. */
const BASE = /_base$/
const SAID: Readonly<Record<string, (label: string) => string>> = {
  sum: (label) => label,
  avg: (label) => `Ø ${label}`,
}

/**
 * What figures are called that nobody gave a name, by the labels of the person's language: a count is called like the
 * rows that it counts, a sum like its column. All others keep their names.
 */
export function figureTitles(analysis: Analysis, { aggregations, uses, table }: ResolvedAnalysis): [string, string][] {
  const labelOf = (column: Column | undefined): string | undefined =>
    column && (table.byName.get(column.name.replace(BASE, '')) ?? column).label
  return analysis.measures.flatMap(({ name, expression }): [string, string][] => {
    if (expression.kind !== 'aggregation') return []
    const { aggregation } = expression
    const key = aggregationKey(aggregation)
    const at = aggregations.findIndex((one) => aggregationKey(one) === key)
    const title = titleOf(aggregation, labelOf(uses[at]?.[0]?.column), table.entity)
    return title === undefined || name !== nameOf(printExpression(expression)) ? [] : [[name, title]]
  })
}

function titleOf({ name, of, where }: Aggregation, label: string | undefined, rows: Entity): string | undefined {
  if (where !== undefined) return undefined
  if (of === undefined) return name === 'count' ? (rows.pluralLabel ?? rows.label) : undefined
  if (of.kind !== 'column' || label === undefined) return undefined
  return SAID[name]?.(label) ?? `${name} (${label})`
}
