import { createTokenStream, unexpected, type TokenStream } from './token-stream.ts'
import { join, path, type Filter, type Operand } from './filter.ts'
import { invalidFilter } from '../../odata/invalid-filter.ts'
import { parseCall } from './parse-call.ts'
import { parseComparison, takeTruth } from './parse-comparison.ts'
import { isQuantifier, parseOperand } from './parse-literal.ts'

export type ParsedFilter = { readonly filter: Filter; readonly interpreted: readonly string[] }

const MOST_CHARACTERS = 8_000
/** Deeper than a person reads, and far from what the stack holds. */
const MOST_DEPTH = 40
const OWN_NAME = /^\s*\??\$?filter\s*=\s*/i
const SQL = /^\s*(?:select\b[\s\S]*\bfrom\b|update\b|delete\s+from\b|insert\s+into\b)/i

/**
 * Reads a `$filter` into a tree of names and values, not yet checked against a table.
 *
 *     or         = and { "or" and }
 *     and        = unary { "and" unary }
 *     unary      = "not" unary | "(" or ")" | call | lambda | path | operand operator operand
 *     operator   = "eq" | "ne" | "gt" | "ge" | "lt" | "le" | "in" list | what SQL has for them
 *     call       = ("contains" | "startswith" | "endswith") "(" path "," text ")"
 *                | ["Microsoft.Dynamics.CRM."] function "(" "PropertyName=" path { "," parameter "=" value } ")"
 *     lambda     = path "/" ("any" | "all") "(" [ variable ":" or ] ")"
 *     path       = name { "/" name }
 *
 * @throws QueryError `invalid_filter` for what Dataverse does not have
 * @see https://docs.oasis-open.org/odata/odata/v4.0/odata-v4.0-part2-url-conventions.html
 */
export function parseFilter(written: string): ParsedFilter {
  if (written.length > MOST_CHARACTERS) {
    throw invalidFilter(`is longer than ${MOST_CHARACTERS} characters`, 'Ask in several queries, or with fetchxml.')
  }
  const notes = new Set<string>()
  const stream = createTokenStream(strip(written, notes), notes)
  const filter = parseOr(stream, 0)
  if (stream.peek().kind !== 'end') throw unexpected(stream.peek())
  return { filter, interpreted: [...notes] }
}

function strip(written: string, notes: Set<string>): string {
  if (SQL.test(written)) {
    throw invalidFilter(
      'is a statement of SQL',
      "Give the condition alone, as OData: name eq 'Contoso' and revenue gt 10000.",
    )
  }
  const own = OWN_NAME.exec(written)?.[0] ?? ''
  if (own) notes.add(`The filter was read without "${own.trim()}".`)
  const where = /^\s*where\s+/i.exec(written.slice(own.length))?.[0] ?? ''
  if (where) notes.add('The filter was read without "where".')
  return written.slice(own.length + where.length)
}

function parseOr(stream: TokenStream, depth: number): Filter {
  return parseChain(stream, 'or', () => parseChain(stream, 'and', () => parseUnary(stream, depth)))
}

function parseChain(stream: TokenStream, kind: 'and' | 'or', parseNext: () => Filter): Filter {
  const operands = [parseNext()]
  for (;;) {
    const { raw, kind: token } = stream.peek()
    const symbol = kind === 'and' ? '&&' : '||'
    if (!stream.isWord(kind) && !(token === 'operator' && raw === symbol)) return join(kind, operands)
    stream.next()
    if (raw !== kind) stream.note(`"${raw}" was read as ${kind}.`)
    operands.push(parseNext())
  }
}

function parseUnary(stream: TokenStream, depth: number): Filter {
  if (depth > MOST_DEPTH)
    throw invalidFilter(`is nested deeper than ${MOST_DEPTH} levels`, 'Write it flatter, with fewer brackets.')
  const token = stream.peek()
  if (stream.isWord('not') || token.raw === '!') {
    stream.next()
    if (token.raw !== 'not') stream.note(`"${token.raw}" was read as not.`)
    return { kind: 'not', operand: parseUnary(stream, depth + 1) }
  }
  if (stream.accept('(')) {
    const inner = parseOr(stream, depth + 1)
    stream.expect(')')
    return inner.kind === 'flag' ? parseComparison(stream, inner.path) : takeTruth(stream, inner)
  }
  if (token.kind === 'name' && stream.peek(1).raw === '(' && stream.peek(1).kind === 'symbol') {
    const operand = parseNeedless(stream)
    if (operand) return parseComparison(stream, operand)
    stream.next()
    stream.next()
    return takeTruth(stream, parseCall(stream, token))
  }
  return parseCondition(stream, depth)
}

/** `tolower(name) eq 'x'` begins like a call and is a comparison. */
function parseNeedless(stream: TokenStream): Operand | undefined {
  return /^(?:to)?(?:lower|upper)$|^trim$/i.test(stream.peek().raw) ? parseOperand(stream) : undefined
}

function parseCondition(stream: TokenStream, depth: number): Filter {
  const first = stream.peek()
  if (first.kind !== 'name') return parseComparison(stream, parseOperand(stream))
  const operand = parseOperand(stream)
  if (operand.kind === 'path' && stream.peek().raw === '/' && isQuantifier(stream, 1)) {
    stream.next()
    return takeTruth(stream, parseLambda(stream, operand.segments, depth))
  }
  return parseComparison(stream, operand)
}

function parseLambda(stream: TokenStream, segments: readonly string[], depth: number): Filter {
  const quantifier = stream.next().raw.toLowerCase() === 'all' ? 'all' : 'any'
  stream.expect('(')
  if (stream.accept(')')) {
    if (quantifier === 'all')
      throw invalidFilter('uses all() without a condition', 'Write all(o:o/statecode eq 0), or any().')
    return { kind: 'lambda', path: path(...segments), quantifier }
  }
  const variable = stream.next()
  if (variable.kind !== 'name' || variable.raw.includes('.')) throw unexpected(variable)
  if (stream.peek().raw !== ':') {
    throw invalidFilter(
      `uses ${quantifier} without a variable`,
      `Name one before the condition: ${segments.join('/')}/${quantifier}(o:o/statecode eq 0).`,
    )
  }
  stream.next()
  const filter = parseOr(stream, depth + 1)
  stream.expect(')')
  return { kind: 'lambda', path: path(...segments), quantifier, body: { variable: variable.raw, filter } }
}
