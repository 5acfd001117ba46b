import { invalidFilter, shown } from '../../odata/invalid-filter.ts'
import { tokenize, type Token } from './tokens.ts'

/** The tokens of a filter while it is parsed, and what was read differently from how it was written. */
export type TokenStream = {
  readonly peek: (ahead?: number) => Token
  readonly next: () => Token
  /** Takes the next token if it is this symbol or operator. */
  readonly accept: (symbol: string) => boolean
  readonly expect: (symbol: string) => void
  readonly isWord: (word: string, ahead?: number) => boolean
  readonly note: (sentence: string) => void
}

export function createTokenStream(filter: string, notes: Set<string>): TokenStream {
  const tokens = tokenize(filter)
  let at = 0
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? { kind: 'end', raw: '', value: '', position: filter.length }
  const next = (): Token => {
    const token = peek()
    at += 1
    return token
  }
  const accept = (symbol: string): boolean => {
    const { kind, raw } = peek()
    if ((kind !== 'symbol' && kind !== 'operator') || raw !== symbol) return false
    at += 1
    return true
  }
  const expect = (symbol: string): void => {
    if (!accept(symbol)) throw unexpected(peek(), symbol)
  }
  const isWord = (word: string, ahead = 0): boolean => {
    const { kind, raw } = peek(ahead)
    return kind === 'name' && raw.toLowerCase() === word
  }
  return { peek, next, accept, expect, isWord, note: (sentence) => void notes.add(sentence) }
}

const OTHER_OPTIONS = new Set(['order', 'orderby', 'top', 'limit', 'select', 'group', 'expand', 'skip', 'having'])

/** A token where none, or another, may stand. */
export function unexpected(token: Token, wanted?: string): Error {
  const where =
    token.kind === 'end' ? 'ends too early' : `has an unexpected "${shown(token.raw)}" at position ${token.position}`
  const problem = wanted === undefined ? where : `${where}; "${wanted}" was expected`
  if (token.kind === 'name' && OTHER_OPTIONS.has(token.raw.toLowerCase())) {
    return invalidFilter(problem, 'Give orderby, select, top and expand as parameters of their own, not in the filter.')
  }
  if (token.kind === 'end' || wanted === ')')
    return invalidFilter(problem, 'Complete the condition and balance its brackets.')
  return invalidFilter(
    problem,
    "Write each condition as: column operator value, e.g. name eq 'Contoso' and revenue gt 10000.",
  )
}
