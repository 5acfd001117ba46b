/*
 * The grammar of `$filter` as Dataverse serves it (names are case-sensitive, keywords lower case):
 *
 *   or         := and ('or' and)*
 *   and        := not ('and' not)*
 *   not        := 'not' not | comparison
 *   comparison := operand (('eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le') operand)?
 *   operand    := '(' or ')' | literal | alias | call | function | path | lambda
 *   call       := ('contains' | 'startswith' | 'endswith') '(' operand ',' operand ')'
 *   function   := (path '/')? 'Microsoft.Dynamics.CRM.' name '(' (name '=' (literal | alias | array))* ')'
 *   path       := name ('/' name)*
 *   lambda     := path '/' ('any' '(' ')' | ('any' | 'all') '(' name ':' or ')')
 *   literal    := string | number | guid | date | datetime | 'true' | 'false' | 'null' | type string
 *   alias      := '@' name                                    stands for a query option; null without one
 *
 * There is no `in`, no arithmetic and no other function: they are refused in the service's words.
 */
import { odataError } from '../http/errors.ts'
import type { Token } from './tokenizer.ts'
import { tokenize } from './tokenizer.ts'

export type LiteralType = 'string' | 'number' | 'guid' | 'date' | 'datetime' | 'boolean' | 'null' | 'array' | 'enum'
export type Literal = { readonly kind: 'literal'; readonly type: LiteralType; readonly text: string }
export type Path = { readonly kind: 'path'; readonly segments: readonly string[] }
export type Lambda = {
  readonly kind: 'lambda'
  readonly path: readonly string[]
  readonly quantifier: 'any' | 'all'
  readonly variable?: string
  readonly body?: Expression
}
export type Call = { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Expression[] }
/** `Microsoft.Dynamics.CRM.Name(PropertyName='x',PropertyValue=1)`, or of another row: `o/Microsoft.Dynamics.CRM.…`. */
export type QueryFunction = {
  readonly kind: 'function'
  /** A lambda's variable, lookups, or both; empty for the row itself. */
  readonly path: readonly string[]
  readonly name: string
  readonly parameters: ReadonlyMap<string, Expression>
}
export type Comparison = {
  readonly kind: 'comparison'
  readonly operator: string
  readonly left: Expression
  readonly right: Expression
}
export type Logical = {
  readonly kind: 'and' | 'or'
  readonly operands: readonly Expression[]
}
export type Not = { readonly kind: 'not'; readonly operand: Expression }
export type Expression = Literal | Path | Lambda | Call | QueryFunction | Comparison | Logical | Not

const COMPARISONS = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le'])
const CRM = 'Microsoft.Dynamics.CRM.'
export const FUNCTION_NAMES: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith'])
/** Parameter aliases of the request: `@p1` and the text that it stands for. */
export type Aliases = ReadonlyMap<string, string>

export type Cursor = {
  readonly text: string
  readonly aliases: Aliases
  /** The aliases whose text is being read: one that stands for itself would never end. */
  readonly within: readonly string[]
  peek(): Token
  next(): Token
  accept(text: string): boolean
  expect(text: string): void
}

export function cursorOver(text: string, aliases: Aliases, within: readonly string[] = []): Cursor {
  const tokens = tokenize(text)
  let at = 0
  const peek = (): Token => tokens[at] ?? { kind: 'end', text: '', position: text.length }
  const next = (): Token => {
    const token = peek()
    at++
    return token
  }
  const accept = (wanted: string): boolean => {
    if (peek().kind === 'string' || peek().text !== wanted) return false
    at++
    return true
  }
  const expect = (wanted: string): void => {
    if (!accept(wanted)) throw odataError(`'${wanted}' expected at position ${peek().position} in '${text}'.`)
  }
  return { text, aliases, within, peek, next, accept, expect }
}

export function syntaxError(cursor: Cursor, token: Token): Error {
  return odataError(`Syntax error at position ${token.position} in '${cursor.text}'.`)
}

const unquote = (text: string): string => text.slice(1, -1).replaceAll("''", "'")

function parseAlias(cursor: Cursor, name: string): Expression {
  const text = cursor.aliases.get(name)
  if (cursor.within.includes(name)) throw odataError(`The alias '${name}' stands for itself.`)
  if (text === undefined) return { kind: 'literal', type: 'null', text: 'null' }
  return parseFilter(text, cursor.aliases, [...cursor.within, name])
}

function parseLiteral(cursor: Cursor, token: Token): Expression {
  switch (token.kind) {
    case 'string':
      return { kind: 'literal', type: 'string', text: unquote(token.text) }
    case 'number':
      return { kind: 'literal', type: 'number', text: token.text.replace(/[mldf]$/i, '') }
    case 'guid':
    case 'date':
    case 'datetime':
    case 'array':
      return { kind: 'literal', type: token.kind, text: token.text }
    case 'alias':
      return parseAlias(cursor, token.text)
    default:
      throw syntaxError(cursor, token)
  }
}

