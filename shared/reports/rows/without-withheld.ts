import type { ReportDefinition, ReportTotal } from '../definition.ts'
import type { ReportQuery } from '../run/report-query.ts'

/**
 * A report without the columns that column security hides from the person in any of its queries, or an administrator
 * from models, and without the figures, the picture and the order that are made of them or of what is masked: a sum of
 * what is not shown would be 0.
 */
export function withoutWithheld(definition: ReportDefinition, queries: readonly ReportQuery[]): ReportDefinition {
  const withheld = new Set(queries.flatMap((query) => query.withheld))
  const kept = new Set([...withheld, ...queries.flatMap((query) => query.masked)])
  if (kept.size === 0) return definition
  const { sort, ...rest } = definition
  const { columns, totals, picture } = definition
  const isOf = (total: ReportTotal): boolean => {
    if (total.kind === 'rows' || total.kind === 'groups') return false
    return kept.has(total.of) || (total.kind === 'ratio' && kept.has(total.where.key))
  }
  const isDrawn = [picture.label, picture.value].some((key) => key !== undefined && kept.has(key))
  return {
    ...rest,
    ...(sort && !kept.has(sort.key) && { sort }),
    columns: columns.filter(({ key }) => !withheld.has(key)),
    totals: totals.filter((total) => !isOf(total)),
    picture: isDrawn ? { kind: 'table' } : picture,
  }
}
