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
  /** What stands next may not: a name of several words without quotes, or any other token. */
  const stray = (wanted?: string): Error => severalWords(tokens, at) ?? unexpected(peek(), wanted)
  const expect = (word: string): void => {
    if (!accept(word)) throw stray(word)
  }
  /** Says what was read otherwise than it was written. */
  const sayRead = (written: string, as: string): void => {
    if (written !== as) note(`"${shown(written)}" was read as ${as}.`)
  }
  /** Of `any` and `all` around what is read, outermost first. */
  const variables: string[] = []
  return { peek, next, is, accept, expect, stray, note, sayRead, variables }
}

const BEFORE_VALUE = /^(?:eq|ne|gt|ge|lt|le|,|=|!=|<>|[<>]=?)$/i
const JOINS = /^(?:and|or)$/i

/** `ownerid eq Marcus Webb` */
function severalWords(tokens: readonly Token[], at: number): Error | undefined {
  const [before, first, second] = [tokens[at - 2], tokens[at - 1], tokens[at]]
  const isFirstOfList = before?.raw === '(' && tokens[at - 3]?.raw.toLowerCase() === 'in'
  if (!before || !(isFirstOfList || BEFORE_VALUE.test(before.raw)) || first?.kind !== 'name' || second?.kind !== 'name')
    return undefined
  if (JOINS.test(second.raw) || STRAY.some(([word]) => word.test(second.raw))) return undefined
  const behind = tokens.slice(at)
  const end = behind.findIndex(({ kind, raw }) => kind !== 'name' || JOINS.test(raw))
  const words = [first, ...(end < 0 ? behind : behind.slice(0, end))].map(({ raw }) => raw).join(' ')
  if (shown(words) !== words) return undefined
  return invalidFilter(
    `has an unexpected "${shown(second.raw)}" at position ${second.position}`,
    `Put a value of several words in single quotes: '${shown(words)}'.`,
  )
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
