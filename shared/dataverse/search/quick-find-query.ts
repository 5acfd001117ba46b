import type { Table } from '../metadata/model.ts'
import { bareSource, filterOf, listOf, plainAttribute, type Filter, type Query } from '../query/model/query.ts'
import { likePattern } from '../query/to-wire/like-pattern.ts'
import { nearPatterns } from './near-names.ts'
import { numberPattern, type PhoneNumber } from './phone-number.ts'

/** Types that `like` compares as text; of a lookup it compares the name of the row that it leads to. */
const TEXT = new Set(['String', 'Memo', 'Lookup', 'Customer', 'Owner'])
/** Of the columns of any table; their format says it nowhere in an older environment. */
const PHONE = /phone|mobile|fax/
const MOST_PHONES = 8
/**
 * Dataverse takes 500 conditions, and 64 KB of address within a `$batch`, where a letter may take nine bytes.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors
 */
const MOST_CONDITIONS = 400
const MOST_BYTES = 40_000
const BYTES_AROUND = 120

/** The columns of a table that quick find can look for text in; none when it has no quick find. */
export function textColumns(table: Table): string[] {
  return table.quickFindColumns.filter((name) => {
    const column = table.byName.get(name)
    return column?.readable === true && TEXT.has(column.type)
  })
}

/** The columns of a table that hold telephone numbers, those of its quick find first. */
export function phoneColumns({ byName, quickFindColumns }: Table): string[] {
  const names = new Set([...quickFindColumns, ...[...byName.keys()].toSorted((a, b) => a.length - b.length)])
  const phones = [...names].filter((name) => {
    const column = byName.get(name)
    return PHONE.test(name) && column?.readable === true && column.type === 'String' && column.hiding === undefined
  })
  return phones.slice(0, MOST_PHONES)
}

/**
 * Rows of a table of which every word stands, in one of its spellings, in one of the columns, last changed first.
 * @param columns what to read of each row, besides its id
 * @param searched names of columns, those of quick find where nothing is said
 */
export function quickFindQuery(
  table: Table,
  columns: readonly string[],
  words: readonly (readonly string[])[],
  top: number,
  searched: readonly string[] = textColumns(table),
): Query {
  const bytes = words.reduce((sum, [word = '']) => sum + BYTES_AROUND + 3 * Buffer.byteLength(word), 1)
  const conditions = Math.min(MOST_CONDITIONS / Math.max(1, words.length), MOST_BYTES / bytes)
  const looked = searched.slice(0, Math.max(1, Math.floor(conditions)))
  const spellings = Math.max(1, Math.floor(conditions / Math.max(1, looked.length)))
  const filters = words.map((word) => {
    const patterns = word.slice(0, spellings).map((spelling) => likePattern('contains', spelling))
    return anyLike(looked, patterns)
  })
  return rowsWhere(table, columns, filterOf('and', { filters }), top)
}

/** Rows of a table that may have a telephone number: who asks compares, as other digits may stand in between. */
export function numberQuery(table: Table, columns: readonly string[], number: PhoneNumber, top: number): Query {
  const phones = phoneColumns(table)
  return rowsWhere(table, [...columns, ...phones], anyLike(phones, [numberPattern(number)]), top)
}

/** Rows of a table whose name may have been meant by a word; none where the word is too short for that. */
export function nearQuery(
  table: Table,
  columns: readonly string[],
  named: string,
  word: string,
  top: number,
): Query | undefined {
  const patterns = nearPatterns(word)
  return patterns.length === 0 ? undefined : rowsWhere(table, columns, anyLike([named], patterns), top)
}

function anyLike(columns: readonly string[], patterns: readonly string[]): Filter {
  return filterOf('or', {
    conditions: columns.flatMap((attribute) =>
      patterns.map((pattern) => ({ attribute, operator: 'like', values: [pattern] })),
    ),
  })
}

function rowsWhere({ entity, byName }: Table, columns: readonly string[], filter: Filter, top: number): Query {
  const changed = byName.get('modifiedon')
  const latest = changed && changed.hiding === undefined ? [{ attribute: 'modifiedon', descending: true }] : []
  return {
    ...listOf({
      ...bareSource(entity.name),
      attributes: [...new Set([entity.idColumn, ...columns])].map(plainAttribute),
      orders: [...latest, { attribute: entity.idColumn, descending: false }],
      filters: [filter],
    }),
    top,
  }
}
