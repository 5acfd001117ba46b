import type { DatePart, Group, Value } from '../model.ts'
import { createStream, type Stream } from './stream.ts'
import { parsePath, parseValue, printPath, printValue } from './measure/value.ts'
import { readName, nameOf } from './names.ts'
import { numberOf } from './tokens.ts'
import { functionOf, isBand, PART_NAMES, partOf, unitOf } from './words.ts'

const MOST_EDGES = 20
const TRUNCATES = /^(?:date_?trunc|trunc_?date|date_?part|extract)$/i
/** Of a day; no calendar has them. */
const TIMES = /^(?:hours?|minutes?|seconds?|time)$/i

/**
 * Reads one group: a column, a part of a date or a band of a number.
 *
 *     group = ( path | part "(" path ")" | "band" "(" value { "," number } ")" ) [ "as" name ]
 *
 * @throws QueryError `invalid_group`
 */
export function parseGroup(text: string): Group {
  const stream = createStream(text, 'invalid_group')
  const group = parseKind(stream)
  const name = stream.accept('as') ? readName(stream) : nameOf(group.name)
  if (stream.peek().kind !== 'end') throw stream.unexpected()
  return { ...group, name }
}

function parseKind(stream: Stream): Group {
  const { kind, value } = stream.peek()
  if (kind === 'name' && stream.is('(', 1)) return parseCall(stream, value)
  const part = kind === 'name' && (stream.is('of', 1) || stream.is('by', 1)) ? partOf(value) : undefined
  if (part !== undefined) {
    stream.next()
    stream.next()
    return dateGroup(part, parsePath(stream))
  }
  const column = parsePath(stream)
  if (!stream.accept('by') && !stream.accept('per') && !stream.accept(':'))
    return { kind: 'column', name: printPath(column).replaceAll('/', '.'), column }
  const by = partOf(stream.next().value)
  if (by === undefined) throw stream.refuse('names no part of a date', `Write: month(${printPath(column)}).`)
  return dateGroup(by, column)
}

function dateGroup(part: DatePart, column: ReturnType<typeof parsePath>): Group {
  return { kind: 'date', name: `${PART_NAMES[part]}(${printPath(column)})`, column, part }
}

function parseCall(stream: Stream, word: string): Group {
  const part = partOf(word)
  stream.next()
  stream.next()
  if (isBand(word)) return parseBand(stream)
  if (TRUNCATES.test(word)) return parseTruncated(stream)
  if (part === undefined) return columnAndPart(stream, word)
  const column = parsePath(stream)
  // days(a, b) is a number, and no part of a date.
  if (stream.is(',') && unitOf(word) !== undefined) throw numberAlone(stream, word, column)
  stream.expect(')')
  return dateGroup(part, column)
}

function numberAlone(stream: Stream, word: string, column: ReturnType<typeof parsePath>): Error {
  const unit = unitOf(word) ?? 'days'
  return stream.refuse(
    `would be a group for each number of ${unit}`,
    `Write: band(${unit}(${printPath(column)}, today), 7, 30, 90).`,
  )
}

/** `date_trunc('month', createdon)` */
function parseTruncated(stream: Stream): Group {
  const part = partOf(stream.next().value)
  if (part === undefined || !(stream.accept(',') || stream.accept('from')))
    throw stream.refuse('names no part of a date', 'Write: month(createdon).')
  const column = parsePath(stream)
  stream.expect(')')
  return dateGroup(part, column)
}

/** `createdon(month)` */
function columnAndPart(stream: Stream, word: string): Group {
  const { value } = stream.peek()
  const part = partOf(value)
  if (TIMES.test(word)) throw stream.refuse(`groups by ${word}, and a day is the least`, 'Write: day(createdon).')
  if (functionOf(word) !== undefined)
    throw stream.refuse('is a figure, which belongs among the measures; rows are grouped by columns', 'Write: ownerid.')
  if (part === undefined || !stream.is(')', 1))
    throw stream.refuse(
      `uses ${word}(), which there is not: day, week, month, quarter, year, fiscal_quarter, fiscal_year, month_of_year, weekday, band`,
      'Write: month(createdon).',
    )
  stream.next()
  stream.next()
  return dateGroup(part, { path: [], name: word })
}

function parseBand(stream: Stream): Group {
  const of = parseValue(stream)
  const start = stream.peek().start
  const edges: number[] = []
  while (stream.accept(',')) {
    const sign = stream.accept('-') ? -1 : 1
    if (stream.peek().kind !== 'number') throw stream.unexpected()
    edges.push(sign * numberOf(stream.next().raw))
  }
  const end = stream.peek().start
  stream.expect(')')
  checkEdges(stream, of, edges, stream.written(start, end))
  return { kind: 'band', name: `band(${[printValue(of), ...edges].join(', ')})`, of, edges }
}

function checkEdges(stream: Stream, of: Value, edges: readonly number[], written: string): void {
  const band = (numbers: readonly number[]): string => `Write: band(${[printValue(of), ...numbers].join(', ')}).`
  if (of.kind === 'number') throw stream.refuse('is a band of a number', 'Write: band(estimatedvalue, 10000, 50000).')
  if (edges.length === 0)
    throw stream.refuse(
      'does not say where its bands begin',
      band(of.kind === 'between' ? [7, 30, 90] : [10000, 50000]),
    )
  if (edges.length > MOST_EDGES)
    throw stream.refuse(`has more than ${MOST_EDGES} edges`, band(edges.slice(0, MOST_EDGES)))
  if (edges.every((edge, at) => at === 0 || edge > (edges[at - 1] ?? edge))) return
  const parts = written.split(/, |^,/).map((part) => part.replaceAll(/[,\s]/g, ''))
  const joined = parts.filter((part) => part !== '').map(Number)
  const isGrouped = /\d,\d{3}/.test(written) && joined.every((edge, at) => at === 0 || edge > (joined[at - 1] ?? edge))
  const meant = isGrouped ? joined : edges
  throw stream.refuse(
    'has edges that do not rise',
    band([...new Set(meant)].filter((edge) => Number.isFinite(edge)).toSorted((a, b) => a - b)),
  )
}
