import type { Expression } from '../../model.ts'
import type { Stream } from '../stream.ts'
import { tokenAt, type Token } from '../tokens.ts'
import { functionOf } from '../words.ts'

/** A word of the company as a figure. */
export type TermFigure = {
  /** What a column of the answer is called by it. */
  readonly name: string
  readonly expression: Expression
}

export type TermFigures = {
  /** By its name or an alias, as somebody wrote it. */
  readonly find: (name: string) => TermFigure | undefined
  /** Why there is none of that name, and which there are. */
  readonly unknown: (name: string) => Error
  /** Whether rows of another entity have such a term. */
  readonly isElsewhere: (name: string) => boolean
  /** Whether one is called nearly so. */
  readonly isNear: (name: string) => boolean
}

/** A term as it was named where a figure may stand. */
export type NamedTerm = TermFigure & {
  /** As it was written. */
  readonly written: string
}

/** Of a name, and of the words that may be one. */
const LONGEST = 60
/** What follows the word for a function where it is one. */
const OF_FUNCTION = /^(?:as|of|where|filter|with|distinct)$/i
const isOfFigure = (word: string): boolean => OF_FUNCTION.test(word)
const BRACKETS = new Set(['(', ')', ','])

/** Reads `term('win rate')`, or the name alone, in quotes or without: the longest that there is. */
export function termHere(stream: Stream): NamedTerm | undefined {
  const { terms } = stream
  if (!terms) return undefined
  const { start } = stream.peek()
  if (stream.is('term') && stream.is('(', 1)) return termCalled(stream, terms)
  for (const { name, tokens } of namesHere(stream)) {
    const found = terms.find(name)
    if (!found) continue
    let end = start
    for (let left = tokens; left > 0; left -= 1) end = stream.next().end
    return named(stream, found, start, end)
  }
  return undefined
}

/** Why what stands here is none, where rows of another entity have such a term, or one is called nearly so. */
export function termElsewhere(stream: Stream): Error | undefined {
  const { terms } = stream
  const names = terms ? namesHere(stream) : []
  const named = names.find(({ name }) => terms?.isElsewhere(name))
  // One word may be a column, of which a figure was forgotten.
  const near = names.find(({ name, tokens }) => tokens > 1 && !name.split(' ').some(isOfFigure) && terms?.isNear(name))
  return named || near ? terms?.unknown((named ?? near)?.name ?? '') : undefined
}

/** The term of several words that stands here, which no column can be: `win rate`. */
export function phraseHere(stream: Stream): string | undefined {
  return namesHere(stream).find(({ name, tokens }) => tokens > 1 && stream.terms?.find(name) !== undefined)?.name
}

export function isTermHere(stream: Stream): boolean {
  return namesHere(stream).some(({ name }) => stream.terms?.find(name) !== undefined)
}

function termCalled(stream: Stream, terms: TermFigures): NamedTerm {
  const { start } = stream.next()
  stream.next()
  const isQuoted = stream.peek().kind === 'quoted' && stream.is(')', 1)
  const name = isQuoted ? stream.next().value : stream.cutToClosing()
  const { end } = stream.next()
  const found = terms.find(name)
  if (!found) throw terms.unknown(name)
  return named(stream, found, start, end)
}

function named(stream: Stream, term: TermFigure, start: number, end: number): NamedTerm {
  const made = { ...term, written: stream.written(start, end) }
  stream.named.push(made)
  return made
}

type NameHere = { readonly name: string; readonly tokens: number }

/** Texts that may be a name, the longest first. A sign with a blank on a side of it calculates. */
function namesHere(stream: Stream): NameHere[] {
  const [first, second] = [stream.peek(), stream.peek(1)]
  if (first.kind === 'quoted') return [{ name: first.value, tokens: 1 }]
  const isFunction = first.kind === 'name' && functionOf(first.value) !== undefined
  const isSaid = second.kind === 'name' && !OF_FUNCTION.test(second.value)
  if (isFunction || first.kind === 'number' ? !isSaid : !isWord(first)) return []
  const names: NameHere[] = []
  let [last, next, tokens] = [first, second, 0]
  while (last.end - first.start <= LONGEST) {
    tokens += 1
    // A sign at its end would be lost with it.
    if (isWord(last)) names.push({ name: stream.written(first.start, last.end), tokens })
    const after = tokenAt(stream.text, next.end)
    const isTight = last.end === next.start && next.end === after.start && after.kind !== 'end'
    if (!isWord(next) && !(next.kind === 'symbol' && isTight && !BRACKETS.has(next.raw))) break
    ;[last, next] = [next, after]
  }
  // A name before brackets calls a function.
  const called = next.raw === '(' ? tokens : 0
  return names.filter((one) => one.tokens !== called && (!isFunction || one.tokens > 1)).toReversed()
}

/** Letters of other alphabets are symbols to whoever cuts a measure. */
function isWord({ kind, raw }: Token): boolean {
  return kind === 'name' || kind === 'number' || (kind === 'symbol' && /^\p{L}/u.test(raw))
}
