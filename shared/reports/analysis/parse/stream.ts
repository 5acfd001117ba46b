import { QueryError } from '../../../dataverse/errors.ts'
import { shown } from '../../../dataverse/query/say/refusals.ts'
import type { RefusalCode } from '../../../dataverse/refusal-codes.ts'
import type { OtherFigures } from './measure/other-figures.ts'
import type { NamedTerm, TermFigures } from './measure/term-figure.ts'
import { closingAt, MOST_CHARACTERS, tokenAt, type Token } from './tokens.ts'

export type Stream = ReturnType<typeof createStream>

/** Deeper than a person reads, and far from what the stack holds. */
const MOST_DEPTH = 30
/** What each is called, and one that is right. */
const KINDS = {
  invalid_measure: { what: 'measure', sample: 'count' },
  invalid_filter: { what: 'condition', sample: 'days(createdon, today) gt 90' },
  invalid_group: { what: 'group', sample: 'ownerid' },
} as const

/** One measure or group while it is read. */
export function createStream(
  text: string,
  code: Extract<RefusalCode, keyof typeof KINDS>,
  terms?: TermFigures,
  figures?: OtherFigures,
) {
  const { what, sample } = KINDS[code]
  const refuse = (problem: string, nextStep = `Write: ${sample}.`): QueryError =>
    new QueryError(code, `The ${what} "${shown(text)}" ${problem}.`, nextStep)
  if (text.length > MOST_CHARACTERS) throw refuse(`is longer than ${MOST_CHARACTERS} characters`)
  let at = 0
  let depth = 0
  /** Terms that were read, in their order. */
  const named: NamedTerm[] = []
  /** Other figures that were read by their names. */
  const others: string[] = []
  const peek = (ahead = 0): Token => {
    let token = tokenAt(text, at)
    for (let left = ahead; left > 0; left -= 1) token = tokenAt(text, token.end)
    return token
  }
  const next = (): Token => {
    const token = peek()
    at = token.end
    return token
  }
  /** Whether a symbol or a word without quotes, in any case, comes next. */
  const is = (word: string, ahead = 0): boolean => {
    const { kind, value } = peek(ahead)
    return kind !== 'quoted' && kind !== 'end' && value.toLowerCase() === word
  }
  const accept = (word: string): boolean => is(word) && next().kind !== 'end'
  const unexpected = (): QueryError => {
    const { kind, raw, start } = peek()
    const end = 'ends too early, or its brackets do not balance'
    return refuse(kind === 'end' ? end : `has an unexpected "${shown(raw)}" at position ${start}`)
  }
  const expect = (word: string): void => {
    if (!accept(word)) throw unexpected()
  }
  /** What stands up to the bracket that closes, which stays. */
  const cutToClosing = (): string => {
    const end = closingAt(text, at)
    if (end === undefined) throw unexpected()
    const cut = text.slice(at, end).trim()
    at = end
    return cut
  }
  const rest = (): string => text.slice(at).trim()
  const written = (from: number, to: number): string => text.slice(from, to)
  const nested = <T>(read: () => T): T => {
    depth += 1
    if (depth > MOST_DEPTH) throw refuse(`is nested deeper than ${MOST_DEPTH} levels`)
    const made = read()
    depth -= 1
    return made
  }
  const reading = { text, terms, figures, named, others }
  return { ...reading, peek, next, is, accept, expect, unexpected, refuse, cutToClosing, rest, written, nested }
}
