import { literalAt } from '../../../dataverse/query/from-odata/tokens.ts'

export type Token = {
  readonly kind: 'name' | 'quoted' | 'number' | 'symbol' | 'end'
  readonly raw: string
  /** Without quotes, and without the `$` that OData puts before names of its own. */
  readonly value: string
  readonly start: number
  readonly end: number
}

const BLANKS = /\s*/y
const NAME = /\$?[A-Za-z_]\w*/y
/** Names in the quotes of MySQL and of SQL Server. */
const QUOTED_NAME = /`[^`]{0,200}`|\[[A-Za-z_][^\]]{0,200}\]/y
const NUMBER = /(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:e[+-]?\d{1,2})?(?:bn|[km])?(?![\w.])/iy
const SYMBOL = /[(),+*/=:.%-]|[<>!]=?|&&|\|\|/y
const SCALES: Readonly<Record<string, number>> = { k: 3, m: 6, bn: 9 }

/** The token at or after a place of a text: texts are cut as they are read, as conditions within are not of this language. */
export function tokenAt(text: string, from: number): Token {
  const start = from + (matchAt(BLANKS, text, from)?.length ?? 0)
  const made = (kind: Token['kind'], raw: string, value = raw): Token => {
    return { kind, raw, value, start, end: start + raw.length }
  }
  if (start >= text.length) return made('end', '')
  const literal = literalAt(text, start)
  if (literal) return made('quoted', literal.raw, literal.value)
  const quoted = matchAt(QUOTED_NAME, text, start)
  if (quoted !== undefined) return made('quoted', quoted, quoted.slice(1, -1))
  const number = matchAt(NUMBER, text, start)
  if (number !== undefined) return made('number', number)
  const name = matchAt(NAME, text, start)
  if (name !== undefined) return made('name', name, name.replace('$', ''))
  // What no measure holds is a symbol, too, that no rule takes.
  return made('symbol', matchAt(SYMBOL, text, start) ?? String.fromCodePoint(text.codePointAt(start) ?? 0))
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** `50k` is 50000; 1.1e6 is exactly 1100000. */
export function numberOf(raw: string): number {
  const [, digits = raw, exponent = '0', scale = ''] =
    /^([\d.]+)(?:e([+-]?\d+))?(bn|[km])?$/i.exec(raw.replaceAll('_', '')) ?? []
  return Number(`${digits}e${Number(exponent) + (SCALES[scale.toLowerCase()] ?? 0)}`)
}

/** Where the bracket that is open at a place closes, quotes left aside; undefined where it does not. */
export function closingAt(text: string, from: number): number | undefined {
  let depth = 0
  for (let at = from; at < text.length;) {
    const literal = literalAt(text, at)
    if (literal) {
      at += literal.raw.length
      continue
    }
    if (text[at] === '(') depth += 1
    else if (text[at] === ')') {
      if (depth === 0) return at
      depth -= 1
    }
    at += 1
  }
  return undefined
}

/** Whoever reads a longer text refuses it: it is not looked through before. */
export const MOST_CHARACTERS = 2_000

/** The parts of a list: what stands between commas outside of brackets and quotes. */
export function partsOf(text: string): string[] {
  if (text.length > MOST_CHARACTERS) return [text]
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < text.length;) {
    const literal = literalAt(text, at)
    if (literal) {
      at += literal.raw.length
    } else if (text[at] === '(') {
      at = (closingAt(text, at + 1) ?? text.length) + 1
    } else {
      if (text[at] === ',') {
        parts.push(text.slice(start, at))
        start = at + 1
      }
      at += 1
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim()).filter((part) => part !== '')
}
