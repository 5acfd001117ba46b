import { unexpected, type TokenStream } from './token-stream.ts'
import { path, text, type Filter, type Literal, type MatchName, type Path, type QueryFunction } from './filter.ts'
import { invalidFilter, shown } from '../../odata/invalid-filter.ts'
import { parseLiteral, parseOperand } from './parse-literal.ts'
import { unknownFunction } from './unknown-function.ts'
import { findFunction, type FunctionRule } from '../../odata/query-functions.ts'
import type { Token } from './tokens.ts'

const MATCHES: Readonly<Record<string, MatchName>> = {
  contains: 'contains',
  includes: 'contains',
  substringof: 'contains',
  startswith: 'startswith',
  startwith: 'startswith',
  beginswith: 'startswith',
  endswith: 'endswith',
  endwith: 'endswith',
}
/** The text function that a word stands for. */
export function matchName(word: string): MatchName | undefined {
  const lower = word.toLowerCase()
  return Object.hasOwn(MATCHES, lower) ? MATCHES[lower] : undefined
}

/** `name(` was read: a text function or one of Dataverse's own. */
export function parseCall(stream: TokenStream, name: Token): Filter {
  const match = matchName(name.raw)
  if (match && !isNamed(stream)) return parseMatch(stream, name.raw, match)
  const rule = findFunction(name.raw)
  const isClock = name.raw.toLowerCase() === 'today' && stream.peek().raw === ')'
  if (!rule || isClock) throw unknownFunction(stream, name)
  return parseQueryFunction(stream, name, rule)
}

/** Whether the next parameter is `Name=value`. */
function isNamed(stream: TokenStream): boolean {
  return stream.peek().kind === 'name' && stream.peek(1).raw === '='
}

function parseMatch(stream: TokenStream, written: string, name: MatchName): Filter {
  const first = parseOperand(stream)
  stream.expect(',')
  const second = parseOperand(stream)
  stream.expect(')')
  if (written !== name) stream.note(`"${shown(written)}" was read as ${name}.`)
  const [left, right] = first.kind === 'path' ? [first, second] : [second, first]
  if (left.kind !== 'path' || right.kind === 'null') {
    throw invalidFilter(`uses ${name} without a column and a text`, `Write ${name}(name,'text').`)
  }
  if (right.kind !== 'path') return { kind: 'match', name, left, text: String(right.value) }
  throw invalidFilter(
    `uses ${name} with two columns`,
    `Put the text in quotes: ${name}(${left.segments.join('/')},'${right.segments.join('/')}').`,
  )
}

function parseQueryFunction(stream: TokenStream, name: Token, rule: FunctionRule): QueryFunction {
  const values: Literal[] = []
  let left: Path | undefined
  while (stream.peek().raw !== ')') {
    const named = isNamed(stream) ? stream.next().raw.toLowerCase() : undefined
    if (named) stream.next()
    if (named ? named === 'propertyname' : !left) left = parseProperty(stream)
    else if (named && !/^(?:property)?values?[12]?$/.test(named)) throw wrongParameters(rule)
    else values.push(...parseValues(stream))
    if (!stream.accept(',')) break
  }
  stream.expect(')')
  const wanted = { none: 0, one: 1, two: 2, list: rule.name.endsWith('Between') ? 2 : values.length || 1 }[rule.shape]
  if (!left || values.length !== wanted) throw wrongParameters(rule)
  if (name.raw !== `Microsoft.Dynamics.CRM.${rule.name}`)
    stream.note(`"${shown(name.raw)}" was read as Microsoft.Dynamics.CRM.${rule.name}.`)
  return { kind: 'function', name: rule.name, left, values }
}

function parseProperty(stream: TokenStream): Path {
  const operand = parseOperand(stream)
  if (operand.kind === 'path') return operand
  const written = operand.kind === 'text' ? operand.value : ''
  if (/^[A-Za-z_]\w*(?:\/\w+)*$/.test(written)) return path(...written.split('/'))
  throw invalidFilter('has a function without a column name', "Name the column: PropertyName='createdon'.")
}

function parseValues(stream: TokenStream): Literal[] {
  if (!stream.accept('[')) return [valueOf(stream)]
  const values: Literal[] = []
  while (!stream.accept(']')) {
    values.push(valueOf(stream, true))
    if (stream.peek().raw !== ']') stream.expect(',')
  }
  return values
}

function valueOf(stream: TokenStream, inList = false): Literal {
  const token = stream.peek()
  // JSON writes text in double quotes: inside a list they are as they should be.
  if (inList && token.kind === 'text') return text(stream.next().value)
  if (token.kind !== 'name') return parseLiteral(stream, stream.next())
  const operand = parseOperand(stream)
  return operand.kind === 'path' ? text(operand.segments.join('/')) : operand
}

/** How a function is written, for a model that wrote it otherwise. */
function functionForm({ name, shape, subject }: FunctionRule): string {
  const column = { date: 'createdon', row: 'ownerid', text: 'name', choices: 'columnname', any: 'statuscode' }[subject]
  const sample = subject === 'date' && name.startsWith('On') ? "'2026-01-31'" : '30'
  const values = {
    none: '',
    one: `,PropertyValue=${sample}`,
    two: ',PropertyValue1=1,PropertyValue2=2026',
    list: ',PropertyValues=["1","2"]',
  }[shape]
  return `Microsoft.Dynamics.CRM.${name}(PropertyName='${column}'${values})`
}

function wrongParameters(rule: FunctionRule): Error {
  return invalidFilter(`gives ${rule.name} the wrong parameters`, `Write ${functionForm(rule)}.`)
}

/** A word where an operator should be. */
export function refuseKeyword(token: Token): never {
  const word = token.raw.toLowerCase()
  if (word === 'has')
    throw invalidFilter('uses has, which Dataverse does not have', 'Use eq with the choice: statuscode eq 1.')
  if (/^(?:add|sub|mul|div|divby|mod)$/.test(word)) {
    throw invalidFilter(
      `calculates with ${word}, which Dataverse cannot do in a filter`,
      'Write the result: estimatedvalue gt 50000.',
    )
  }
  throw unexpected(token)
}
