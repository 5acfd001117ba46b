import { findOperator } from '../model/operator-words.ts'
import { FUNCTION_PREFIX, operatorOfFunction, TEXT_FUNCTIONS, type Operator } from '../model/operators.ts'
import type { Filter } from '../model/query.ts'
import { printCondition } from '../say/notation.ts'
import { invalidFilter } from '../say/refusals.ts'
import { conditionOn, nameOf } from './conditions.ts'
import { isPath, parseLiteral, parseOperand, withoutVariable, type Path } from './parse-literal.ts'
import type { TokenStream } from './token-stream.ts'
import type { Token } from './tokens.ts'
import { unknownFunction } from './unknown-function.ts'

/** `name(` was read: a text function or one of Dataverse's own. */
export function parseCall(stream: TokenStream, name: Token): Filter {
  const match = findOperator(name.raw)?.operator.name ?? ''
  if (TEXT_FUNCTIONS.has(match) && !isNamed(stream)) return parseMatch(stream, name.raw, match)
  const operator = operatorOfFunction(name.raw)
  const isClock = operator?.name === 'today' && stream.is(')')
  if (!operator || isClock) throw unknownFunction(stream, name)
  return parseQueryFunction(stream, name, operator)
}

/** Whether the next parameter is `Name=value`. */
function isNamed(stream: TokenStream): boolean {
  return stream.peek().kind === 'name' && stream.is('=', 1)
}

function parseMatch(stream: TokenStream, written: string, operator: string): Filter {
  const first = parseOperand(stream)
  stream.expect(',')
  const second = parseOperand(stream)
  stream.expect(')')
  const name = TEXT_FUNCTIONS.get(operator) ?? operator
  stream.sayRead(written, name)
  const [left, right] = isPath(first) ? [first, second] : [second, first]
  if (!isPath(left) || (!isPath(right) && right.kind === 'null'))
    throw invalidFilter(
      `uses ${name} without a column and a text`,
      `Write: ${name}(${isPath(left) ? nameOf(left) : '…'},'…').`,
    )
  if (!isPath(right)) return conditionOn(stream, left, operator, [right.text])
  const advice = `Put the text in quotes: ${name}(${nameOf(left)},'${nameOf(right)}').`
  throw invalidFilter(`uses ${name} with two columns`, advice)
}

function parseQueryFunction(stream: TokenStream, name: Token, operator: Operator): Filter {
  const values: string[] = []
  let left: Path | undefined
  while (!stream.is(')')) {
    const named = isNamed(stream) ? stream.next().raw.toLowerCase() : undefined
    if (named) stream.next()
    if (named ? named === 'propertyname' : !left) left = parseProperty(stream)
    else if (named && !/^(?:property)?values?[12]?$/.test(named)) throw wrongParameters(operator, left)
    else values.push(...parseValues(stream))
    if (!stream.accept(',')) break
  }
  stream.expect(')')
  const wanted = operator.arity === 'list' ? values.length || 1 : operator.arity
  if (!left || values.length !== wanted) throw wrongParameters(operator, left)
  stream.sayRead(name.raw, `${FUNCTION_PREFIX}${operator.function ?? ''}`)
  return conditionOn(stream, left, operator.name, values)
}

function parseProperty(stream: TokenStream): Path {
  const operand = parseOperand(stream)
  if (isPath(operand)) return operand
  if (/^[A-Za-z_]\w*(?:\/\w+)*$/.test(operand.text)) {
    // In quotes, a name has no variable before it and needs none.
    const { segments } = withoutVariable(stream, operand.text.split('/'))
    return { segments, bare: false }
  }
  throw invalidFilter('has a function without a column name', "Name the column: PropertyName='…'.")
}

function parseValues(stream: TokenStream): string[] {
  if (!stream.accept('[')) return [valueOf(stream)]
  const values: string[] = []
  while (!stream.accept(']')) {
    values.push(valueOf(stream, true))
    if (!stream.is(']')) stream.expect(',')
  }
  return values
}

function valueOf(stream: TokenStream, inList = false): string {
  const token = stream.peek()
  // JSON writes text in double quotes: inside a list they are as they should be.
  if (inList && token.kind === 'text') return stream.next().value
  if (token.kind !== 'name') return parseLiteral(stream, stream.next()).text
  const operand = parseOperand(stream)
  return isPath(operand) ? operand.segments.join('/') : operand.text
}

const VALUES = { count: ['30'], number: ['1', '2026'], id: ['00000000-0000-0000-0000-000000000000'], text: ['text'] }

/** How a function is written, for a model that wrote it otherwise. */
function wrongParameters({ name, function: called = name, arity, kinds, takes }: Operator, left?: Path): Error {
  const [kind = 'other'] = kinds
  const samples = takes ? VALUES[takes] : kind === 'date' ? ['2026-01-31'] : ['1', '2']
  const values = arity === 0 ? [] : samples.slice(arity === 'list' ? 0 : -arity)
  const form = printCondition({ subject: left ? nameOf(left) : '…', operator: name, values, kind }, 'odata')
  return invalidFilter(`gives ${called} the wrong parameters`, `Write: ${form}.`)
}
