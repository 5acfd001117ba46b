import type { Filter } from '../model/query.ts'
import { findOperator } from '../model/operator-words.ts'
import { FLIPPED, TEXT_FUNCTIONS } from '../model/operators.ts'
import { wordFor } from '../say/notation.ts'
import { invalidFilter, shown } from '../say/refusals.ts'
import { columnIn, compare, conditionOn, join, negate, textOf } from './conditions.ts'
import { parseAmount, parseList, parseOperand, type Operand } from './parse-literal.ts'
import { unexpected, type TokenStream } from './token-stream.ts'

const INFIX = new Set([...FLIPPED.keys(), 'in', 'not-in', 'between', 'like', ...TEXT_FUNCTIONS.keys()])

/** What follows an operand: an operator and what it is compared with, or nothing where a column stands alone. */
export function parseComparison(stream: TokenStream, left: Operand): Filter {
  const isPath = left.kind === 'path'
  const not = isPath && stream.is('not') && infixAt(stream, 1) !== undefined
  const operator = infixAt(stream, not ? 1 : 0)
  if (operator === undefined || !(isPath || FLIPPED.has(operator))) return parseAlone(stream, left)
  if (not) stream.next()
  if (isPath && operator.endsWith('in')) return parseMembership(stream, left, not !== (operator === 'not-in'))
  const filter = isPath ? parseRight(stream, left, operator) : parseFlipped(stream, left, operator)
  return not ? negate(filter) : filter
}

function infixAt(stream: TokenStream, ahead = 0): string | undefined {
  const { kind, raw } = stream.peek(ahead)
  const name = kind === 'name' || kind === 'symbol' ? findOperator(raw)?.operator.name : undefined
  const meant = name === 'neq' ? 'ne' : name
  return meant !== undefined && INFIX.has(meant) ? meant : undefined
}

/** A column that stands alone, e.g. `isdisabled`, is one that is true. */
function parseAlone(stream: TokenStream, left: Operand): Filter {
  if (left.kind !== 'path') throw unexpected(stream.peek(), 'eq')
  if (!['', 'and', 'or', ')', '&&', '||'].some((one) => stream.is(one))) throw unexpected(stream.peek())
  return conditionOn(stream, left, 'eq', ['true'], { alone: true })
}

function parseFlipped(stream: TokenStream, left: Operand, operator: string): Filter {
  stream.next()
  const right = parseOperand(stream)
  if (right.kind === 'path') return compare(stream, right, FLIPPED.get(operator) ?? operator, left)
  throw invalidFilter('compares a value with a value', 'Write a column on one side; a column goes without quotes.')
}

/** An operator and what stands right of it, as OData or SQL has it. */
function parseRight(stream: TokenStream, left: Operand, operator: string): Filter {
  const { raw } = stream.next()
  if (TEXT_FUNCTIONS.has(operator))
    return conditionOn(stream, left, operator, [textOf(parseOperand(stream), left, operator)])
  if (operator === 'like') return like(stream, left, textOf(parseOperand(stream), left, 'contains'))
  if (operator === 'between') {
    const low = parseEnd(stream, left)
    stream.expect('and')
    return conditionOn(stream, left, operator, [low, parseEnd(stream, left)])
  }
  const not = raw.toLowerCase() === 'is' && stream.accept('not')
  const meant = not ? 'ne' : operator
  const isEmpty = raw.toLowerCase() === 'is' && stream.accept('empty')
  return compare(stream, left, meant, isEmpty ? { kind: 'null', text: 'null' } : parseAmount(stream))
}

/** One end of a range, where no column can be meant. */
function parseEnd(stream: TokenStream, left: Operand): string {
  const { kind, text } = parseAmount(stream)
  if (kind !== 'null') return text
  const name = shown(left.text)
  throw invalidFilter('has a range without an end', `Write the end that there is: ${name} ge … or ${name} le …`)
}

/** `%` at the ends says which function is meant; any other wildcard is left to FetchXML's own like. */
function like(stream: TokenStream, left: Operand, pattern: string): Filter {
  const withoutStart = pattern.replace(/^[%*]+/, '')
  const words = withoutStart.replace(/(?<![%*])[%*]+$/, '')
  if (/[%*_[]/.test(words) || (words === '' && pattern !== '')) {
    const value = pattern.replaceAll('*', '%')
    stream.sayRead(`like '${shown(pattern)}'`, `like '${shown(value)}'`)
    return conditionOn(stream, left, 'like', [value])
  }
  const [isOpenBefore, isOpenAfter] = [withoutStart !== pattern, words !== withoutStart]
  const operator = isOpenBefore ? (isOpenAfter ? 'contains' : 'ends-with') : isOpenAfter ? 'begins-with' : 'eq'
  if (operator === 'eq') stream.note('"like" without % was read as eq.')
  else if (pattern.includes('*')) stream.sayRead(`like '${shown(pattern)}'`, wordFor(operator, 'odata'))
  return conditionOn(stream, left, operator, [words])
}

/** A null among the values is a condition of its own. */
function parseMembership(stream: TokenStream, left: Operand, negated: boolean): Filter {
  stream.next()
  const end = stream.accept('[') ? ']' : ')'
  if (end === ')') stream.expect('(')
  const listed = parseList(stream, end)
  if (listed.length === 0) throw invalidFilter('has an empty list', `Write the values: ${shown(left.text)} in (…)`)
  const values = listed.filter(({ kind }) => kind !== 'null').map(({ text }) => text)
  const among = conditionOn(stream, left, negated ? 'not-in' : 'in', values)
  if (values.length === listed.length) return among
  const empty = conditionOn(stream, left, negated ? 'not-null' : 'null')
  return values.length === 0 ? empty : join(negated ? 'and' : 'or', [among, empty])
}

/** `contains(name,'x') eq true` says what `contains(name,'x')` says; `(name) eq 'x'` is about the column in brackets. */
export function takeTruth(stream: TokenStream, filter: Filter): Filter {
  const column = columnIn(filter)
  if (column) return parseComparison(stream, column)
  const operator = infixAt(stream)
  if (operator === undefined) return filter
  stream.next()
  const truth = parseOperand(stream)
  if (truth.kind !== 'boolean' || (operator !== 'eq' && operator !== 'ne'))
    throw invalidFilter('compares a condition with a value', 'Write the condition alone, or not before it.')
  return (truth.text === 'true') === (operator === 'eq') ? filter : negate(filter)
}
