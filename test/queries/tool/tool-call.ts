import type { Json } from '../oracle/compare.ts'
import type { Query } from '../query.ts'

/** The arguments of `query_crm` that ask a query; `undefined` for what the tool has no words for ($apply). */
export function asToolCall(query: Query): Json | undefined {
  if ('fetchXml' in query) return { fetchxml: query.fetchXml }
  const { filter, orderby, select, top, expand, apply } = query.odata
  if (apply !== undefined || expand !== undefined) return undefined
  return {
    entity: query.entity,
    ...(filter !== undefined && { filter }),
    ...(orderby !== undefined && { orderby }),
    ...(select !== undefined && { select: select.split(',') }),
    ...(top !== undefined && { top }),
  }
}

/** Whether a query asks for so many rows and no more, and not for all of them. */
export function isOnePage(query: Query): boolean {
  return 'fetchXml' in query ? /^<fetch[^>]* (?:top|page)=/.test(query.fetchXml) : query.odata.top !== undefined
}

/** The tool's rows by the names that the Web API gives columns, for those that SQL names. */
export function namedRows(rows: readonly Json[], columns: readonly string[]): Json[] {
  const valueOf = (row: Json, name: string): unknown => row[name] ?? row[/^_(.+)_value$/.exec(name)?.[1] ?? name]
  return rows.map((row) => Object.fromEntries(columns.map((name) => [name, valueOf(row, name)])))
}
