import type { EntityIndex } from '../../dataverse/metadata/model.ts'
import type { Cursor } from '../../dataverse/rows/cursor.ts'
import type { ReadPage } from '../../dataverse/rows/pages.ts'
import { isOrdered, resized } from './row-window.ts'

/** Of a text with fewer rows the cells are longer, so that fewer of them would fit. */
const FEWEST_OF_TEXT = 21

/** What was read for an answer, and how much of it stands there. */
export type Given = {
  readonly page: Pick<ReadPage, 'next' | 'isCutOff'>
  /** Rows that were read and not given before. */
  readonly read: number
  /** Of these, the ones in the result. */
  readonly rows: number
  /** Rows that a result like this one has room for. */
  readonly next: number
  /** The same of its text, which shows some of the rows. */
  readonly text: { readonly shown: number; readonly next: number }
}

/** Rows to ask for by the cursor of a text, whose result has room for `next` and which itself has for some of them. */
export function nextOfText(next: number, text: Given['text']): number {
  return Math.min(next, Math.max(FEWEST_OF_TEXT, text.next))
}

/** Where the result and where its text go on. */
export type WayOn = { readonly result: Cursor | undefined; readonly text: Cursor | undefined }

/**
 * Where a list goes on, each time in a page of as many rows as its reader will have room for. Whoever went on by the
 * cursor of a text is taken for a reader of texts.
 */
export function wayOn(at: Cursor, given: Given, index: Pick<EntityIndex, 'byName'>): WayOn {
  const { page, read, rows, next, text } = given
  const isEnd = page.next === undefined && !page.isCutOff
  const isSized = isOrdered(at.query, index)
  const behind = (count: number): Cursor => ({ ...at, skip: at.skip + count })
  const sized = (cursor: Cursor, expected: number, left: number): Cursor =>
    isSized ? resized(cursor, isEnd ? Math.min(expected, left) : expected) : cursor
  const ofText = (cursor: Cursor, shown: number): Cursor =>
    sized({ ...cursor, ofText: true }, nextOfText(next, text), read - shown)
  const end = rows < read ? behind(rows) : page.next
  if (text.shown < rows) {
    return { result: end && sized(withoutText(end), next, read - rows), text: ofText(behind(text.shown), text.shown) }
  }
  const both = end && (end.ofText ? ofText(end, rows) : sized(end, next, read - rows))
  return { result: both, text: both }
}

function withoutText(cursor: Cursor): Cursor {
  if (!cursor.ofText) return cursor
  const { ofText: _ofText, ...rest } = cursor
  return rest
}
