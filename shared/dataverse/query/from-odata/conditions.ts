import { filterOf, type Condition, type Filter } from '../model/query.ts'
import { wordFor } from '../say/notation.ts'
import { invalidFilter, shown } from '../say/refusals.ts'
import type { Operand } from './parse-literal.ts'
import type { TokenStream } from './token-stream.ts'

/** One condition on the column at the end of a path. */
export function conditionOn(
  stream: TokenStream,
  { text, bare }: Operand,
  operator: string,
  values: readonly string[] = [],
  more: Pick<Condition, 'otherColumn' | 'orValue' | 'alone'> = {},
): Filter {
  if (bare) sayVariable(stream, text)
  const names = text.split('/')
  const path = names.length > 1 ? names.slice(0, -1) : undefined
  return filterOf('and', { conditions: [{ attribute: names.at(-1) ?? '', path, operator, values, ...more }] })
}

/** A name inside `any` or `all` without the variable means the rows of the collection. */
export function sayVariable(stream: TokenStream, text: string): void {
  stream.sayRead(shown(text), `${shown(stream.variables.at(-1) ?? '')}/${shown(text)}`)
}

/** Compares a column with null, a value, or a word that is another column's name or a value without quotes. */
export function compare(stream: TokenStream, left: Operand, operator: string, { kind, text }: Operand): Filter {
  if (kind === 'path') return conditionOn(stream, left, operator, [], { otherColumn: text, orValue: true })
  if (kind !== 'null') return conditionOn(stream, left, operator, [text])
  if (operator === 'eq') return conditionOn(stream, left, 'null')
  if (operator === 'ne') return conditionOn(stream, left, 'not-null')
  const name = shown(left.text)
  throw invalidFilter(`compares null by ${operator}`, `Write: ${name} eq null or ${name} ne null.`)
}

/** A text to look for, which has quotes. */
export function textOf({ kind, text }: Operand, left: Operand, operator: string): string {
  if (kind !== 'path' && kind !== 'null') return text
  const sample = kind === 'path' ? shown(text) : 'text'
  const name = wordFor(operator, 'odata')
  throw invalidFilter('lacks a text in quotes', `Put it in quotes: ${name}(${shown(left.text)},'${sample}').`)
}

/** The column that a filter is, where it is nothing else. */
export function columnIn(filter: Filter): Operand | undefined {
  const [only] = filter.conditions
  if (!only?.alone || filter.negated || !isOne(filter)) return undefined
  return { kind: 'path', text: [...(only.path ?? []), only.attribute].join('/') }
}

/** One filter alone stays as it is, and what is joined alike already needs no brackets. */
export function join(type: Filter['type'], filters: readonly Filter[]): Filter {
  const [only, ...others] = filters
  if (only && others.length === 0) return only
  const open = filters.map((one) => {
    return !one.negated && (one.type === type || isOne(one)) ? one : filterOf(type, { filters: [one] })
  })
  return filterOf(type, {
    conditions: open.flatMap(({ conditions }) => conditions),
    filters: open.flatMap((one) => one.filters),
    links: open.flatMap(({ links }) => links),
  })
}

function isOne({ conditions, filters, links }: Filter): boolean {
  return conditions.length + filters.length + links.length === 1
}

/** The filter that holds where this one does not. */
export function negate(filter: Filter): Filter {
  const [inner] = filter.filters
  if (filter.negated) return inner && isOne(filter) ? inner : filterOf(filter.type, filter)
  return { ...filterOf('and', filter.type === 'and' ? filter : { filters: [filter] }), negated: true }
}
