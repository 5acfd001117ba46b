import { filterOf, type Filter } from '../model/query.ts'
import { invalidFilter, shown } from '../say/refusals.ts'
import { isPath, type Operand, type Path } from './parse-literal.ts'
import type { TokenStream } from './token-stream.ts'

/** One condition on the column at the end of a path; `otherColumn` may be a value without quotes. */
export function conditionOn(
  stream: TokenStream,
  left: Path,
  operator: string,
  values: readonly string[] = [],
  otherColumn?: string,
): Filter {
  sayVariable(stream, left)
  const path = left.segments.slice(0, -1)
  const condition = {
    attribute: left.segments.at(-1) ?? '',
    ...(path.length > 0 && { path }),
    operator,
    values,
    ...(otherColumn !== undefined && { otherColumn, orValue: true }),
  }
  return filterOf('and', { conditions: [condition] })
}

/** A name inside `any` or `all` without the variable means the rows of the collection. */
export function sayVariable(stream: TokenStream, path: Path): void {
  const written = nameOf(path)
  if (path.bare) stream.sayRead(written, `${shown(stream.variables.at(-1) ?? '')}/${written}`)
}

/** A path as it is shown. */
export function nameOf({ segments }: Path): string {
  return shown(segments.join('/'))
}

/** Compares a column with null, a value, or a word that is another column's name or a value without quotes. */
export function compare(stream: TokenStream, left: Path, operator: string, right: Operand): Filter {
  if (isPath(right)) return conditionOn(stream, left, operator, [], right.segments.join('/'))
  if (right.kind !== 'null') return conditionOn(stream, left, operator, [right.text])
  if (operator === 'eq') return conditionOn(stream, left, 'null')
  if (operator === 'ne') return conditionOn(stream, left, 'not-null')
  const name = nameOf(left)
  throw invalidFilter(`compares null by ${operator}`, `Write: ${name} eq null or ${name} ne null.`)
}

/** A column that stands alone, e.g. `isdisabled`, is one that is true. */
export function filterFrom(stream: TokenStream, parsed: Filter | Path): Filter {
  if (!isPath(parsed)) return parsed
  const filter = conditionOn(stream, parsed, 'eq', ['true'])
  return { ...filter, conditions: filter.conditions.map((condition) => ({ ...condition, alone: true })) }
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
