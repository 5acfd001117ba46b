import type { ReportDefinition, ReportTotal } from '../definition.ts'
import type { ReportQuery } from '../run/report-query.ts'

/**
 * A report without the columns that column security hides from the person in any of its queries, and without the
 * figures and the picture that are made of them: a sum of what is not shown would be 0.
 */
export function withoutWithheld(definition: ReportDefinition, queries: readonly ReportQuery[]): ReportDefinition {
  const withheld = new Set(queries.flatMap((query) => query.withheld))
  if (withheld.size === 0) return definition
  const { columns, totals, picture } = definition
  const isOf = (total: ReportTotal): boolean => {
    if (total.kind === 'rows' || total.kind === 'groups') return false
    return withheld.has(total.of) || (total.kind === 'ratio' && withheld.has(total.where.key))
  }
  const isDrawn = [picture.label, picture.value].some((key) => key !== undefined && withheld.has(key))
  return {
    ...definition,
    columns: columns.filter(({ key }) => !withheld.has(key)),
    totals: totals.filter((total) => !isOf(total)),
    picture: isDrawn ? { kind: 'table' } : picture,
  }
}
