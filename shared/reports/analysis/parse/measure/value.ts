import type { ColumnPath, Moment, Operator, Value } from '../../model.ts'
import type { Stream } from '../stream.ts'
import { numberOf } from '../tokens.ts'
import { functionOf, isDateDiff, unitOf } from '../words.ts'

const MOST_SEGMENTS = 8
const IDENTIFIER = /^[A-Za-z_]\w*$/
/** Words that mean something else where a column may stand. */
const RESERVED = /^(?:where|distinct|case|as|of|with|filter)$/i
const MOMENTS: ReadonlyMap<string, 'today' | 'now'> = new Map([
  ...['today', 'current_date', 'currentdate'].map((word) => [word, 'today'] as const),
  ...['now', 'utcnow', 'getdate', 'current_timestamp', 'sysdate'].map((word) => [word, 'now'] as const),
])

/** A number made of one row. */
export function parseValue(stream: Stream): Value {
  return calculated(
    stream,
    ['+', '-'],
    () => calculated(stream, ['*', '/'], () => parseFactor(stream), valueOf),
    valueOf,
  )
}

type Make<T> = (operator: Operator, left: T, right: T) => T

const valueOf: Make<Value> = (operator, left, right) => ({ kind: 'calculated', operator, left, right })

/** `a - b - c`: from the left. */
export function calculated<T>(stream: Stream, operators: readonly Operator[], read: () => T, make: Make<T>): T {
  let left = read()
  for (;;) {
    const operator = operators.find((one) => stream.is(one))
    if (operator === undefined) return left
    stream.next()
    left = make(operator, left, read())
  }
}

function parseFactor(stream: Stream): Value {
  return stream.nested(() => {
    const { kind, raw, value } = stream.peek()
    if (stream.accept('-')) return negative(parseFactor(stream))
    if (stream.accept('(')) {
      const inner = parseValue(stream)
      stream.expect(')')
      return inner
    }
    if (kind === 'number') return { kind: 'number', number: numberOf(stream.next().raw) }
    if (kind === 'name' && stream.is('(', 1)) return parseCall(stream, value)
    if (kind === 'name' && value.toLowerCase() === 'case') throw caseWhen(stream)
    if (kind === 'name' && MOMENTS.has(raw.toLowerCase()))
      throw stream.refuse(`takes ${raw} as a number`, 'Write: avg(days(createdon, today)).')
    return { kind: 'column', column: parsePath(stream) }
  })
}

function negative(value: Value): Value {
  if (value.kind === 'number') return { kind: 'number', number: -value.number }
  return { kind: 'calculated', operator: '-', left: { kind: 'number', number: 0 }, right: value }
}

function caseWhen(stream: Stream): Error {
  return stream.refuse(
    'holds a "case", which is no part of this language: a condition goes behind where, in the brackets',
    "Write: sum(estimatedvalue where statecode eq 'Won').",
  )
}

/** `days(a, b)`, `datediff(day, a, b)`. */
function parseCall(stream: Stream, word: string): Value {
  const isDiff = isDateDiff(word)
  const named = isDiff ? undefined : unitOf(word)
  if (!isDiff && named === undefined) throw unknownCall(stream, word)
  stream.next()
  stream.next()
  const unit = isDiff ? parseUnit(stream) : named
  const from = parseMoment(stream)
  if (!stream.is(',')) {
    const one = typeof from === 'string' ? 'createdon' : printPath(from)
    throw stream.refuse(
      `gives ${word} one date, and it counts between two`,
      `Write: avg(${unit ?? 'days'}(${one}, today)).`,
    )
  }
  stream.next()
  const to = parseMoment(stream)
  const last = unit ?? (stream.accept(',') ? parseUnit(stream) : undefined)
  stream.expect(')')
  if (typeof from === 'string' && typeof to === 'string')
    throw stream.refuse('counts between two moments of which none is a column', 'Write: avg(days(createdon, today)).')
  if (last === undefined) throw noUnit(stream, from, to)
  return { kind: 'between', unit: last, from, to }
}

function noUnit(stream: Stream, from: Moment, to: Moment): Error {
  return stream.refuse('does not say in what it counts', `Write: avg(days(${printMoment(from)}, ${printMoment(to)})).`)
}

