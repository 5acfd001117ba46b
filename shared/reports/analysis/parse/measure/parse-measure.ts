import { quoted } from '../../../../dataverse/query/say/refusals.ts'
import type { Expression } from '../../model.ts'
import { createStream, type Stream } from '../stream.ts'
import { nameOf, readName } from '../names.ts'
import { MOST_CHARACTERS } from '../tokens.ts'
import { figuresIn, hasFigure, parseExpression, printExpression } from './expression.ts'
import type { OtherFigures } from './other-figures.ts'
import type { TermFigures } from './term-figure.ts'

/** A measure before it has a name of its own. */
export type WrittenMeasure = {
  readonly expression: Expression
  readonly name?: string | undefined
  /** Where a term is part of it: as what it was written, and what it is called where it is one alone. */
  readonly said?: { readonly text: string; readonly name: string } | undefined
  /** In full, where other figures are part of it by their names. */
  readonly inFull?: string | undefined
}

/**
 * Reads one measure: a figure, or figures calculated with.
 *
 *     measure    = [ name ( "=" | ":" ) ] expression [ "as" name ]
 *     expression = number | figure | "share" "(" expression ")" | "(" expression ")" | expression ( "+" | "-" | "*" | "/" ) expression
 *     figure     = name of another | "count" | ( "count" | "distinct" | "sum" | "avg" | "min" | "max" | "median" ) "(" [ value ] [ "where" filter ] ")" | term
 *     term       = "term" "(" name ")" | name
 *     value      = number | path | ( "days" | "hours" ) "(" moment "," moment ")" | value ( "+" | "-" | "*" | "/" ) value
 *     moment     = path | "today" | "now"
 *
 * @throws QueryError `invalid_measure`, and `invalid_filter` for a condition
 */
export function parseMeasure(text: string, terms?: TermFigures, figures?: OtherFigures): WrittenMeasure {
  const stream = createStream(text, 'invalid_measure', terms, figures)
  const before = nameBefore(stream)
  const { start } = stream.peek()
  const expression = parseExpression(stream)
  const written = stream.written(start, stream.peek().start).trim()
  const behind = stream.accept('as') ? readName(stream) : undefined
  if (stream.peek().kind !== 'end') throw behindTerm(stream, written) ?? stream.unexpected()
  if (!hasFigure(expression)) throw stream.refuse('is a number', 'Write: count.')
  const name = behind ?? before
  const inFull = stream.others.length > 0 ? printExpression(expression) : undefined
  // Figures of figures of figures grow with each.
  if (inFull !== undefined && inFull.length > MOST_CHARACTERS)
    throw stream.refuse(`is in full longer than ${MOST_CHARACTERS} characters`)
  const [term] = stream.named
  if (!term) return { expression, name, inFull }
  if (figuresIn(expression) > MOST_FIGURES) throw stream.refuse(`is made of more than ${MOST_FIGURES} figures`)
  const said = { text: written, name: written === term.written ? term.name : nameOf(written) }
  return { expression, name, said, inFull }
}

/** Stands behind measures that a step prints, and is none. */
export const NARROWED = ' Put what narrows it into filter; its own dates go by period eq this-quarter.'

/** `won this quarter`, `won where ownerid eq me`: which rows of a term are meant is no part of its name. */
function behindTerm(stream: Stream, written: string): Error | undefined {
  const last = stream.named.at(-1)
  if (!last || !written.endsWith(last.written)) return undefined
  return stream.refuse(
    `has more behind the term ${quoted(last.written)}, which takes no condition`,
    `Write: ${written}.${NARROWED}`,
  )
}

/** Terms of terms of terms would be more than anybody can wait for. */
const MOST_FIGURES = 300

/** `total = sum(estimatedvalue)`. */
function nameBefore(stream: Stream): string | undefined {
  if (!stream.is('=', 1) && !stream.is(':', 1)) return undefined
  const name = readName(stream)
  stream.next()
  return name
}
