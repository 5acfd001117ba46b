import { odataError } from '../http/errors.ts'

export type TokenKind =
  | 'word'
  | 'string'
  | 'number'
  | 'guid'
  | 'date'
  | 'datetime'
  | 'alias'
  | 'array'
  | 'symbol'
  | 'end'
export type Token = { readonly kind: TokenKind; readonly text: string; readonly position: number }

const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ['guid', /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/iy],
  ['datetime', /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})/iy],
  ['date', /\d{4}-\d{2}-\d{2}/y],
  ['number', /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?[mldf]?/iy],
  ['string', /'(?:[^']|'')*'/y],
  ['alias', /@\w+/y],
  ['word', /\$?[A-Za-z_][\w.]*/y],
  ['symbol', /[(),/:=*;]/y],
]

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** An array up to the bracket that closes it outside quotes; with quotes that never close, to the last bracket. */
function arrayAt(text: string, position: number): string | undefined {
  if (text.charAt(position) !== '[') return undefined
  let quote = ''
  for (let at = position + 1; at < text.length; at++) {
    const character = text.charAt(at)
    if (quote === '"' && character === '\\') at++
    else if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === ']') return text.slice(position, at + 1)
  }
  const last = text.lastIndexOf(']')
  return last > position ? text.slice(position, last + 1) : undefined
}

function tokenAt(text: string, position: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    const found = match(pattern, text, position)
    if (found !== undefined) return { kind, text: found, position }
  }
  const array = arrayAt(text, position)
  if (array !== undefined) return { kind: 'array', text: array, position }
  if (text.charAt(position) === "'") {
    throw odataError(`There is an unterminated literal at position ${text.length} in '${text}'.`)
  }
  throw odataError(
    `Syntax error: character '${text.charAt(position)}' is not valid at position ${position} in '${text}'.`,
  )
}

/** Cuts an OData expression into tokens, the last of kind `end`. @throws DataverseFault 400 0x80060888 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++
      continue
    }
    const token = tokenAt(text, at)
    tokens.push(token)
    at += token.text.length
  }
  return [...tokens, { kind: 'end', text: '', position: text.length }]
}
