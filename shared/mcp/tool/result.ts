import { markdownTable } from './markdown-table.ts'
import { withoutMarkup } from './markup.ts'

type ReadableRow = Record<string, unknown>

/** Bytes kept free for the text that goes with the structured result. */
const TEXT_BYTES = 6_000
const SMALLEST_BUDGET = 1_000
const SHORTER_AND_SHORTER = [2_000, 500, 100] as const

/** Bytes left for rows, once the frame around them and the text have theirs. */
export function bytesForRows(resultBytes: number, frame: unknown): number {
  return Math.max(SMALLEST_BUDGET, resultBytes - TEXT_BYTES - sizeOf(frame))
}

/** As many of the first rows as fit. The first one always does: its long texts are cut, and then its last columns. */
export function takeWithin(rows: readonly ReadableRow[], bytes: number): ReadableRow[] {
  const taken: ReadableRow[] = []
  let left = bytes
  for (const row of rows) {
    const kept = taken.length === 0 ? fitRow(row, bytes) : shorten(row, SHORTER_AND_SHORTER[0])
    left -= sizeOf(kept) + 1
    if (left < 0 && taken.length > 0) break
    taken.push(kept)
  }
  return taken
}

/** One row that takes at most `bytes`. */
export function fitRow(row: ReadableRow, bytes: number): ReadableRow {
  for (const longest of SHORTER_AND_SHORTER) {
    const shortened = shorten(row, longest)
    if (sizeOf(shortened) <= bytes) return shortened
  }
  const entries = Object.entries(shorten(row, SHORTER_AND_SHORTER[2]))
  while (entries.length > 1 && sizeOf(Object.fromEntries(entries)) > bytes) entries.pop()
  return Object.fromEntries(entries)
}

function shorten(row: ReadableRow, longest: number): ReadableRow {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, shortenValue(value, longest)]))
}

/** The words of a mail are what is asked for, and a fraction of the mark-up that holds them. */
function shortenValue(value: unknown, longest: number): unknown {
  if (typeof value !== 'string') return value
  const text = withoutMarkup(value)
  return text.length <= longest ? text : `${text.slice(0, longest)}… [${text.length - longest} more characters]`
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

/** Heading, table and notes, within the bytes that {@link bytesForRows} kept free. */
export function readableText(heading: string, rows: readonly ReadableRow[], notes: readonly string[]): string {
  for (let shown = rows.length; ; shown = Math.floor(shown / 2)) {
    const parts = [heading, markdownTable(rows, shown), ...notes].filter((part) => part !== '')
    const text = parts.join('\n\n')
    if (shown === 0 || Buffer.byteLength(text) <= TEXT_BYTES)
      return Buffer.from(text).subarray(0, TEXT_BYTES).toString()
  }
}
