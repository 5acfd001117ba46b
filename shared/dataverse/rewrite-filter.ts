import { findColumn, isLookup, type EntityColumns } from './columns.ts'
import { guardFilter } from './filter-guard.ts'

const WORDS = new Set(['and', 'or', 'not', 'eq', 'ne', 'gt', 'ge', 'lt', 'le', 'any', 'all', 'null', 'true', 'false'])
/** An identifier that is no path segment, function, lambda variable, type name or part of a number or id. */
const BARE_NAME = /(?<![\w./:-])[A-Za-z_]\w*(?![\w./:(-]|\s*\(|\s*=)/g

/**
 * Guards a filter and writes bare column names as the Web API wants them: `OwnerId eq …` becomes `_ownerid_value eq …`.
 * @returns the filter and the lookup columns that were rewritten, by logical name
 * @throws QueryError with code `invalid_filter`
 */
export function rewriteFilter(filter: string, columns: EntityColumns): { filter: string; rewritten: string[] } {
  const lookups = new Set<string>()
  const sent = guardFilter(filter)
    .map(({ kind, text }) => (kind === 'literal' ? text : rewriteNames(text, columns, lookups)))
    .join('')
  return { filter: sent.trim(), rewritten: [...lookups] }
}

function rewriteNames(code: string, columns: EntityColumns, lookups: Set<string>): string {
  return code.replaceAll(BARE_NAME, (name) => {
    if (WORDS.has(name.toLowerCase())) return name
    const column = findColumn(columns, name)
    if (!column || column.property === name || column.name !== name.toLowerCase()) return name
    if (isLookup(column)) lookups.add(column.name)
    return column.property
  })
}
