import type { Table } from '../metadata/model.ts'
import { bareSource, filterOf, listOf, plainAttribute, type Filter, type Query } from '../query/model/query.ts'
import { likePattern } from '../query/to-wire/like-pattern.ts'

/** Types that `like` compares as text; of a lookup it compares the name of the row that it leads to. */
const TEXT = new Set(['String', 'Memo', 'Lookup', 'Customer', 'Owner'])

/** The columns of a table that quick find can look for text in; none when it has no quick find. */
export function textColumns(table: Table): string[] {
  return table.quickFindColumns.filter((name) => {
    const column = table.byName.get(name)
    return column?.readable === true && TEXT.has(column.type)
  })
}

/**
 * Rows of a table of which every term stands in one of its quick-find columns, last changed first.
 * @param columns what to read of each row, besides its id
 */
export function quickFindQuery(table: Table, columns: readonly string[], terms: readonly string[], top: number): Query {
  const { entity } = table
  const searched = textColumns(table)
  const latest = table.byName.has('modifiedon') ? [{ attribute: 'modifiedon', descending: true }] : []
  return {
    ...listOf({
      ...bareSource(entity.name),
      attributes: [...new Set([entity.idColumn, ...columns])].map(plainAttribute),
      orders: [...latest, { attribute: entity.idColumn, descending: false }],
      filters: [filterOf('and', { filters: terms.map((term) => anyOf(searched, term)) })],
    }),
    top,
  }
}

function anyOf(columns: readonly string[], term: string): Filter {
  const values = [likePattern('contains', term)]
  return filterOf('or', { conditions: columns.map((attribute) => ({ attribute, operator: 'like', values })) })
}
