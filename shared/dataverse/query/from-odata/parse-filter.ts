import { bareSource, filterOf, type Filter, type Note } from '../model/query.ts'
import { invalidFilter, shown } from '../say/refusals.ts'
import { join, negate, sayVariable } from './conditions.ts'
import { parseCall } from './parse-call.ts'
import { parseComparison, takeTruth } from './parse-comparison.ts'
import { isQuantifier, NEEDLESS, parseOperand, type Operand } from './parse-literal.ts'
import { createTokenStream, unexpected, type TokenStream } from './token-stream.ts'

const MOST_CHARACTERS = 8_000
/** Deeper than a person reads, and far from what the stack holds. */
const MOST_DEPTH = 40
const OWN_NAME = /^\s*\??\$?filter\s*=\s*/i
const SQL = /^\s*(?:select\b[\s\S]*\bfrom\b|update\b|delete\s+from\b|insert\s+into\b)/i

/**
 * Reads a `$filter` into conditions of names and values as they were written.
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
export function parseFilter(written: string, note: Note): Filter {
  if (written.length > MOST_CHARACTERS) {
    throw invalidFilter(`is longer than ${MOST_CHARACTERS} characters`, 'Ask in several queries.')
  }
  const stream = createTokenStream(strip(written), note)
  const filter = parseOr(stream, 0)
  if (stream.peek().kind !== 'end') throw stream.stray()
  return filter
}

function strip(written: string): string {
  if (SQL.test(written)) {
    throw invalidFilter('is a statement of SQL', 'Give the condition alone; select, orderby and top are parameters.')
  }
  return written.replace(OWN_NAME, '').replace(/^\s*where\s+/i, '')
}

function parseOr(stream: TokenStream, depth: number): Filter {
  return parseChain(stream, 'or', '||', () => parseChain(stream, 'and', '&&', () => parseUnary(stream, depth)))
}

function parseChain(stream: TokenStream, type: Filter['type'], sign: string, parseNext: () => Filter): Filter {
  const filters = [parseNext()]
  while (stream.is(type) || stream.is(sign)) {
    stream.next()
    filters.push(parseNext())
  }
  return join(type, filters)
}

function parseUnary(stream: TokenStream, depth: number): Filter {
  if (depth > MOST_DEPTH)
    throw invalidFilter(`is nested deeper than ${MOST_DEPTH} levels`, 'Write it flatter, with fewer brackets.')
  const token = stream.peek()
  if (stream.accept('not') || stream.accept('!')) return negate(parseUnary(stream, depth + 1))
  if (stream.accept('(')) {
    const inner = parseOr(stream, depth + 1)
    stream.expect(')')
    return takeTruth(stream, inner)
  }
  // `tolower(name) eq 'x'` begins like a call and is a comparison.
  if (token.kind === 'name' && stream.is('(', 1) && !NEEDLESS.test(token.raw)) {
    stream.next()
    stream.next()
    return takeTruth(stream, parseCall(stream, token))
  }
  const operand = parseOperand(stream)
  if (operand.kind !== 'path' || !isQuantifier(stream)) return parseComparison(stream, operand)
  stream.next()
  return takeTruth(stream, parseLambda(stream, operand, depth))
}

/** Dataverse's own "all" wants a row as well; that every row fits is that none does not. */
function parseLambda(stream: TokenStream, { text, bare }: Operand, depth: number): Filter {
  const all = stream.next().raw.toLowerCase() === 'all'
  if (bare) sayVariable(stream, text)
  stream.expect('(')
  const body = stream.accept(')') ? undefined : parseBody(stream, text, depth)
  if (all && !body)
    throw invalidFilter(
      'uses all() without a condition',
      `Write a condition inside, or ask whether there is any: ${shown(text)}/any().`,
    )
  const start = body && [all ? negate(body) : body]
  const filters = text.split('/').reduceRight<readonly Filter[]>((below, way, index) => {
    const type = all && index === 0 ? 'not any' : 'any'
    return [filterOf('and', { links: [{ ...bareSource(''), way, type, filters: below }] })]
  }, start ?? [])
  return join('and', filters)
}

/** `o:o/statecode eq 0)` */
function parseBody(stream: TokenStream, path: string, depth: number): Filter {
  const variable = stream.next()
  if (variable.kind !== 'name' || variable.raw.includes('.')) throw unexpected(variable)
  if (!stream.accept(':'))
    throw invalidFilter(
      'uses any or all without a variable',
      `Name one before the condition, and before each column in it: ${shown(path)}/any(o:o/…`,
    )
  stream.variables.push(variable.raw)
  const filter = parseOr(stream, depth + 1)
  stream.variables.pop()
  stream.expect(')')
  return filter
}
