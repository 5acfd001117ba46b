import type { TokenStream } from './token-stream.ts'
import { unexpected } from './token-stream.ts'
import { instantOf, isDay } from '../resolve/values/day.ts'
import { NULL, path, text, type Literal, type Operand, type Path } from './filter.ts'
import { invalidFilter, shown } from '../../odata/invalid-filter.ts'
import { unknownFunction } from './unknown-function.ts'
import type { Token } from './tokens.ts'

const WORDS: Readonly<Record<string, Literal>> = {
  null: NULL,
  true: { kind: 'boolean', value: true },
  false: { kind: 'boolean', value: false },
}
/** Functions that Dataverse does not have and does not need: it compares text without regard to case. */
const NEEDLESS = new Set(['tolower', 'toupper', 'trim', 'lower', 'upper'])
/** OData 3 wrote the type before the quotes. */
const TYPED = new Set(['guid', 'datetime', 'datetimeoffset', 'date'])
const MOST_SEGMENTS = 8
/** More than any column of Dataverse holds. */
const MOST_DIGITS = 30

/** A column, a path through lookups, or a value. */
export function parseOperand(stream: TokenStream): Operand {
  const token = stream.next()
  if (token.kind !== 'name') return parseLiteral(stream, token)
  const word = token.raw.toLowerCase()
  if (NEEDLESS.has(word) && stream.accept('(')) {
    const inner = parseOperand(stream)
    stream.expect(')')
    stream.note(`${token.raw}() was left out: Dataverse compares text without regard to case.`)
    return inner
  }
  if (TYPED.has(word) && stream.peek().kind === 'text') return typed(stream, stream.next())
  const literal = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined
  if (literal) return literal
  if (stream.accept('(')) throw unknownFunction(stream, token)
  return parsePath(stream, token)
}

/** The names of a path; `first` is taken already. Stops before `any(` and `all(`. */
function parsePath(stream: TokenStream, first: Token): Path {
  const segments = first.raw.split('.')
  while (stream.peek().raw === '/' && !isQuantifier(stream, 1)) {
    stream.next()
    const segment = stream.next()
    if (segment.kind !== 'name') throw unexpected(segment)
    segments.push(...segment.raw.split('.'))
  }
  if (first.raw.includes('.')) stream.note(`"${shown(first.raw)}" was read as ${segments.join('/')}.`)
  if (segments.length > MOST_SEGMENTS) {
    throw invalidFilter(`has a path of more than ${MOST_SEGMENTS} names`, 'Go through fewer lookups.')
  }
  return path(...segments)
}

export function isQuantifier(stream: TokenStream, ahead: number): boolean {
  return (stream.isWord('any', ahead) || stream.isWord('all', ahead)) && stream.peek(ahead + 1).raw === '('
}

/** A value that begins with this token. */
export function parseLiteral(stream: TokenStream, token: Token): Literal {
  switch (token.kind) {
    case 'text':
      if (token.raw.startsWith('"')) stream.note('Text in double quotes was read as text in single quotes.')
      return text(token.value)
    case 'number':
      return { kind: 'number', value: numeral(stream, token) }
    case 'guid':
      if (token.raw.startsWith('{')) stream.note('Ids were written without braces.')
      return { kind: 'guid', value: token.value }
    case 'day':
      if (!isDay(token.value)) throw noSuchDate(token)
      return { kind: 'day', value: token.value }
    case 'instant':
      return typed(stream, token)
    case 'phrase':
      return text(token.value)
    default:
      throw unexpected(token)
  }
}

function typed(stream: TokenStream, token: Token): Literal {
  if (isDay(token.value)) return { kind: 'day', value: token.value }
  const instant = instantOf(token.value)
  if (instant) {
    if (!instant.zoned) stream.note(`${shown(token.value)} names no time zone and was read as UTC.`)
    return { kind: 'instant', value: instant.value }
  }
  if (/^\d{4}-\d{2}/.test(token.value)) throw noSuchDate(token)
  return text(token.value)
}

function noSuchDate(token: Token): Error {
  return invalidFilter(`holds a date that does not exist (${shown(token.value)})`, 'Write an existing day: 2026-01-31.')
}

function numeral(stream: TokenStream, token: Token): string {
  const { raw } = token
  if (raw.length <= MOST_DIGITS && /^-?\d+(?:\.\d+)?$/.test(raw)) return raw
  const plain = raw.toLowerCase().endsWith('k') ? Number(raw.slice(0, -1)) * 1000 : Number(raw)
  const written = String(Number(plain.toFixed(4)))
  if (!Number.isSafeInteger(Math.trunc(plain)))
    throw invalidFilter(`has a number out of range (${shown(raw)})`, 'Write a smaller number.')
  stream.note(`${raw} was read as ${written}.`)
  return written
}
