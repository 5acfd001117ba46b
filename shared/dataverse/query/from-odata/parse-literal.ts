import { invalidFilter, shown } from '../say/refusals.ts'
import { unexpected, type TokenStream } from './token-stream.ts'
import type { Token } from './tokens.ts'
import { unknownFunction } from './unknown-function.ts'

/** Names of lookups and, last, of a column, without the variable of the collection that they begin at. */
export type Path = {
  readonly segments: readonly string[]
  /** Stands inside `any` or `all` without its variable. */
  readonly bare: boolean
}
export type Literal = { readonly kind: 'null' | 'boolean' | 'value'; readonly text: string }
export type Operand = Path | Literal

/** Functions that Dataverse does not have and does not need: it compares text without regard to case. */
export const NEEDLESS = /^(?:to)?(?:lower|upper)$|^trim$/i
/** OData 3 wrote the type before the quotes. */
const TYPED = /^(?:guid|datetime|datetimeoffset|date)$/
const MOST_SEGMENTS = 8

export function isPath(operand: object): operand is Path {
  return 'segments' in operand
}

/** A column, a path through lookups, or a value. */
export function parseOperand(stream: TokenStream): Operand {
  const token = stream.next()
  const text = token.raw.toLowerCase()
  if (token.kind !== 'name') return parseLiteral(stream, token)
  if (text === 'null') return { kind: 'null', text }
  if (text === 'true' || text === 'false') return { kind: 'boolean', text }
  if (TYPED.test(text) && stream.peek().kind === 'text') return { kind: 'value', text: stream.next().value }
  if (text === 'and' || text === 'or' || text === 'not') throw unexpected(token)
  if (!stream.accept('(')) return parsePath(stream, token)
  if (!NEEDLESS.test(text)) throw unknownFunction(stream, token)
  const inner = parseOperand(stream)
  stream.expect(')')
  stream.note(`${token.raw}() was left out: Dataverse compares text without regard to case.`)
  return inner
}

/** The names of a path; `first` is taken already. Stops before `any(` and `all(`. */
function parsePath(stream: TokenStream, first: Token): Path {
  const segments = first.raw.split('.')
  while (!isQuantifier(stream) && stream.accept('/')) {
    const segment = stream.next()
    if (segment.kind !== 'name') throw unexpected(segment)
    segments.push(...segment.raw.split('.'))
  }
  if (first.raw.includes('.')) stream.sayRead(first.raw, shown(segments.join('/')))
  if (segments.length > MOST_SEGMENTS) {
    throw invalidFilter(`has a path of more than ${MOST_SEGMENTS} names`, 'Go through fewer lookups.')
  }
  return withoutVariable(stream, segments)
}

/** A link of a filter sees its own row alone: a variable is that row's, or belongs to a row that is out of sight. */
export function withoutVariable({ variables }: TokenStream, segments: readonly string[]): Path {
  const [first = '', ...rest] = segments
  const at = rest.length > 0 ? variables.lastIndexOf(first) : -1
  if (at < 0) return { segments, bare: variables.length > 0 }
  if (at === variables.length - 1) return { segments: rest, bare: false }
  throw invalidFilter(
    `compares ${shown(segments.join('/'))}, a row outside the collection that the condition is about`,
    `Put the condition on ${shown(first)} beside the inner any or all, joined with and; inside it begin each name with ${shown(variables.at(-1) ?? '')}/.`,
  )
}

/** Whether `/any(` or `/all(` comes next. */
export function isQuantifier(stream: TokenStream): boolean {
  return stream.is('/') && (stream.is('any', 1) || stream.is('all', 1)) && stream.is('(', 2)
}

/** A value that begins with this token, as it was written. */
export function parseLiteral({ note }: TokenStream, token: Token): Literal {
  const { kind, raw, value } = token
  if (kind !== 'text' && kind !== 'number' && kind !== 'value') throw unexpected(token)
  if (kind === 'text' && raw.startsWith('"')) note('Text in double quotes was read as text in single quotes.')
  return { kind: 'value', text: value }
}

/** `50,000` and `£ 50 000` outside a list, where nothing but one number can be meant. */
export function parseAmount(stream: TokenStream): Operand {
  const first = stream.peek()
  const operand = parseOperand(stream)
  if (first.kind !== 'number' || isPath(operand)) return operand
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
