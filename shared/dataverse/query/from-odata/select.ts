import { QueryError } from '../../errors.ts'
import { findColumn, isLookup, requireProperty } from '../resolve/names/find-column.ts'
import type { Column, Table } from '../../metadata/model.ts'
import { shown } from '../../odata/invalid-filter.ts'

export type ResolvedSelect = {
  /** The Web API's names, each once, in the order asked for. */
  readonly properties: readonly string[]
  readonly columns: readonly Column[]
  readonly interpreted: readonly string[]
}

/**
 * The columns that a model means: by name, by `_x_value`, by the lookup's navigation property or by label.
 * @throws QueryError `unknown_column`, `unreadable_column`, `invalid_select`
 */
export function resolveSelect(table: Table, names: readonly string[]): ResolvedSelect {
  const columns = new Map<string, Column>()
  const notes = new Set<string>()
  for (const written of names.flatMap((name) => namesIn(table, name))) {
    const column = selectedColumn(table, written)
    const note = renamed(written, column)
    if (note !== undefined) notes.add(note)
    columns.set(column.name, column)
  }
  const found = [...columns.values()]
  return { properties: found.map(({ property }) => property), columns: found, interpreted: [...notes] }
}

/** One item may hold several, as `$select` does; a label may hold a comma, too. */
function namesIn(table: Table, item: string): string[] {
  const bare = item.trim().replace(/^\$?select\s*=\s*/i, '')
  const items = findColumn(table, bare) ? [bare] : bare.split(',')
  return items
    .map((name) => name.trim().replace(/^(['"])(.*)\1$/, '$2'))
    .map((name) => name.split('@', 1)[0] ?? '')
    .filter(Boolean)
}

function selectedColumn(table: Table, name: string): Column {
  if (name === '*') {
    throw new QueryError(
      'invalid_select',
      '"*" is no column.',
      'Leave select out for the usual columns, or name the columns you need.',
    )
  }
  const [first = '', last = ''] = name.split('/')
  if (last !== '') {
    const step = `Use expand: [{"lookup":"${shown(first)}","select":["${shown(last)}"]}].`
    throw new QueryError('invalid_select', `"${shown(name)}" is a column of another row.`, step)
  }
  return findColumn(table, name) || !hasNavigation(table, name)
    ? requireProperty(table, name)
    : byNavigation(table, name)
}

function hasNavigation(table: Table, name: string): boolean {
  return table.navigations.some((way) => way.name.toLowerCase() === name.toLowerCase())
}

function byNavigation(table: Table, name: string): Column {
  const way = table.navigations.find((one) => one.name.toLowerCase() === name.toLowerCase())
  return requireProperty(table, way?.column ?? name)
}

/** What to say where the Web API's name is not the one that was written; letters' case is not worth a word. */
export function renamed(written: string, column: Column): string | undefined {
  const lower = written.toLowerCase()
  if (lower === column.property) return undefined
  if (lower === column.name) return isLookup(column) ? `${column.name} was sent as ${column.property}.` : undefined
  return `"${shown(written)}" was read as ${column.property}.`
}
