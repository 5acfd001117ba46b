import { createCursor, unexpected, type Cursor } from './cursor.ts'
import { join, path, type Filter, type Operand } from './filter.ts'
import { invalidFilter } from './invalid-filter.ts'
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
  const cursor = createCursor(strip(written, notes), notes)
  const filter = parseOr(cursor, 0)
  if (cursor.peek().kind !== 'end') throw unexpected(cursor.peek())
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

function parseOr(cursor: Cursor, depth: number): Filter {
  return parseChain(cursor, 'or', () => parseChain(cursor, 'and', () => parseUnary(cursor, depth)))
}

function parseChain(cursor: Cursor, kind: 'and' | 'or', parseNext: () => Filter): Filter {
  const operands = [parseNext()]
  for (;;) {
    const { raw, kind: token } = cursor.peek()
    const symbol = kind === 'and' ? '&&' : '||'
    if (!cursor.isWord(kind) && !(token === 'operator' && raw === symbol)) return join(kind, operands)
    cursor.next()
    if (raw !== kind) cursor.note(`"${raw}" was read as ${kind}.`)
    operands.push(parseNext())
  }
}

function parseUnary(cursor: Cursor, depth: number): Filter {
  if (depth > MOST_DEPTH)
    throw invalidFilter(`is nested deeper than ${MOST_DEPTH} levels`, 'Write it flatter, with fewer brackets.')
  const token = cursor.peek()
  if (cursor.isWord('not') || token.raw === '!') {
    cursor.next()
    if (token.raw !== 'not') cursor.note(`"${token.raw}" was read as not.`)
    return { kind: 'not', operand: parseUnary(cursor, depth + 1) }
  }
  if (cursor.accept('(')) {
    const inner = parseOr(cursor, depth + 1)
    cursor.expect(')')
    return inner.kind === 'flag' ? parseComparison(cursor, inner.path) : takeTruth(cursor, inner)
  }
  if (token.kind === 'name' && cursor.peek(1).raw === '(' && cursor.peek(1).kind === 'symbol') {
    const operand = parseNeedless(cursor)
    if (operand) return parseComparison(cursor, operand)
    cursor.next()
    cursor.next()
    return takeTruth(cursor, parseCall(cursor, token))
  }
  return parseCondition(cursor, depth)
}

/** `tolower(name) eq 'x'` begins like a call and is a comparison. */
function parseNeedless(cursor: Cursor): Operand | undefined {
  return /^(?:to)?(?:lower|upper)$|^trim$/i.test(cursor.peek().raw) ? parseOperand(cursor) : undefined
}

function parseCondition(cursor: Cursor, depth: number): Filter {
  const first = cursor.peek()
  if (first.kind !== 'name') return parseComparison(cursor, parseOperand(cursor))
  const operand = parseOperand(cursor)
  if (operand.kind === 'path' && cursor.peek().raw === '/' && isQuantifier(cursor, 1)) {
    cursor.next()
    return takeTruth(cursor, parseLambda(cursor, operand.segments, depth))
  }
  return parseComparison(cursor, operand)
}

function parseLambda(cursor: Cursor, segments: readonly string[], depth: number): Filter {
  const quantifier = cursor.next().raw.toLowerCase() === 'all' ? 'all' : 'any'
  cursor.expect('(')
  if (cursor.accept(')')) {
    if (quantifier === 'all')
      throw invalidFilter('uses all() without a condition', 'Write all(o:o/statecode eq 0), or any().')
    return { kind: 'lambda', path: path(...segments), quantifier }
  }
  const variable = cursor.next()
  if (variable.kind !== 'name' || variable.raw.includes('.')) throw unexpected(variable)
  if (cursor.peek().raw !== ':') {
    throw invalidFilter(
      `uses ${quantifier} without a variable`,
      `Name one before the condition: ${segments.join('/')}/${quantifier}(o:o/statecode eq 0).`,
    )
  }
  cursor.next()
  const filter = parseOr(cursor, depth + 1)
  cursor.expect(')')
  return { kind: 'lambda', path: path(...segments), quantifier, body: { variable: variable.raw, filter } }
}
