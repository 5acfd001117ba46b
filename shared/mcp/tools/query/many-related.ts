import { MOST_RELATED } from '../../../dataverse/query/to-wire/record-options.ts'

/** Says which lists of related rows may go on beyond what an expansion gives. */
export function manyRelatedNotes(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  const full = rows.flatMap((row) => Object.keys(row).filter((key) => isFull(row[key])))
  return [...new Set(full)].map(
    (name) => `${name} shows at most ${MOST_RELATED} rows of each; query that entity itself for all of them.`,
  )
}

function isFull(value: unknown): boolean {
  return Array.isArray(value) && value.length >= MOST_RELATED
}
