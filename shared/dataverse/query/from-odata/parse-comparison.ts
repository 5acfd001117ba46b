import type { TokenStream } from './token-stream.ts'
import { unexpected } from './token-stream.ts'
import { compare, text, type ComparisonOperator, type Filter, type Literal, type Operand, type Path } from './filter.ts'
import { invalidFilter, shown } from '../../odata/invalid-filter.ts'
import { matchName, refuseKeyword } from './parse-call.ts'
import { parseOperand } from './parse-literal.ts'

const OPERATORS: Readonly<Record<string, ComparisonOperator>> = {
  eq: 'eq',
  '=': 'eq',
  '==': 'eq',
  '===': 'eq',
  equals: 'eq',
  equal: 'eq',
  ne: 'ne',
  '<>': 'ne',
  '!=': 'ne',
  '!==': 'ne',
  neq: 'ne',
  gt: 'gt',
  '>': 'gt',
  ge: 'ge',
  '>=': 'ge',
  gte: 'ge',
  lt: 'lt',
  '<': 'lt',
  le: 'le',
  '<=': 'le',
  lte: 'le',
}
const FLIPPED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
}

/** What follows an operand: an operator and what it is compared with, or nothing where a column stands alone. */
export function parseComparison(stream: TokenStream, left: Operand): Filter {
  const operator = takeOperator(stream)
  if (operator) {
    refuseSeparators(stream)
    return comparison(left, operator, parseOperand(stream))
  }
  if (left.kind !== 'path') throw unexpected(stream.peek(), 'eq')
  const negated = stream.isWord('not') && isSqlWord(stream, 1)
  const at = negated ? 1 : 0
  if (isSqlWord(stream, at)) {
    if (negated) stream.next()
    return parseSqlWord(stream, left, negated)
  }
  const token = stream.peek()
  const ends = token.kind === 'end' || token.raw === ')' || stream.isWord('and') || stream.isWord('or')
  if (ends || token.raw === '&&' || token.raw === '||') return { kind: 'flag', path: left }
  return refuseKeyword(token)
}

/** `gt 50,000`: within a list, commas separate, so nothing but one number may be meant here. */
function refuseSeparators(stream: TokenStream): void {
  const [first, comma, second] = [stream.peek(), stream.peek(1), stream.peek(2)]
  if (first.kind !== 'number' || comma.raw !== ',' || second.kind !== 'number') return
  throw invalidFilter('has a number with separators', `Write it without: ${first.raw}${second.raw}.`)
}

/** `contains(name,'x') eq true` says what `contains(name,'x')` says. */
export function takeTruth(stream: TokenStream, filter: Filter): Filter {
  const operator = takeOperator(stream)
  if (!operator) return filter
  const truth = parseOperand(stream)
  if (truth.kind !== 'boolean' || (operator !== 'eq' && operator !== 'ne')) {
    throw invalidFilter('compares a condition with a value', 'Write the condition alone, or not before it.')
  }
  const holds = truth.value === (operator === 'eq')
  stream.note(
    `A condition with "${operator} ${String(truth.value)}" was read as the condition${holds ? '' : ' with not'}.`,
  )
  return holds ? filter : { kind: 'not', operand: filter }
}

function takeOperator(stream: TokenStream): ComparisonOperator | undefined {
  const { kind, raw } = stream.peek()
  const word = raw.toLowerCase()
  const operator =
    (kind === 'name' || kind === 'operator') && Object.hasOwn(OPERATORS, word) ? OPERATORS[word] : undefined
  if (!operator) return undefined
  stream.next()
  if (raw !== operator) stream.note(`"${raw}" was read as ${operator}.`)
  return operator
}

function comparison(left: Operand, operator: ComparisonOperator, right: Operand): Filter {
  if (left.kind === 'path') return compare(left, operator, right)
  if (right.kind === 'path') return compare(right, FLIPPED[operator], left)
  throw invalidFilter('compares a value with a value', "Compare a column: name eq 'Contoso'.")
}

function isSqlWord(stream: TokenStream, ahead: number): boolean {
  const { kind, raw } = stream.peek(ahead)
  return kind === 'name' && (/^(?:is|in|like|between)$/i.test(raw) || matchName(raw) !== undefined)
}

function parseSqlWord(stream: TokenStream, left: Path, negated: boolean): Filter {
  const word = stream.next().raw
  const filter = parseSql(stream, left, word.toLowerCase())
  if (!negated) return filter
  return filter.kind === 'in' ? { ...filter, negated } : { kind: 'not', operand: filter }
}

function parseSql(stream: TokenStream, left: Path, word: string): Filter {
  const match = matchName(word)
  if (match) {
    stream.note(`"${word}" was read as ${match}(column,text).`)
    return { kind: 'match', name: match, left, text: wordsOf(stream) }
  }
  if (word === 'is') return parseIs(stream, left)
  if (word === 'like') return like(stream, left, wordsOf(stream))
  if (word === 'in') return { kind: 'in', negated: false, left, values: parseList(stream) }
  const low = parseOperand(stream)
  if (!stream.isWord('and')) throw unexpected(stream.peek(), 'and')
  stream.next()
  stream.note('"between a and b" was read as ge a and le b.')
  return { kind: 'and', operands: [compare(left, 'ge', low), compare(left, 'le', parseOperand(stream))] }
}

function parseIs(stream: TokenStream, left: Path): Filter {
  const not = stream.isWord('not')
  if (not) stream.next()
  const right = parseOperand(stream)
  if (right.kind !== 'null' && right.kind !== 'boolean') throw invalidFilter('uses is', 'Use eq or ne.')
  stream.note(`"is${not ? ' not' : ''}" was read as ${not ? 'ne' : 'eq'}.`)
  return compare(left, not ? 'ne' : 'eq', right)
}

function wordsOf(stream: TokenStream): string {
  const literal = parseOperand(stream)
  if (literal.kind === 'path' || literal.kind === 'null')
    throw invalidFilter('lacks a text in quotes', "Write contains(name,'text').")
  return String(literal.value)
}

/** `%` at the ends says which function is meant; within, there is none. */
function like(stream: TokenStream, left: Path, pattern: string): Filter {
  const before = /^[%*]*/.exec(pattern)?.[0] ?? ''
  const words = pattern.slice(before.length).replace(/(?<![%*])[%*]+$/, '')
  const after = pattern.slice(before.length + words.length)
  if (/[%*]/.test(words) || words === '') {
    const column = left.segments.join('/')
    throw invalidFilter(
      `has a pattern that Dataverse cannot match (${shown(pattern)})`,
      `Combine startswith(${column},'a') and endswith(${column},'b').`,
    )
  }
  const name = before === '' ? 'startswith' : after === '' ? 'endswith' : 'contains'
  if (before === '' && after === '') {
    stream.note('"like" without % was read as eq.')
    return compare(left, 'eq', text(words))
  }
  stream.note(`"like '${shown(pattern)}'" was read as ${name}.`)
  return { kind: 'match', name, left, text: words }
}

function parseList(stream: TokenStream): Literal[] {
  const close = stream.accept('[') ? ']' : ')'
  if (close === ')') stream.expect('(')
  const values: Literal[] = []
  while (!stream.accept(close)) {
    const value = parseOperand(stream)
    values.push(value.kind === 'path' ? text(value.segments.join('/')) : value)
    if (stream.peek().raw !== close) stream.expect(',')
  }
  if (values.length === 0) throw invalidFilter('has an empty list', 'Write the values: statuscode in (1, 2).')
  return values
}
