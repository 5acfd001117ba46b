import { MOST_RELATED } from '../../../dataverse/query/to-wire/record-options.ts'
import type { DenseRows } from '../../../dataverse/rows/dense-rows.ts'

/** Says which lists of related rows may go on beyond what an expansion gives. */
export function manyRelatedNotes({ columns, rows }: Pick<DenseRows, 'columns' | 'rows'>): string[] {
  const full = columns.filter((column, at) => column.columns !== undefined && rows.some((row) => isFull(row[at])))
  return full.map(
    ({ name }) => `${name} shows at most ${MOST_RELATED} rows of each; query that entity itself for all of them.`,
  )
}

function isFull(value: unknown): boolean {
  return Array.isArray(value) && value.length >= MOST_RELATED
}
