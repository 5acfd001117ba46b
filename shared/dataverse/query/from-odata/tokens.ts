import { invalidFilter, shown } from '../say/refusals.ts'

/** `value`: what stands for itself without quotes, such as an id, a day or `last 30 days`. */
export type TokenKind = 'name' | 'text' | 'number' | 'value' | 'symbol' | 'end'
export type Token = {
  readonly kind: TokenKind
  /** As it was written. */
  readonly raw: string
  /** The same, but a text without its quotes. */
  readonly value: string
  readonly position: number
}

const GUID = '(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})'
/** `account/…`, as search gives an id. */
const OF = String.raw`(?:[a-z_]\w{0,127}/)?`
const UNIT = '(?:minute|hour|day|week|month|quarter|year|fiscal[ -](?:period|quarter|year))s?'
/** In any order: whoever reads the value says which ones it may mean. */
const DAY = String.raw`(?:\d{4}(?:-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.)\d{1,2}|\d{1,2}-\d{1,2}-\d{4}|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2}))`
const TIME = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?`
const MONTH = '(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)'
const ENDS = String.raw`(?![\w-])`
const VALUES = [
  String.raw`${OF}(?:\{${GUID}\}|${GUID}${ENDS})|\{[\w-]+\}`,
  String.raw`${DAY}[T ]${TIME}(?![\w:])|(?:${DAY}|\d{4}-\d{1,2})(?![\w/-]|\.\d)`,
  String.raw`(?:last|past|previous|this|current|next)[ -](?:\d+[ -])?${UNIT}${ENDS}|\d+[ -]${UNIT}[ -]ago${ENDS}|(?:(?:this|current|last|previous|past)[ -])?${UNIT}-to-date${ENDS}|(?:this|current|last|previous|past)[ -][yqm]td${ENDS}`,
  String.raw`[QH][1-4][ -]?\d{4}${ENDS}|\d{4}[ -]?[QH][1-4]${ENDS}|FY\d{4}[ -]P\d{1,2}${ENDS}|${MONTH}[a-z]{0,6}[ -]\d{4}${ENDS}`,
  String.raw`@(?:me|myself|current-?user|my-teams|now|today|yesterday|tomorrow)${ENDS}`,
  String.raw`(?:me[ -]or[ -])?my[ -]teams?${ENDS}|current-user(?:-teams)?${ENDS}`,
]

/** Tried in this order; the first that matches at a position is the token there. */
const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ['text', /'(?:[^']|'')*'/y],
  ['text', /"(?:[^"\\]|\\.)*"/sy],
  ...VALUES.map((pattern): [TokenKind, RegExp] => ['value', new RegExp(pattern, 'iy')]),
  [
    'number',
    /-?(?:[£€¥$] ?)?(?:\d{1,3}(?:\.\d{3}){2,}|\d[\d_]*(?:\.\d+)?)(?:e[+-]?\d+)?(?:[kmb]|[mb]n|%)?(?![\w./-])/iy,
  ],
  ['name', /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y],
  ['symbol', /<>|!==?|={1,3}|>=|<=|&&|\|\||[<>!(),/:[\]]/y],
]

const ONE_EXPRESSION =
  'Give conditions joined with and, and nothing else; what else the query needs (orderby, select, top) has a parameter of its own.'
export const CALCULATED = 'Write the result: estimatedvalue gt 50000.'
const TIME_WORD =
  /^(?:this|last|next|current|previous|past|older|year|month|quarter|week|day|today|since|before|after)$/i
const DATE_WORDS =
  'Words are today, this-month, last-quarter, next-7-days, last-2-years; write any other period as two dates: createdon ge 2026-01-01 and createdon le 2026-01-31.'
const WITH_OTHERS = 'holds a number with other characters in it'
const IN_QUOTES = "Put text in quotes, as in '3com'."
/** Why no token begins here. The first rules keep one parameter of the query from becoming two. */
const REFUSED: readonly (readonly [pattern: RegExp, problem: string, nextStep: string])[] = [
  [/['"]/y, 'has an unterminated literal', "Close the quotes; write an apostrophe inside a literal twice: 'O''Brien'."],
  [/%[0-9a-f]{2}/iy, 'holds a percent sequence outside a literal', 'Write it as plain text, not percent-encoded.'],
  [/@/y, 'holds a parameter of its own', 'Write the value itself into the filter.'],
  [/[\u2018-\u201f\u00ab\u00bb]/y, 'uses typographic quotes', "Use straight single quotes: '…'."],
  [/[£€¥]/y, 'holds a currency sign outside a literal', 'Write the number alone, without a sign.'],
  [/\d{1,20}-\d{1,20}-/y, WITH_OTHERS, IN_QUOTES],
  [/\d*[+*-]/y, 'calculates, which Dataverse cannot do in a filter', CALCULATED],
  [/\d/y, WITH_OTHERS, IN_QUOTES],
  [
    /\$count\b/iy,
    'counts related rows, which Dataverse does not do in a filter',
    'Count them in analyze of their own entity, by the lookup that leads here, for example: {"entity":"opportunity","measures":["count"],"by":["parentaccountid"],"having":"count gt 2"}. Whether there are any is asked by <collection>/any().',
  ],
  [/[^]/y, 'holds a character outside a literal that no filter has', ONE_EXPRESSION],
]
/** Controls but tab and line ends: no value has them, and a NUL may end a text early further on. */
const CONTROL = /(?![\t\n\r])\p{Cc}/u

/** Cuts a filter into tokens. @throws QueryError `invalid_filter` at what no filter holds */
export function tokenize(filter: string): Token[] {
  if (CONTROL.test(filter)) throw invalidFilter('holds a control character', 'Remove it.')
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    at += matchAt(/\s*/y, filter, at)?.length ?? 0
    if (at >= filter.length) return tokens
    const token = tokenAt(filter, at)
    at += token.raw.length
    if (token.kind === 'text') checkApostrophe(filter, token)
    tokens.push(token)
  }
}

function tokenAt(filter: string, position: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    const raw = matchAt(pattern, filter, position)
    if (raw !== undefined) return { kind, raw, value: kind === 'text' ? withoutQuotes(raw) : raw, position }
  }
  const near = shown(filter.slice(Math.max(0, position - 20), position + 20))
  const word =
    filter
      .slice(Math.max(0, position - 20), position)
      .split(/[^a-z]/i)
      .at(-1) ?? ''
  if (TIME_WORD.test(word) && /[a-z]/i.test(filter[position + 1] ?? ''))
    throw invalidFilter(`holds a date word that there is not, at position ${position} (near "${near}")`, DATE_WORDS)
  const [, problem = '', nextStep = ''] = REFUSED.find(([one]) => matchAt(one, filter, position) !== undefined) ?? []
  throw invalidFilter(`${problem}, at position ${position} (near "${near}")`, nextStep)
}

/** Whether a filter takes the text without quotes as one value. */
export function isBareValue(text: string): boolean {
  const first = PATTERNS.find(([, pattern]) => matchAt(pattern, text, 0) !== undefined)
  const isValue = first?.[0] === 'value' || first?.[0] === 'number'
  return isValue && matchAt(first[1], text, 0) === text
}

/** The text in quotes that begins there, with its quotes and without: what a filter takes as one, its ends are here alone. */
export function literalAt(text: string, at: number): { readonly raw: string; readonly value: string } | undefined {
  const literals = PATTERNS.filter(([kind]) => kind === 'text')
  const raw = literals.map(([, pattern]) => matchAt(pattern, text, at)).find((one) => one !== undefined)
  return raw === undefined ? undefined : { raw, value: withoutQuotes(raw) }
}

function matchAt(pattern: RegExp, filter: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(filter)?.[0]
}

function withoutQuotes(raw: string): string {
  if (raw.startsWith("'")) return raw.slice(1, -1).replaceAll("''", "'")
  try {
    return String(JSON.parse(raw))
  } catch {
    return raw.slice(1, -1)
  }
}

/** `'O'Brien'` closes after the O: what follows a literal at once, without a space, was meant to be inside it. */
function checkApostrophe(filter: string, { raw, position }: Token): void {
  const end = position + raw.length
  const word = matchAt(/(?!(?:and|or)\b)\w+/iy, filter, end)
  if (word === undefined) return
  throw invalidFilter(
    `has a literal that ends at an apostrophe (${shown(raw)}${shown(word)})`,
    `Write an apostrophe inside a literal twice: ${shown(raw.slice(0, -1))}''${shown(word)}'.`,
  )
}
