import {
  compare,
  join,
  type Filter,
  type Lambda,
  type Literal,
  type Membership,
  type Operand,
  type QueryFunction,
} from '../query/from-odata/filter.ts'
import { findFunction, FUNCTION_PREFIX, valueParameters } from './query-functions.ts'

/**
 * Canonical `$filter` text. What the tree holds as text can only come out inside quotes; the URL is percent-encoded
 * by whoever builds it, after this: Dataverse decodes the whole URL before it reads quotes.
 */
export function writeFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.operands.map(writeOperand).join(` ${filter.kind} `)
    case 'not':
      return `not ${writeOperand(filter.operand)}`
    case 'comparison':
      return `${writeValue(filter.left)} ${filter.operator} ${writeValue(filter.right)}`
    case 'match':
      return `${filter.name}(${writeValue(filter.left)},${quote(filter.text)})`
    case 'in':
      return writeFilter(spellOut(filter))
    case 'function':
      return writeFunction(filter)
    case 'lambda':
      return writeLambda(filter)
    case 'flag':
      return `${writeValue(filter.path)} eq true`
  }
}

/** Brackets around what another operator could take apart. */
function writeOperand(filter: Filter): string {
  return filter.kind === 'and' || filter.kind === 'or' || filter.kind === 'in'
    ? `(${writeFilter(filter)})`
    : writeFilter(filter)
}

/** Dataverse has no `in`: even a tree that was not resolved comes out as what it has. */
function spellOut({ left, values, negated }: Membership): Filter {
  return join(
    negated ? 'and' : 'or',
    values.map((value) => compare(left, negated ? 'ne' : 'eq', value)),
  )
}

function writeLambda({ path, quantifier, body }: Lambda): string {
  const inner = body ? `${body.variable}:${writeFilter(body.filter)}` : ''
  return `${writeValue(path)}/${quantifier}(${inner})`
}

function writeFunction({ name, left, values }: QueryFunction): string {
  const shape = findFunction(name)?.shape ?? 'none'
  const parameters = valueParameters(shape).map((parameter, index) => {
    const value = values[index] ?? { kind: 'null' as const }
    return `${parameter}=${shape === 'list' ? `[${values.map(writeItem).join(',')}]` : writeValue(value)}`
  })
  const property = `PropertyName=${quote(left.segments.join('/'))}`
  return `${FUNCTION_PREFIX}${name}(${[property, ...parameters].join(',')})`
}

/** Brackets and quotes in a JSON item are escaped: the service finds the end of the list before it reads the items. */
function writeItem(value: Literal): string {
  const words = value.kind === 'null' ? '' : String(value.value)
  const escaped = JSON.stringify(wellFormed(words)).replaceAll(
    /['[\](){}]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return escaped
}

function writeValue(operand: Operand): string {
  if (operand.kind === 'path') return operand.segments.join('/')
  if (operand.kind === 'null') return 'null'
  return operand.kind === 'text' ? quote(operand.value) : String(operand.value)
}

function quote(words: string): string {
  return `'${wellFormed(words).replaceAll("'", "''")}'`
}

/** A lone surrogate or a NUL is nothing that a column holds, and decoders disagree on both. */
function wellFormed(words: string): string {
  return words.toWellFormed().replaceAll('\0', '\ufffd')
}