function parseNamedParameters(cursor: Cursor): Map<string, Expression> {
  const parameters = new Map<string, Expression>()
  if (cursor.accept(')')) return parameters
  do {
    const name = cursor.next()
    if (name.kind !== 'word') throw syntaxError(cursor, name)
    cursor.expect('=')
    parameters.set(name.text, parseLiteral(cursor, cursor.next()))
  } while (cursor.accept(','))
  cursor.expect(')')
  return parameters
}

function queryFunction(cursor: Cursor, name: string, path: readonly string[]): Expression {
  return { kind: 'function', path, name: name.slice(CRM.length), parameters: parseNamedParameters(cursor) }
}

function parseCall(cursor: Cursor, name: string): Expression {
  if (name.startsWith(CRM)) {
    return queryFunction(cursor, name, [])
  }
  if (!FUNCTION_NAMES.has(name)) {
    throw odataError(
      `An unknown function with name '${name}' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed.`,
    )
  }
  const parameters: Expression[] = []
  do parameters.push(parseOperand(cursor))
  while (cursor.accept(','))
  cursor.expect(')')
  return { kind: 'call', name, parameters }
}

function parseLambda(cursor: Cursor, path: readonly string[], quantifier: 'any' | 'all'): Expression {
  if (quantifier === 'any' && cursor.accept(')')) return { kind: 'lambda', path, quantifier }
  const variable = cursor.next()
  if (variable.kind !== 'word') throw syntaxError(cursor, variable)
  cursor.expect(':')
  const body = parseOr(cursor)
  cursor.expect(')')
  return { kind: 'lambda', path, quantifier, variable: variable.text, body }
}

function parseWord(cursor: Cursor, token: Token): Expression {
  if (token.text === 'null') return { kind: 'literal', type: 'null', text: 'null' }
  if (token.text === 'true' || token.text === 'false') return { kind: 'literal', type: 'boolean', text: token.text }
  if (token.text.startsWith(CRM) && cursor.peek().kind === 'string') {
    return { kind: 'literal', type: 'enum', text: unquote(cursor.next().text) }
  }
  if (cursor.accept('(')) return parseCall(cursor, token.text)
  const segments = [token.text]
  while (cursor.accept('/')) {
    const segment = cursor.next()
    if (segment.kind !== 'word') throw syntaxError(cursor, segment)
    if ((segment.text === 'any' || segment.text === 'all') && cursor.accept('(')) {
      return parseLambda(cursor, segments, segment.text)
    }
    if (segment.text.startsWith(CRM) && cursor.accept('(')) return queryFunction(cursor, segment.text, segments)
    segments.push(segment.text)
  }
  return { kind: 'path', segments }
}

function parseOperand(cursor: Cursor): Expression {
  const token = cursor.next()
  if (token.kind === 'symbol' && token.text === '(') {
    const inner = parseOr(cursor)
    cursor.expect(')')
    return inner
  }
  return token.kind === 'word' ? parseWord(cursor, token) : parseLiteral(cursor, token)
}

function parseComparison(cursor: Cursor): Expression {
  const left = parseOperand(cursor)
  const operator = cursor.peek()
  if (operator.kind !== 'word' || operator.text === 'and' || operator.text === 'or') return left
  if (operator.text === 'in') throw odataError('The query node In is not supported.')
  if (!COMPARISONS.has(operator.text)) throw syntaxError(cursor, operator)
  cursor.next()
  return { kind: 'comparison', operator: operator.text, left, right: parseOperand(cursor) }
}

function parseNot(cursor: Cursor): Expression {
  if (cursor.peek().kind !== 'word' || !cursor.accept('not')) return parseComparison(cursor)
  const operand = parseNot(cursor)
  if (operand.kind === 'function') {
    throw odataError('Not operator along with the Custom Named Condition operators is not allowed')
  }
  return { kind: 'not', operand }
}

function parseChain(cursor: Cursor, kind: 'and' | 'or', inner: (cursor: Cursor) => Expression): Expression {
  const operands = [inner(cursor)]
  while (cursor.peek().kind === 'word' && cursor.accept(kind)) operands.push(inner(cursor))
  const [only] = operands
  return operands.length === 1 && only ? only : { kind, operands }
}

const parseAnd = (cursor: Cursor): Expression => parseChain(cursor, 'and', parseNot)
const parseOr = (cursor: Cursor): Expression => parseChain(cursor, 'or', parseAnd)

/** One expression, up to what follows it. @throws DataverseFault 400 */
export function parseExpression(cursor: Cursor): Expression {
  return parseOr(cursor)
}

/** A `$filter` as a tree of names and literals, not yet checked against a table. @throws DataverseFault 400 */
export function parseFilter(text: string, aliases: Aliases = new Map(), within: readonly string[] = []): Expression {
  const cursor = cursorOver(text, aliases, within)
  const expression = parseOr(cursor)
  if (cursor.peek().kind !== 'end') throw syntaxError(cursor, cursor.peek())
  return expression
}
