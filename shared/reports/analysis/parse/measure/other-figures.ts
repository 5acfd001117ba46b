import type { Expression } from '../../model.ts'
import type { Stream } from '../stream.ts'

/** Figures that stand before one in the same call, by the names, in small letters, that the call gave them. */
export type OtherFigures = ReadonlyMap<string, Expression>

const BEHIND = new Set(['+', '-', '*', '/', ')', 'as'])

/** Reads the name of another figure: `revenue / n`. Where a call named it, no column, function or term is meant. */
export function figureHere(stream: Stream): Expression | undefined {
  const figure = lookUp(stream)
  if (figure) stream.others.push(stream.next().value)
  return figure
}

export function isFigureHere(stream: Stream): boolean {
  return lookUp(stream) !== undefined
}

/** What has more behind it is a function, a path or words: `total(estimatedvalue)`, `n.name`. */
function lookUp({ figures, peek, is }: Stream): Expression | undefined {
  const { kind, value } = peek()
  if (kind !== 'name' && kind !== 'quoted') return undefined
  const behind = peek(1)
  return behind.kind === 'end' || (BEHIND.has(behind.value.toLowerCase()) && is(behind.value.toLowerCase(), 1))
    ? figures?.get(value.toLowerCase())
    : undefined
}
