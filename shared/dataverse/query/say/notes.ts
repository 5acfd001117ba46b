import type { Note } from '../model/query.ts'

const MOST = 20

/** Collects what was read differently from how it was written: each sentence once, and not more than a model reads. */
export function collectNotes(): { readonly note: Note; readonly sentences: () => string[] } {
  const seen = new Set<string>()
  let more = 0
  const note: Note = (sentence) => {
    if (seen.size < MOST) seen.add(sentence)
    else if (!seen.has(sentence)) more += 1
  }
  return { note, sentences: () => [...seen, ...(more > 0 ? [`${more} more of that kind.`] : [])] }
}
