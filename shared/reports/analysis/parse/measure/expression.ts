import type { Expression } from '../../model.ts'
import { createStream, type Stream } from '../stream.ts'
import { numberOf } from '../tokens.ts'
import { functionOf, isDateDiff, isShare, unitOf } from '../words.ts'
import { parseAggregation, printAggregation } from './aggregation.ts'
import { figureHere, isFigureHere } from './other-figures.ts'
import { isTermHere, termElsewhere, termHere, type TermFigures } from './term-figure.ts'
import { calculated, parsePath, printCalculated, printPath } from './value.ts'

/** @throws QueryError `invalid_measure`, `invalid_filter` for the condition of one */
export function parseExpression(stream: Stream): Expression {
  const term = (): Expression => calculated(stream, ['*', '/'], () => parseFactor(stream), make)
  return calculated(stream, ['+', '-'], term, make)
}

/** A whole text. */
export function readExpression(text: string, terms?: TermFigures): Expression {
  const stream = createStream(text, 'invalid_measure', terms)
  const expression = parseExpression(stream)
  if (stream.peek().kind !== 'end') throw stream.unexpected()
  return expression
}

const make = (operator: '+' | '-' | '*' | '/', left: Expression, right: Expression): Expression => {
  return { kind: 'calculated', operator, left, right }
}

function parseFactor(stream: Stream): Expression {
  return stream.nested(() => {
    const { kind, value } = stream.peek()
    if (stream.accept('-')) return negative(parseFactor(stream))
    if (stream.accept('(')) {
      const inner = parseExpression(stream)
      stream.expect(')')
      return inner
    }
    const figure = figureHere(stream)
    if (figure) return figure
    const term = termHere(stream)
    if (term) return term.expression
    if (kind === 'number') return { kind: 'number', number: numberOf(stream.next().raw) }
    if (kind === 'name' && isShare(value) && stream.is('(', 1)) return parseShare(stream)
    const name = kind === 'name' ? functionOf(value) : undefined
    if (name !== undefined && !isPathStep(stream)) {
      stream.next()
      return { kind: 'aggregation', aggregation: parseAggregation(stream, value, name) }
    }
    throw notAFigure(stream)
  })
}

/** Whether a word for a function is the name of a lookup here. */
function isPathStep(stream: Stream): boolean {
  return stream.is('.', 1)
}

function negative(expression: Expression): Expression {
  if (expression.kind === 'number') return { kind: 'number', number: -expression.number }
  return { kind: 'calculated', operator: '-', left: { kind: 'number', number: 0 }, right: expression }
}

function parseShare(stream: Stream): Expression {
  stream.next()
  stream.next()
  const { kind, value } = stream.peek()
  const isName = kind === 'quoted' || (kind === 'name' && functionOf(value) === undefined && !stream.is('(', 1))
  if (isName && !isFigureHere(stream) && !isTermHere(stream)) {
    const column = printPath(parsePath(stream))
    throw stream.refuse('is the share of a column, and not of a figure', `Write: share(sum(${column})).`)
  }
  const of = parseExpression(stream)
  stream.expect(')')
  if (!hasFigure(of)) throw stream.refuse('is the share of a number', 'Write: share(count).')
  if (hasShare(of)) throw stream.refuse('is the share of a share', 'Write: share(count).')
  return { kind: 'share', of }
}

/** A column alone, a column in OData's words, or a function that there is not. */
function notAFigure(stream: Stream): Error {
  const { kind, value } = stream.peek()
  if (kind !== 'name' && kind !== 'quoted') return stream.unexpected()
  if (unitOf(value) !== undefined || isDateDiff(value))
    return stream.refuse('is a number of each row, and not a figure of all', 'Write: avg(days(createdon, today)).')
  if (stream.is('(', 1))
    return stream.refuse(
      `uses ${value}(), which there is not: a figure is count, distinct, sum, avg, min, max, median or share`,
      'Write: count.',
    )
  const elsewhere = termElsewhere(stream)
  if (elsewhere) return elsewhere
  const column = printPath(parsePath(stream))
  const name = stream.accept('with') ? functionOf(stream.peek().value) : undefined
  return stream.refuse(
    'names a column without a figure of it',
    name === undefined ? `Write: sum(${column}) or count(${column}).` : `Write: ${name}(${column}).`,
  )
}

export function hasFigure(expression: Expression): boolean {
  if (expression.kind === 'calculated') return hasFigure(expression.left) || hasFigure(expression.right)
  return expression.kind !== 'number'
}

/** How many aggregations it takes, each as often as it stands there. */
export function figuresIn(expression: Expression): number {
  if (expression.kind === 'calculated') return figuresIn(expression.left) + figuresIn(expression.right)
  if (expression.kind === 'share') return figuresIn(expression.of)
  return expression.kind === 'aggregation' ? 1 : 0
}

function hasShare(expression: Expression): boolean {
  if (expression.kind === 'calculated') return hasShare(expression.left) || hasShare(expression.right)
  return expression.kind === 'share'
}

/** As {@link parseExpression} reads it. */
export function printExpression(expression: Expression): string {
  if (expression.kind === 'aggregation') return printAggregation(expression.aggregation)
  if (expression.kind === 'number') return String(expression.number)
  if (expression.kind === 'share') return `share(${printExpression(expression.of)})`
  return printCalculated<Expression>(expression, printExpression, (one) =>
    one.kind === 'calculated' ? one.operator : undefined,
  )
}
