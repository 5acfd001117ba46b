import type { Note } from '../model/query.ts'
import { invalidFilter, shown } from '../say/refusals.ts'
import { CALCULATED, tokenize, type Token } from './tokens.ts'

/** The tokens of a filter while it is parsed. */
export type TokenStream = {
  /** Beyond the last token stands one of kind `end`. */
  readonly peek: (ahead?: number) => Token
  readonly next: () => Token
  /** Whether a symbol or a word, in any case, comes next. */
  readonly is: (word: string, ahead?: number) => boolean
  /** Takes it if it does. */
  readonly accept: (word: string) => boolean
  readonly expect: (word: string) => void
  readonly note: Note
  /** Says what was read otherwise than it was written. */
  readonly sayRead: (written: string, as: string) => void
  /** Variables of `any` and `all` around what is read, outermost first. */
  readonly variables: string[]
}

export function createTokenStream(filter: string, note: Note): TokenStream {
  const tokens = tokenize(filter)
  let at = 0
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? { kind: 'end', raw: '', value: '', position: filter.length }
  const next = (): Token => {
    const token = peek()
    at += 1
    return token
  }
  const is = (word: string, ahead = 0): boolean => peek(ahead).raw.toLowerCase() === word
  const accept = (word: string): boolean => is(word) && next().raw !== ''
  const expect = (word: string): void => {
    if (!accept(word)) throw unexpected(peek(), word)
  }
  const sayRead = (written: string, as: string): void => {
    if (written !== as) note(`"${shown(written)}" was read as ${as}.`)
  }
  return { peek, next, is, accept, expect, note, sayRead, variables: [] }
}

/** What a word means that stands where none, or another, may. */
const STRAY: readonly (readonly [RegExp, nextStep: string])[] = [
  [
    /^(?:order|orderby|top|limit|select|group|expand|skip|having)$/i,
    'Give orderby, select, top and expand as parameters of their own, not in the filter.',
  ],
  [/^has$/i, 'Use eq with one of the choices instead.'],
  [/^(?:add|sub|mul|div|divby|mod)$/i, CALCULATED],
]

/** A token where none, or another, may stand. */
export function unexpected({ kind, raw, position }: Token, wanted?: string): Error {
  const where = kind === 'end' ? 'ends too early' : `has an unexpected "${shown(raw)}" at position ${position}`
  const problem = wanted === undefined ? where : `${where}; "${wanted}" was expected`
  const isOpen = kind === 'end' || wanted === ')'
  const usual = isOpen
    ? 'Complete the condition and balance its brackets.'
    : 'Write each condition as column operator value, joined with and or or.'
  return invalidFilter(problem, STRAY.find(([word]) => word.test(raw))?.[1] ?? usual)
}
