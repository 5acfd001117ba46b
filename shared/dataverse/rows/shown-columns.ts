import type { Metadata } from '../metadata/model.ts'
import { outputOf, type OutputColumn } from '../query/model/output-column.ts'
import type { Link, Source } from '../query/model/query.ts'
import { returningSources } from '../query/model/walk.ts'
import type { Cursor } from './cursor.ts'

/**
 * The columns of a page's rows, from the tree and metadata: a cursor need not hold them. Those of expanded lookups are
 * not among them, as they become rows of their own.
 */
export async function shownColumns(
  { query, expansions }: Pick<Cursor, 'query' | 'expansions'>,
  metadata: Pick<Metadata, 'entity' | 'tables'>,
): Promise<readonly OutputColumn[]> {
  const nested = new Set(expansions.flatMap(({ kind, names }) => (kind === 'link' ? names : [])))
  const sources = returningSources<Source | Link>(query.entity).flatMap(({ name, attributes, ...rest }) => {
    const link = 'alias' in rest ? rest.alias : undefined
    return attributes.length > 0 && !nested.has(link ?? '') ? [{ name, attributes, link }] : []
  })
  const names = [...new Set(sources.map(({ name }) => name))]
  const tables = await metadata.tables(await Promise.all(names.map((name) => metadata.entity(name))))
  const columns = sources.flatMap(({ name, attributes, link }) => {
    const byName = tables.find(({ entity }) => entity.name === name)?.byName
    return attributes.flatMap((attribute) => {
      const column = byName?.get(attribute.name)
      return column ? [outputOf(attribute, column, name, link)] : []
    })
  })
  return [...new Map(columns.map((column) => [column.key, column])).values()]
}
