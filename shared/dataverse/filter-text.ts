import { QueryError } from './errors.ts'

/** A piece of a filter: what stands inside quotes (the quotes included), or what stands outside. */
export type FilterPiece = { readonly kind: 'code' | 'literal'; readonly text: string }

const QUOTES = new Set(["'", '"'])

/** Cuts a filter at its quotes. `''` inside a single-quoted literal is an apostrophe (OData 4.0 ABNF, `SQUOTE-in-string`). */
export function splitFilter(filter: string): FilterPiece[] {
  const pieces: FilterPiece[] = []
  let at = 0
  while (at < filter.length) {
    const open = nextQuote(filter, at)
    if (open > at) pieces.push({ kind: 'code', text: filter.slice(at, open) })
    if (open === filter.length) break
    const end = literalEnd(filter, open)
    pieces.push({ kind: 'literal', text: filter.slice(open, end) })
    at = end
  }
  return pieces
}

function nextQuote(filter: string, from: number): number {
  for (let at = from; at < filter.length; at += 1) if (QUOTES.has(filter.charAt(at))) return at
  return filter.length
}

function literalEnd(filter: string, open: number): number {
  const quote = filter.charAt(open)
  for (let at = open + 1; at < filter.length; at += 1) {
    if (quote === '"' && filter[at] === '\\') at += 1
    else if (filter[at] === quote && quote === "'" && filter[at + 1] === quote) at += 1
    else if (filter[at] === quote) return at + 1
  }
  throw new QueryError(
    'invalid_filter',
    `The filter has an unterminated literal at position ${open}.`,
    "Write an apostrophe inside a literal twice: 'O''Brien'.",
  )
}
