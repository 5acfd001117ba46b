import type { Json } from './oracle/compare.ts'
import type { Query } from './query.ts'

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

/** The tool's rows as the Web API gives them, for the columns that SQL names. */
export function rawRows(rows: readonly Json[], columns: readonly string[]): Json[] {
  return rows.map((row) => Object.fromEntries(columns.map((name) => [name, rawValue(row, name)])))
}

function rawValue(row: Json, name: string): unknown {
  const value = row[name] ?? row[/^_(.+)_value$/.exec(name)?.[1] ?? name]
  if (typeof value !== 'object' || value === null) return value
  return 'id' in value ? value.id : 'value' in value ? value.value : value
}
