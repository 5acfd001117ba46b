import { QueryError } from '../../../../dataverse/errors.ts'
import { quoted, shown } from '../../../../dataverse/query/say/refusals.ts'
import type { Aggregation, AnalysisFunction, Value } from '../../model.ts'
import { checkCondition } from '../split-condition.ts'
import { createStream, type Stream } from '../stream.ts'
import { phraseHere } from './term-figure.ts'
import { parsePath, parseValue, printValue } from './value.ts'

const COMPARES = /^(?:eq|ne|gt|ge|lt|le|in|is|not|like|between|and|or|[<>!]=?|=|&&|\|\|)$/i
const ROWS = /^(?:rows?|records?|all)$/i

/** What follows the word for a function: brackets, or as it is said, `sum of estimatedvalue`. */
export function parseAggregation(stream: Stream, word: string, name: AnalysisFunction): Aggregation {
  if (!stream.accept('(')) return withCondition(stream, said(stream, word, name))
  if (name === 'count' && stream.accept(')')) return withCondition(stream, { name })
  const isDistinct = stream.is('distinct') && !stream.is(')', 1) && stream.next().raw !== ''
  const distinct = isDistinct ? distinctOf(stream, word, name) : name
  const start = stream.peek().start
  const of = countsRows(stream, distinct) ? undefined : parseOf(stream, distinct, start)
  stream.accept(',')
  const where = stream.accept('where') ? conditionOf(stream, stream.cutToClosing()) : undefined
  if (!stream.is(')')) throw notClosed(stream, distinct, start)
  stream.next()
  return withCondition(stream, { name: distinct, of, where })
}

function distinctOf(stream: Stream, word: string, name: AnalysisFunction): AnalysisFunction {
  if (name === 'count' || name === 'distinct') return 'distinct'
  throw stream.refuse(`asks ${word} for different values alone`, 'Write: distinct(customerid).')
}

/** `*` and `1` are rows, and so is nothing before a condition. */
function countsRows(stream: Stream, name: AnalysisFunction): boolean {
  if (stream.is('where')) {
    if (name === 'count') return true
    stream.next()
    const of = `${name}(estimatedvalue where ${checked(stream.cutToClosing())})`
    throw stream.refuse(`does not say of what it is the ${name}`, `Write: ${of}.`)
  }
  const { kind, raw } = stream.peek()
  const isRows = raw === '*' || (kind === 'number' && raw === '1')
  if (name !== 'count' || !isRows || !(stream.is(')', 1) || stream.is(',', 1) || stream.is('where', 1))) return false
  stream.next()
  return true
}

function parseOf(stream: Stream, name: AnalysisFunction, start: number): Value {
  if (stream.is(')')) throw stream.refuse('names no column', `Write: ${name}(estimatedvalue).`)
  const of = parseValue(stream)
  if (COMPARES.test(stream.peek().raw)) throw notClosed(stream, name, start)
  if (!hasColumn(of)) throw stream.refuse(`is the ${name} of no column`, `Write: count or ${name}(estimatedvalue).`)
  if (name === 'distinct' && of.kind !== 'column')
    throw stream.refuse('counts different values of what is calculated', 'Write: distinct(customerid).')
  return of
}

function hasColumn(value: Value): boolean {
  if (value.kind === 'calculated') return hasColumn(value.left) || hasColumn(value.right)
  return value.kind !== 'number'
}

/** `count(statecode eq 'Won')`: a condition where a column belongs. */
function notClosed(stream: Stream, name: AnalysisFunction, start: number): QueryError {
  const figure = phraseHere(createStream(stream.text.slice(start), 'invalid_measure', stream.terms))
  if (figure !== undefined)
    return stream.refuse(
      `puts the term ${quoted(figure)} into another figure`,
      `Write: term('${figure.replaceAll("'", "''")}').`,
    )
  if (!COMPARES.test(stream.peek().raw)) return stream.unexpected()
  const condition = `${stream.written(start, stream.peek().start)}${stream.cutToClosing()}`.trim()
  const of = name === 'count' ? '' : `${name === 'distinct' ? 'customerid' : 'estimatedvalue'} `
  return stream.refuse('has a condition without where', `Write: ${name}(${of}where ${checked(condition)}).`)
}

function checked(condition: string): string {
  try {
    checkCondition(condition)
    return condition
  } catch {
    return "statecode eq 'Won'"
  }
}

/** `count`, `count of rows`, `sum of estimatedvalue`, `count distinct customerid`. */
function said(stream: Stream, word: string, name: AnalysisFunction): Aggregation {
  const isOf = stream.accept('of')
  const isDistinct = stream.is('distinct') && stream.next().raw !== ''
  const distinct = isDistinct ? distinctOf(stream, word, name) : name
  const { kind, value } = stream.peek()
  const isNamed = (kind === 'name' || kind === 'quoted') && !/^(?:as|where|filter|with|of)$/i.test(value)
  if (isNamed && distinct === 'count' && ROWS.test(value)) {
    stream.next()
    return { name: 'count' }
  }
  if (isNamed) return { name: distinct, of: { kind: 'column', column: parsePath(stream) } }
  if (distinct === 'count' && !isOf) return { name: 'count' }
  throw stream.refuse(`does not say of what it is the ${word}`, `Write: ${distinct}(estimatedvalue).`)
}

/** SQL's `filter (where …)`; a condition behind the brackets might be one of the whole measure. */
function withCondition(stream: Stream, aggregation: Aggregation): Aggregation {
  if (stream.is('filter') && stream.is('(', 1) && stream.is('where', 2) && aggregation.where === undefined) {
    stream.next()
    stream.next()
    stream.next()
    const where = conditionOf(stream, stream.cutToClosing())
    stream.next()
    return { ...aggregation, where }
  }
  if (!stream.is('where')) return plain(aggregation)
  stream.next()
  const [condition = ''] = stream.rest().split(/ as \w+$/i)
  const given = aggregation.where ?? checked(condition)
  throw stream.refuse(
    'has its condition behind the brackets',
    `Write: ${printAggregation({ ...aggregation, where: given })}.`,
  )
}

/** Absent where there is none, so that one figure is one however it was written. */
function plain({ name, of, where }: Aggregation): Aggregation {
  return { name, ...(of && { of }), ...(where !== undefined && { where }) }
}

/** Read here to be refused in its place; the text is what goes on. */
function conditionOf(stream: Stream, condition: string): string {
  try {
    if (condition === '')
      throw stream.refuse('has no condition behind where', "Write: count(where statecode eq 'Won').")
    checkCondition(condition)
    return condition
  } catch (error) {
    if (!(error instanceof QueryError) || error.code !== 'invalid_filter') throw error
    const problem = error.message.replace(/^The filter/, `The condition "${shown(condition)}" of a measure`)
    throw new QueryError(error.code, problem, error.nextStep)
  }
}

/** As {@link parseAggregation} reads it. */
export function printAggregation({ name, of, where }: Aggregation): string {
  const parts = [...(of ? [printValue(of)] : []), ...(where === undefined ? [] : [`where ${where}`])]
  return parts.length === 0 ? name : `${name}(${parts.join(' ')})`
}
