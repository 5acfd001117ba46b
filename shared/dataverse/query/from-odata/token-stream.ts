import type { Note } from '../model/query.ts'
import { invalidFilter, shown } from '../say/refusals.ts'
import { CALCULATED, tokenize, type Token } from './tokens.ts'

export type TokenStream = ReturnType<typeof createTokenStream>

/** The tokens of a filter while it is parsed. */
export function createTokenStream(filter: string, note: Note) {
  const tokens = tokenize(filter)
  let at = 0
  /** Beyond the last token stands one of kind `end`. */
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? { kind: 'end', raw: '', value: '', position: filter.length }
  const next = (): Token => {
    const token = peek()
    at += 1
    return token
  }
  /** Whether a symbol or a word, in any case, comes next. */
  const is = (word: string, ahead = 0): boolean => peek(ahead).raw.toLowerCase() === word
  /** Takes it if it does. */
  const accept = (word: string): boolean => is(word) && next().raw !== ''
  const expect = (word: string): void => {
    if (!accept(word)) throw unexpected(peek(), word)
  }
  /** Says what was read otherwise than it was written. */
  const sayRead = (written: string, as: string): void => {
    if (written !== as) note(`"${shown(written)}" was read as ${as}.`)
  }
  /** Of `any` and `all` around what is read, outermost first. */
  const variables: string[] = []
  return { peek, next, is, accept, expect, note, sayRead, variables }
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
