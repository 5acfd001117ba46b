import { invalidFilter, shown } from '../say/refusals.ts'
import { unexpected, type TokenStream } from './token-stream.ts'
import type { Token } from './tokens.ts'
import { unknownFunction } from './unknown-function.ts'

/** A column or a value. */
export type Operand = {
  readonly kind: 'path' | 'null' | 'boolean' | 'value'
  /** Of a path names of lookups and, last, of a column, with `/` between, without the variable it begins at. */
  readonly text: string
  /** A path inside `any` or `all` without its variable. */
  readonly bare?: boolean
}

/** Functions that Dataverse does not have and does not need: it compares text without regard to case. */
export const NEEDLESS = /^(?:to)?(?:lower|upper)$|^trim$/i
/** OData 3 wrote the type before the quotes. */
const TYPED = /^(?:guid|datetime|datetimeoffset|date)$/
const MOST_SEGMENTS = 8

/** A column, a path through lookups, or a value as it was written. */
export function parseOperand(stream: TokenStream): Operand {
  const token = stream.next()
  const { kind, raw, value } = token
  if (kind === 'text' || kind === 'number' || kind === 'value') return { kind: 'value', text: value }
  const text = raw.toLowerCase()
  if (kind !== 'name' || text === 'and' || text === 'or' || text === 'not') throw unexpected(token)
  if (stream.is('/')) return parsePath(stream, token)
  if (text === 'null') return { kind: 'null', text }
  if (text === 'true' || text === 'false') return { kind: 'boolean', text }
  if (TYPED.test(text) && stream.peek().kind === 'text') return { kind: 'value', text: stream.next().value }
  if (!stream.accept('(')) return parsePath(stream, token)
  if (!NEEDLESS.test(text)) throw unknownFunction(stream, token)
  const inner = parseOperand(stream)
  stream.expect(')')
  return inner
}

/** What stands between commas up to the end of a list. In brackets stands JSON, which has text in double quotes. */
export function parseList(stream: TokenStream, end: ')' | ']'): Operand[] {
  const items: Operand[] = []
  while (!stream.accept(end)) {
    const isJson = end === ']' && stream.peek().kind === 'text'
    items.push(isJson ? { kind: 'value', text: stream.next().value } : parseOperand(stream))
    if (!stream.is(end)) stream.expect(',')
  }
  return items
}

/** The names of a path; `first` is taken already. Stops before `any(` and `all(`. */
function parsePath(stream: TokenStream, first: Token): Operand {
  const segments = first.raw.split('.')
  while (!isQuantifier(stream) && stream.accept('/')) {
    const segment = stream.next()
    if (segment.kind !== 'name') throw unexpected(segment)
    segments.push(...segment.raw.split('.'))
  }
  const text = segments.join('/')
  if (segments.length <= MOST_SEGMENTS) return withoutVariable(stream, text)
  throw invalidFilter(`has a path of more than ${MOST_SEGMENTS} names`, 'Go through fewer lookups.')
}

/** A link of a filter sees its own row alone: a variable is that row's, or belongs to a row that is out of sight. */
export function withoutVariable({ variables }: TokenStream, text: string): Operand {
  const [first = '', ...rest] = text.split('/')
  const at = rest.length > 0 ? variables.lastIndexOf(first) : -1
  if (at < 0) return { kind: 'path', text, bare: variables.length > 0 }
  if (at === variables.length - 1) return { kind: 'path', text: rest.join('/') }
  throw invalidFilter(
    `compares ${shown(text)}, a row outside the collection that the condition is about`,
    `Put the condition on ${shown(first)} beside the inner any or all, joined with and; inside it begin each name with ${shown(variables.at(-1) ?? '')}/.`,
  )
}

/** Whether `/any(` or `/all(` comes next. */
export function isQuantifier(stream: TokenStream): boolean {
  return stream.is('/') && (stream.is('any', 1) || stream.is('all', 1)) && stream.is('(', 2)
}

/** `50,000` and `£ 50 000` outside a list, where nothing but one number can be meant. */
export function parseAmount(stream: TokenStream): Operand {
  const first = stream.peek()
  const operand = parseOperand(stream)
  if (first.kind !== 'number') return operand
  let { text } = operand
  for (let end = first.position + first.raw.length; ;) {
    const comma = stream.is(',') && stream.peek().position === end
    const { kind, raw, position } = stream.peek(comma ? 1 : 0)
    const goesOn = kind === 'number' && position === end + 1 && (comma || /^\d{3}(?!\d)/.test(raw))
    if (!goesOn) return { kind: 'value', text }
    if (comma) stream.next()
    stream.next()
    text += `${comma ? ',' : ' '}${raw}`
    end = position + raw.length
  }
}
