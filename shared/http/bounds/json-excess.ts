import { isUtf8 } from 'node:buffer'
import type { JsonBounds } from './sizes.ts'

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const OPENING = new Set([0x5b, 0x7b])
const CLOSING = new Set([0x5d, 0x7d])

/** What a text has too much of, as the end of a sentence about it. */
export type Excess = 'is not UTF-8' | 'is nested too deeply' | 'holds too many members' | 'holds too long a text'

/**
 * What of a JSON text goes beyond its bounds, found in one pass over its bytes, before anything is parsed: a parser, and
 * what validates its result, cost as much as the text is deep and wide. Whether it is JSON at all is the parser's to say.
 */
export function jsonExcess(bytes: Uint8Array, { depth, members, text }: JsonBounds): Excess | undefined {
  if (!isUtf8(bytes)) return 'is not UTF-8'
  let open = 0
  let count = 0
  /** Where the text began that the pass is in; -1 between texts. */
  let start = -1
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (start >= 0) {
      if (at - start > text) return 'holds too long a text'
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) start = -1
    } else if (byte === QUOTE) start = at + 1
    else if (byte === COMMA) count += 1
    else if (OPENING.has(byte)) {
      open += 1
      count += 1
      if (open > depth) return 'is nested too deeply'
    } else if (CLOSING.has(byte)) open = Math.max(0, open - 1)
    if (count > members) return 'holds too many members'
  }
  return undefined
}