/** The first or the last of what stands in `datediff`; undefined where it is no unit. */
function parseUnit(stream: Stream): 'days' | 'hours' | undefined {
  const { kind, value } = stream.peek()
  const unit = unitOf(value)
  const isLast = stream.is(')', 1)
  if (unit !== undefined && (isLast || stream.is(',', 1)) && kind !== 'number') {
    stream.next()
    if (!isLast) stream.next()
    return unit
  }
  if (/^(?:weeks?|months?|quarters?|years?|minutes?|mi|mm|ww|yy|yyyy)$/i.test(value) && stream.is(',', 1))
    throw stream.refuse(
      `counts in ${value}: here it is days or hours, which can be calculated with`,
      'Write: avg(days(createdon, today) / 7).',
    )
  return undefined
}

function unknownCall(stream: Stream, word: string): Error {
  if (functionOf(word) !== undefined)
    throw stream.refuse(
      `puts ${word} into another figure`,
      'Give each figure as a measure of its own, or calculate with them: sum(estimatedvalue) / count.',
    )
  const wants = 'a figure takes columns, numbers, + - * / and days(from, to) or hours(from, to)'
  return stream.refuse(`uses ${word}(), which there is not: ${wants}`, 'Write: avg(days(createdon, today)).')
}

function parseMoment(stream: Stream): Moment {
  const { kind, value } = stream.peek()
  const word = kind === 'name' ? MOMENTS.get(value.toLowerCase()) : undefined
  if (word === undefined) return parsePath(stream)
  stream.next()
  if (stream.accept('(')) stream.expect(')')
  return word
}

/** Names with `/` or `.` between them and no blank: a division has blanks, or no name on one of its sides. */
export function parsePath(stream: Stream): ColumnPath {
  const segments = [...parseSegment(stream)]
  for (;;) {
    const [sign, name] = [stream.peek(), stream.peek(1)]
    const isStep = (sign.raw === '/' || sign.raw === '.') && (name.kind === 'name' || name.kind === 'quoted')
    const isTight = stream.written(sign.start - 1, sign.start).trim() !== '' && sign.end === name.start
    if (!isStep || !isTight || stream.is('(', 2)) break
    stream.next()
    segments.push(...parseSegment(stream))
  }
  if (segments.length > MOST_SEGMENTS) throw stream.refuse(`has a path of more than ${MOST_SEGMENTS} names`)
  return { path: segments.slice(0, -1), name: segments.at(-1) ?? '' }
}

/** A label in quotes may hold anything; a path in quotes is one. */
function parseSegment(stream: Stream): string[] {
  const { kind, value } = stream.peek()
  if ((kind !== 'name' && kind !== 'quoted') || value.trim() === '') throw stream.unexpected()
  stream.next()
  const parts = kind === 'quoted' ? value.trim().split('/') : [value]
  return parts.every((part) => IDENTIFIER.test(part)) ? parts : [value.trim()]
}

export function printPath({ path, name }: ColumnPath): string {
  return [...path, name].map(printName).join('/')
}

function printName(name: string): string {
  const isWord = IDENTIFIER.test(name) && !MOMENTS.has(name.toLowerCase()) && !RESERVED.test(name)
  return isWord ? name : `'${name.replaceAll("'", "''")}'`
}

function printMoment(moment: Moment): string {
  return typeof moment === 'string' ? moment : printPath(moment)
}

const PRECEDENCE: Readonly<Record<Operator, number>> = { '+': 1, '-': 1, '*': 2, '/': 2 }

export type Calculated<T> = {
  readonly kind: 'calculated'
  readonly operator: Operator
  readonly left: T
  readonly right: T
}

/** With the brackets that it needs. */
export function printCalculated<T extends { readonly kind: string }>(
  { operator, left, right }: Calculated<T>,
  print: (one: T) => string,
  rankOf: (one: T) => Operator | undefined,
): string {
  const rank = PRECEDENCE[operator]
  const within = (one: T, least: number): string => {
    const inner = rankOf(one)
    return inner !== undefined && PRECEDENCE[inner] < least ? `(${print(one)})` : print(one)
  }
  return `${within(left, rank)} ${operator} ${within(right, rank + 1)}`
}

/** As {@link parseValue} reads it. */
export function printValue(value: Value): string {
  if (value.kind === 'column') return printPath(value.column)
  if (value.kind === 'number') return String(value.number)
  if (value.kind === 'between') return `${value.unit}(${printMoment(value.from)}, ${printMoment(value.to)})`
  return printCalculated<Value>(value, printValue, (one) => (one.kind === 'calculated' ? one.operator : undefined))
}
