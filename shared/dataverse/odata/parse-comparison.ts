import type { Cursor } from './cursor.ts'
import { unexpected } from './cursor.ts'
import { compare, text, type ComparisonOperator, type Filter, type Literal, type Operand, type Path } from './filter.ts'
import { invalidFilter, shown } from './invalid-filter.ts'
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
export function parseComparison(cursor: Cursor, left: Operand): Filter {
  const operator = takeOperator(cursor)
  if (operator) {
    refuseSeparators(cursor)
    return comparison(left, operator, parseOperand(cursor))
  }
  if (left.kind !== 'path') throw unexpected(cursor.peek(), 'eq')
  const negated = cursor.isWord('not') && isSqlWord(cursor, 1)
  const at = negated ? 1 : 0
  if (isSqlWord(cursor, at)) {
    if (negated) cursor.next()
    return parseSqlWord(cursor, left, negated)
  }
  const token = cursor.peek()
  const ends = token.kind === 'end' || token.raw === ')' || cursor.isWord('and') || cursor.isWord('or')
  if (ends || token.raw === '&&' || token.raw === '||') return { kind: 'flag', path: left }
  return refuseKeyword(token)
}

/** `gt 50,000`: within a list, commas separate, so nothing but one number may be meant here. */
function refuseSeparators(cursor: Cursor): void {
  const [first, comma, second] = [cursor.peek(), cursor.peek(1), cursor.peek(2)]
  if (first.kind !== 'number' || comma.raw !== ',' || second.kind !== 'number') return
  throw invalidFilter('has a number with separators', `Write it without: ${first.raw}${second.raw}.`)
}

/** `contains(name,'x') eq true` says what `contains(name,'x')` says. */
export function takeTruth(cursor: Cursor, filter: Filter): Filter {
  const operator = takeOperator(cursor)
  if (!operator) return filter
  const truth = parseOperand(cursor)
  if (truth.kind !== 'boolean' || (operator !== 'eq' && operator !== 'ne')) {
    throw invalidFilter('compares a condition with a value', 'Write the condition alone, or not before it.')
  }
  const holds = truth.value === (operator === 'eq')
  cursor.note(
    `A condition with "${operator} ${String(truth.value)}" was read as the condition${holds ? '' : ' with not'}.`,
  )
  return holds ? filter : { kind: 'not', operand: filter }
}

function takeOperator(cursor: Cursor): ComparisonOperator | undefined {
  const { kind, raw } = cursor.peek()
  const word = raw.toLowerCase()
  const operator =
    (kind === 'name' || kind === 'operator') && Object.hasOwn(OPERATORS, word) ? OPERATORS[word] : undefined
  if (!operator) return undefined
  cursor.next()
  if (raw !== operator) cursor.note(`"${raw}" was read as ${operator}.`)
  return operator
}

function comparison(left: Operand, operator: ComparisonOperator, right: Operand): Filter {
  if (left.kind === 'path') return compare(left, operator, right)
  if (right.kind === 'path') return compare(right, FLIPPED[operator], left)
  throw invalidFilter('compares a value with a value', "Compare a column: name eq 'Contoso'.")
}

function isSqlWord(cursor: Cursor, ahead: number): boolean {
  const { kind, raw } = cursor.peek(ahead)
  return kind === 'name' && (/^(?:is|in|like|between)$/i.test(raw) || matchName(raw) !== undefined)
}

function parseSqlWord(cursor: Cursor, left: Path, negated: boolean): Filter {
  const word = cursor.next().raw
  const filter = parseSql(cursor, left, word.toLowerCase())
  if (!negated) return filter
  return filter.kind === 'in' ? { ...filter, negated } : { kind: 'not', operand: filter }
}

function parseSql(cursor: Cursor, left: Path, word: string): Filter {
  const match = matchName(word)
  if (match) {
    cursor.note(`"${word}" was read as ${match}(column,text).`)
    return { kind: 'match', name: match, left, text: wordsOf(cursor) }
  }
  if (word === 'is') return parseIs(cursor, left)
  if (word === 'like') return like(cursor, left, wordsOf(cursor))
  if (word === 'in') return { kind: 'in', negated: false, left, values: parseList(cursor) }
  const low = parseOperand(cursor)
  if (!cursor.isWord('and')) throw unexpected(cursor.peek(), 'and')
  cursor.next()
  cursor.note('"between a and b" was read as ge a and le b.')
  return { kind: 'and', operands: [compare(left, 'ge', low), compare(left, 'le', parseOperand(cursor))] }
}

function parseIs(cursor: Cursor, left: Path): Filter {
  const not = cursor.isWord('not')
  if (not) cursor.next()
  const right = parseOperand(cursor)
  if (right.kind !== 'null' && right.kind !== 'boolean') throw invalidFilter('uses is', 'Use eq or ne.')
  cursor.note(`"is${not ? ' not' : ''}" was read as ${not ? 'ne' : 'eq'}.`)
  return compare(left, not ? 'ne' : 'eq', right)
}

function wordsOf(cursor: Cursor): string {
  const literal = parseOperand(cursor)
  if (literal.kind === 'path' || literal.kind === 'null')
    throw invalidFilter('lacks a text in quotes', "Write contains(name,'text').")
  return String(literal.value)
}

/** `%` at the ends says which function is meant; within, there is none. */
function like(cursor: Cursor, left: Path, pattern: string): Filter {
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
    cursor.note('"like" without % was read as eq.')
    return compare(left, 'eq', text(words))
  }
  cursor.note(`"like '${shown(pattern)}'" was read as ${name}.`)
  return { kind: 'match', name, left, text: words }
}

function parseList(cursor: Cursor): Literal[] {
  const close = cursor.accept('[') ? ']' : ')'
  if (close === ')') cursor.expect('(')
  const values: Literal[] = []
  while (!cursor.accept(close)) {
    const value = parseOperand(cursor)
    values.push(value.kind === 'path' ? text(value.segments.join('/')) : value)
    if (cursor.peek().raw !== close) cursor.expect(',')
  }
  if (values.length === 0) throw invalidFilter('has an empty list', 'Write the values: statuscode in (1, 2).')
  return values
}
