import { findOperator } from '../model/operator-words.ts'
import { operatorOfFunction, TEXT_FUNCTIONS, type Operator } from '../model/operators.ts'
import type { Filter } from '../model/query.ts'
import { printCondition, wordFor } from '../say/notation.ts'
import { invalidFilter, shown } from '../say/refusals.ts'
import { conditionOn, textOf } from './conditions.ts'
import { parseList, parseOperand, withoutVariable, type Operand } from './parse-literal.ts'
import type { TokenStream } from './token-stream.ts'
import type { Token } from './tokens.ts'
import { unknownFunction } from './unknown-function.ts'

/** `name(` was read: a text function or one of Dataverse's own. */
export function parseCall(stream: TokenStream, name: Token): Filter {
  const match = findOperator(name.raw)?.operator
  if (match && TEXT_FUNCTIONS.has(match.name) && !isNamed(stream)) return parseMatch(stream, match)
  const operator = operatorOfFunction(name.raw)
  const isClock = operator?.name === 'today' && stream.is(')')
  if (!operator || isClock) throw unknownFunction(stream, name)
  return parseQueryFunction(stream, operator)
}

/** Whether the next parameter is `Name=value`. */
function isNamed(stream: TokenStream): boolean {
  return stream.peek().kind === 'name' && stream.is('=', 1)
}

function parseMatch(stream: TokenStream, operator: Operator): Filter {
  const first = parseOperand(stream)
  stream.expect(',')
  const second = parseOperand(stream)
  stream.expect(')')
  const [left, right] = first.kind === 'path' ? [first, second] : [second, first]
  if (left.kind !== 'path') throw wrongParameters(operator)
  return conditionOn(stream, left, operator.name, [textOf(right, left, operator.name)])
}

function parseQueryFunction(stream: TokenStream, operator: Operator): Filter {
  const values: string[] = []
  let left: Operand | undefined
  while (!stream.is(')')) {
    const named = isNamed(stream) ? stream.next().raw.toLowerCase() : undefined
    if (named) stream.next()
    if (named ? named === 'propertyname' : !left) left = parseProperty(stream)
    else if (named && !/^(?:property)?values?[12]?$/.test(named)) throw wrongParameters(operator, left)
    else if (stream.accept('[')) values.push(...parseList(stream, ']').map(({ text }) => text))
    else values.push(parseOperand(stream).text)
    if (!stream.accept(',')) break
  }
  stream.expect(')')
  const wanted = operator.arity === 'list' ? values.length || 1 : operator.arity
  if (!left || values.length !== wanted) throw wrongParameters(operator, left)
  return conditionOn(stream, left, operator.name, values)
}

function parseProperty(stream: TokenStream): Operand {
  const operand = parseOperand(stream)
  if (operand.kind === 'path') return operand
  // In quotes, a name has no variable before it and needs none.
  if (/^[A-Za-z_]\w*(?:\/\w+)*$/.test(operand.text)) return { ...withoutVariable(stream, operand.text), bare: false }
  throw invalidFilter('has a function without a column name', "Name the column: PropertyName='…'.")
}

const VALUES = { count: ['30'], number: ['1', '2026'], id: ['00000000-0000-0000-0000-000000000000'], text: ['text'] }

/** How a function is written, for a model that wrote it otherwise. */
function wrongParameters({ name, arity, kinds, takes }: Operator, left?: Operand): Error {
  const [kind = 'other'] = kinds
  const samples = takes ? VALUES[takes] : kind === 'date' ? ['2026-01-31'] : ['1', '2']
  const values = arity === 0 ? [] : samples.slice(arity === 'list' ? 0 : -arity)
  const form = printCondition({ subject: shown(left?.text ?? '…'), operator: name, values, kind }, 'odata')
  return invalidFilter(`gives ${wordFor(name, 'odata')} the wrong parameters`, `Write: ${form}.`)
}
