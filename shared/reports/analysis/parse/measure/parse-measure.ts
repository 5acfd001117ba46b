import type { Expression } from '../../model.ts'
import { createStream, type Stream } from '../stream.ts'
import { hasFigure, parseExpression } from './expression.ts'
import { readName } from '../names.ts'

/** A measure before it has a name of its own. */
export type WrittenMeasure = { readonly expression: Expression; readonly name?: string | undefined }

/**
 * Reads one measure: a figure, or figures calculated with.
 *
 *     measure    = [ name ( "=" | ":" ) ] expression [ "as" name ]
 *     expression = number | figure | "share" "(" expression ")" | "(" expression ")" | expression ( "+" | "-" | "*" | "/" ) expression
 *     figure     = "count" | ( "count" | "distinct" | "sum" | "avg" | "min" | "max" | "median" ) "(" [ value ] [ "where" filter ] ")"
 *     value      = number | path | ( "days" | "hours" ) "(" moment "," moment ")" | value ( "+" | "-" | "*" | "/" ) value
 *     moment     = path | "today" | "now"
 *
 * @throws QueryError `invalid_measure`, and `invalid_filter` for a condition
 */
export function parseMeasure(text: string): WrittenMeasure {
  const stream = createStream(text, 'invalid_measure')
  const before = nameBefore(stream)
  const expression = parseExpression(stream)
  const behind = stream.accept('as') ? readName(stream) : undefined
  if (stream.peek().kind !== 'end') throw stream.unexpected()
  if (!hasFigure(expression)) throw stream.refuse('is a number', 'Write: count.')
  return { expression, name: behind ?? before }
}

/** `total = sum(estimatedvalue)`. */
function nameBefore(stream: Stream): string | undefined {
  if (!stream.is('=', 1) && !stream.is(':', 1)) return undefined
  const name = readName(stream)
  stream.next()
  return name
}
