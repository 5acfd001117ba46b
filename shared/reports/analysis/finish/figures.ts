import { QueryError } from '../../../dataverse/errors.ts'
import { NOTHING } from '../compute/tally.ts'
import type { Aggregation, AnalysisFunction, Expression, Operator, Tally } from '../model.ts'
import { printExpression } from '../parse/measure/expression.ts'
import { aggregationKey } from '../plan/aggregations.ts'

/** A number, a date, or nothing where there is none to tell. */
export type Figure = number | string | null

/** Tallies of one side of an answer. */
export type Tallies = ReadonlyMap<number, Tally>

export type Figures = {
  /** Of a group, whose tallies are given by place of the aggregation. */
  readonly of: (expression: Expression, tallies: Tallies) => Figure
  /** Whether a part of it was read in part alone, so that it is at least what is told. */
  readonly isAtLeast: (expression: Expression) => boolean
  readonly isPartial: (expression: Expression) => boolean
}

/**
 * @param whole over all groups, for shares
 * @param partial places of aggregations whose rows were not read to their end
 */
export function figuresOf(aggregations: readonly Aggregation[], whole: Tallies, partial: ReadonlySet<number>): Figures {
  const places = new Map(aggregations.map((one, place) => [aggregationKey(one), place]))
  const placeOf = (one: Aggregation): number => places.get(aggregationKey(one)) ?? -1
  const isPartial = (expression: Expression): boolean => {
    if (expression.kind === 'aggregation') return partial.has(placeOf(expression.aggregation))
    if (expression.kind === 'share') return isPartial(expression.of)
    return expression.kind === 'calculated' && [expression.left, expression.right].some(isPartial)
  }
  const of = (expression: Expression, tallies: Tallies): Figure => {
    if (expression.kind === 'number') return expression.number
    if (expression.kind !== 'aggregation' && isPartial(expression)) return null
    if (expression.kind === 'share')
      return calculate('/', of(expression.of, tallies), of(expression.of, whole), expression)
    if (expression.kind === 'calculated') {
      const { operator, left, right } = expression
      return calculate(operator, of(left, tallies), of(right, tallies), expression)
    }
    const place = placeOf(expression.aggregation)
    const tally = tallies.get(place) ?? NOTHING
    return partial.has(place) ? leastOf(expression.aggregation, tally) : figureOf(expression.aggregation, tally)
  }
  const isAtLeast = (expression: Expression): boolean =>
    expression.kind === 'aggregation' && ADDING.has(expression.aggregation.name) && isPartial(expression)
  return { of, isAtLeast, isPartial }
}

const FIGURES: Readonly<Record<AnalysisFunction, (tally: Tally) => Figure>> = {
  count: ({ known }) => known,
  distinct: ({ rows, distinct }) =>
    typeof distinct === 'object' ? distinct.size : (distinct ?? (rows === 0 ? 0 : null)),
  // Of no rows nothing is the sum; of rows of which none says how much, nobody knows.
  sum: ({ rows, known, sum }) => (known === 0 && rows > 0 ? null : sum),
  avg: ({ known, sum }) => (known === 0 ? null : sum / known),
  min: ({ min }) => min,
  max: ({ max }) => max,
  median: ({ values = [] }) => medianOf(values),
}

function figureOf({ name, of }: Aggregation, tally: Tally): Figure {
  return name === 'count' && of === undefined ? tally.rows : FIGURES[name](tally)
}

const ADDING: ReadonlySet<AnalysisFunction> = new Set(['count', 'distinct', 'sum'])

/** What more rows can only add to; of amounts, where none that was read is below 0. */
function leastOf(aggregation: Aggregation, tally: Tally): Figure {
  const { name } = aggregation
  if (name === 'sum') return typeof tally.min === 'number' && tally.min >= 0 ? tally.sum : null
  return ADDING.has(name) ? figureOf(aggregation, tally) : null
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]]
  if (sorted.length === 0) return null
  return sorted.length % 2 === 1 ? high : (low + high) / 2
}

const OPERATORS: Readonly<Record<Operator, (left: number, right: number) => number>> = {
  '+': (left, right) => added(left, right),
  '-': (left, right) => added(left, -right),
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
}

/** What is left of two numbers of which neither has so many digits is dust. */
export function added(left: number, right: number): number {
  const sum = left + right
  return Math.abs(sum) < 1e-12 * Math.max(Math.abs(left), Math.abs(right)) ? 0 : sum
}

/** Nothing where a part is nothing, where it is divided by 0, and where no number is so large. */
function calculate(operator: Operator, left: Figure, right: Figure, whole: Expression): number | null {
  if (left === null || right === null || (operator === '/' && right === 0)) return null
  if (typeof left === 'number' && typeof right === 'number') {
    const result = OPERATORS[operator](left, right)
    return Number.isFinite(result) ? result : null
  }
  throw new QueryError(
    'invalid_measure',
    `The measure "${printExpression(whole)}" calculates with a date, as the first or the last of dates is one.`,
    'Give min or max of a date as a measure of its own; for the time between dates write: avg(days(createdon, today)).',
  )
}

/** Without the dust of binary fractions, and no more digits than are read; of a small number as many as of a large. */
export function shownNumber(value: number): number {
  return Number(Math.abs(value) >= 1 ? value.toFixed(4) : value.toPrecision(6))
}

export function shownFigure(figure: Figure): Figure {
  return typeof figure === 'number' ? shownNumber(figure) : figure
}
