import type { Metadata } from '../metadata/model.ts'
import { outputOf, type OutputColumn } from '../query/model/output-column.ts'
import type { Link, Source } from '../query/model/query.ts'
import { writtenAttributes } from '../query/model/walk.ts'
import type { Cursor } from './cursor.ts'

/**
 * The columns of a page's rows in the order in which they were asked for, from the tree and metadata: a cursor need not
 * hold them. Those of expanded lookups are not among them, as they become rows of their own.
 */
export async function shownColumns(
  { query, expansions }: Pick<Cursor, 'query' | 'expansions'>,
  metadata: Pick<Metadata, 'entity' | 'tables'>,
): Promise<readonly OutputColumn[]> {
  const nested = new Set(expansions.flatMap(({ kind, names }) => (kind === 'link' ? names : [])))
  const written = writtenAttributes<Source | Link>(query.entity).flatMap(({ source, attribute }) => {
    const link = 'alias' in source ? source.alias : undefined
    return nested.has(link ?? '') ? [] : [{ name: source.name, attribute, link }]
  })
  const names = [...new Set(written.map(({ name }) => name))]
  const tables = await metadata.tables(await Promise.all(names.map((name) => metadata.entity(name))))
  const byName = new Map(tables.map((table) => [table.entity.name, table.byName]))
  const columns = written.flatMap(({ name, attribute, link }) => {
    const column = byName.get(name)?.get(attribute.name)
    return column ? [outputOf(attribute, column, name, link)] : []
  })
  return [...new Map(columns.map((column) => [column.key, column])).values()]
}
