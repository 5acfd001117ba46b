import { invalidFilter, shown } from '../../odata/invalid-filter.ts'

export type TokenKind =
  'name' | 'text' | 'number' | 'guid' | 'day' | 'instant' | 'phrase' | 'operator' | 'symbol' | 'end'
export type Token = {
  readonly kind: TokenKind
  /** As it was written. */
  readonly raw: string
  /** What it stands for: a text without its quotes, an id without its braces. */
  readonly value: string
  readonly position: number
}

const GUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const UNIT = '(?:hour|day|week|month|quarter|year|fiscal[ -](?:period|year))s?'
const DAY = String.raw`\d{4}-\d{2}-\d{2}`

/** Tried in this order; the first that matches at a position is the token there. */
const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ['text', /'(?:[^']|'')*'/y],
  ['text', /"(?:[^"\\]|\\.)*"/sy],
  ['guid', new RegExp(String.raw`\{${GUID}\}|${GUID}(?![\w-])`, 'iy')],
  ['instant', new RegExp(String.raw`${DAY}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?(?![\w:])`, 'iy')],
  ['day', new RegExp(String.raw`${DAY}(?![\w-])`, 'y')],
  ['phrase', new RegExp(String.raw`(?:last|past|previous|this|current|next)[ -](?:\d+[ -])?${UNIT}(?![\w-])`, 'iy')],
  ['phrase', new RegExp(String.raw`\d+[ -]${UNIT}[ -]ago(?![\w-])`, 'iy')],
  ['phrase', /@(?:me|currentuser|today|yesterday|tomorrow)(?!\w)/iy],
  ['number', /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?k?(?![\w./-])/iy],
  ['name', /[A-Za-z_]\w*(?:\.\w+)*/y],
  ['operator', /<>|!==?|={1,3}|>=|<=|&&|\|\||[<>!]/y],
  ['symbol', /[(),/:[\]]/y],
]

const ONE_EXPRESSION =
  'Give one condition and nothing else; what else the query needs (orderby, select, top) has a parameter of its own.'
/** Why no token begins here. The first rules keep one parameter of the query from becoming two. */
const REFUSED: readonly (readonly [pattern: RegExp, problem: string, nextStep: string])[] = [
  [/['"]/y, 'has an unterminated literal', "Close the quotes; write an apostrophe inside a literal twice: 'O''Brien'."],
  [/%[0-9a-f]{2}/iy, 'holds a percent sequence outside a literal', 'Write it as plain text, not percent-encoded.'],
  [/&/y, 'holds & outside a literal', `${ONE_EXPRESSION} Join conditions with and.`],
  [/[#;$?]/y, 'holds #, ;, ? or $ outside a literal', ONE_EXPRESSION],
  [/@/y, 'holds a parameter of its own', "Write the value itself into the filter: name eq 'Contoso'."],
  [/[\u2018-\u201f\u00ab\u00bb]/y, 'uses typographic quotes', "Use straight single quotes: name eq 'Contoso'."],
  [/[£€¥]/y, 'holds a currency sign outside a literal', 'Write the number alone: estimatedvalue gt 50000.'],
  [/\d[\d.]*[mbn]/iy, 'abbreviates a number', 'Write it out in digits, e.g. 50000000 for 50m.'],
  [
    /\d{1,2}[./]\d{1,2}[./]\d{2,4}/y,
    'holds a date that is not ISO 8601',
    'Write year-month-day: createdon ge 2026-01-31.',
  ],
  [/\d{4}-\d{1,2}(?!\d)/y, 'holds an incomplete date', 'Write a whole day: createdon ge 2026-01-31.'],
  [
    /[+*-]|\d+[+*-]/y,
    'calculates, which Dataverse cannot do in a filter',
    'Write the result: estimatedvalue gt 50000.',
  ],
]
/** Controls but tab and line ends: no value has them, and a NUL may end a text early further on. */
const CONTROL = /(?![\t\n\r])\p{Cc}/u

/** Cuts a filter into tokens, the last of kind `end`. @throws QueryError `invalid_filter` at what no filter holds */
export function tokenize(filter: string): Token[] {
  if (CONTROL.test(filter)) throw invalidFilter('holds a control character', 'Remove it.')
  const tokens: Token[] = []
  let at = 0
  while (at < filter.length) {
    if (/\s/.test(filter.charAt(at))) {
      at += 1
      continue
    }
    const token = tokenAt(filter, at)
    at += token.raw.length
    if (token.kind === 'text') checkApostrophe(filter, token)
    tokens.push(token)
  }
  return [...tokens, { kind: 'end', raw: '', value: '', position: filter.length }]
}

function tokenAt(filter: string, position: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    const raw = matchAt(pattern, filter, position)
    if (raw !== undefined) return { kind, raw, value: valueOf(kind, raw), position }
  }
  const reason = REFUSED.find(([pattern]) => matchAt(pattern, filter, position) !== undefined)
  const near = shown(filter.slice(Math.max(0, position - 20), position + 20))
  const [, problem = 'holds a character outside a literal that no filter has', nextStep = ONE_EXPRESSION] = reason ?? []
  throw invalidFilter(`${problem}, at position ${position} (near "${near}")`, nextStep)
}

function matchAt(pattern: RegExp, filter: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(filter)?.[0]
}

function valueOf(kind: TokenKind, raw: string): string {
  if (kind === 'guid') return raw.replaceAll(/[{}]/g, '').toLowerCase()
  if (kind === 'phrase') return raw.toLowerCase().replace('@', '').replaceAll(' ', '-')
  if (kind !== 'text') return raw
  return raw.startsWith("'") ? raw.slice(1, -1).replaceAll("''", "'") : unescape(raw)
}

function unescape(raw: string): string {
  try {
    return String(JSON.parse(raw))
  } catch {
    return raw.slice(1, -1)
  }
}

/** `'O'Brien'` closes after the O: what follows a literal at once, without a space, was meant to be inside it. */
function checkApostrophe(filter: string, { raw, position }: Token): void {
  const rest = filter.slice(position + raw.length)
  if (!/^(?!(?:and|or)\b)\w/i.test(rest)) return
  const word = /^\w+/.exec(rest)?.[0] ?? ''
  throw invalidFilter(
    `has a literal that ends at an apostrophe (${shown(raw)}${shown(word)})`,
    `Write an apostrophe inside a literal twice: ${shown(raw.slice(0, -1))}''${shown(word)}'.`,
  )
}
