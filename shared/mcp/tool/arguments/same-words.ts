import type { ReadAs } from './known-arguments.ts'

/** What SQL, other servers and libraries call the arguments that say which rows are meant, and in which order. */
export const ROWS_READ_AS: ReadAs = {
  ...wordsFor('entity', ['table', 'tablename', 'entityname', 'logicalname', 'entitylogicalname']),
  ...wordsFor('filter', ['where']),
  ...wordsFor('orderby', ['sort', 'sortby', 'order']),
  ...wordsFor('top', ['limit', 'maxrows', 'take']),
}

/** @param words as `canonicalName` writes them */
export function wordsFor(name: string, words: readonly string[]): ReadAs {
  return Object.fromEntries(words.map((word) => [word, name]))
}
