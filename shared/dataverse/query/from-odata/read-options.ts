import { QueryError } from '../../errors.ts'
import {
  bareSource,
  listOf,
  plainAttribute,
  type Attribute,
  type Expansion,
  type Note,
  type Order,
  type Query,
  type Source,
} from '../model/query.ts'
import { shown } from '../say/refusals.ts'
import { parseFilter } from './parse-filter.ts'

/** What a model asks for: a lookup or a collection, and columns of the rows behind it. */
export type ExpandItem = { readonly lookup: string; readonly select: readonly string[] }

export type QueryOptions = {
  readonly select?: readonly string[] | undefined
  readonly filter?: string | undefined
  readonly orderby?: string | undefined
  readonly expand?: readonly ExpandItem[] | undefined
}

const MOST_ORDERS = 10
const DIRECTION = / (asc(?:ending)?|desc(?:ending)?)$/i
const FORM = 'Write columns of this entity, separated by commas, each with asc or desc behind it.'
const CALCULATED =
  'To order by what is calculated use analyze: it is a measure there, max(days(createdon, today)) as age; the column that tells rows apart is in by; orderby is age desc.'

/**
 * Reads OData's options into a query, every name and value as it was written. Choices are ordered by value.
 * @throws QueryError `invalid_select`, `invalid_filter`, `invalid_orderby`, `invalid_expand`
 * @see https://docs.oasis-open.org/odata/odata/v4.0/odata-v4.0-part2-url-conventions.html
 */
export function readOptions(entity: string, options: QueryOptions, note: Note): Query {
  const { select = [], filter = '', orderby = '', expand = [] } = options
  const source: Source = {
    ...bareSource(entity),
    attributes: readSelect(select),
    orders: readOrderby(orderby),
    filters: filter.trim() === '' ? [] : [parseFilter(filter, note)],
  }
  return { ...listOf(source), expansions: expand.map(readExpand), rawOrder: true }
}

/** One item may hold several columns. @throws QueryError `invalid_select` */
function readSelect(select: readonly string[]): Attribute[] {
  return select
    .flatMap((item) => itemsOf(item, /^\$?select ?= ?/i))
    .map((name) => nameIn(name.startsWith("'") || name.startsWith('"') ? name : (name.split('@', 1)[0] ?? '')))
    .filter((name) => name !== '')
    .map((name) => plainAttribute(selectable(name)))
}

/** The parts between commas, without the parameter's own name; a label in quotes may hold a comma. */
function itemsOf(text: string, ownName: RegExp): string[] {
  const line = text.replaceAll(/\s+/g, ' ').trim().replace(ownName, '')
  const parts = line.match(/ ?[+-]?(?:'[^']*'|"[^"]*"|`[^`]*`)[^,]*|[^,]+/g) ?? []
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function nameIn(item: string): string {
  return item.trim().replace(/^(['"`])(.*)\1$/s, '$2')
}

function selectable(name: string): string {
  const [first = '', last] = name.split('/').map((one) => shown(one))
  if (name !== '*' && (last === undefined || isNumber(name))) return name
  const [problem, nextStep] =
    last === undefined
      ? ['"*" is no column.', 'Leave select out for the usual columns, or name the columns you need.']
      : [`"${shown(name)}" is a column of another row.`, `Use expand: [{"lookup":"${first}","select":["${last}"]}].`]
  throw new QueryError('invalid_select', problem, nextStep)
}

/** How many rows there are behind a collection: no column, which is told where the collection is known. */
function isNumber(name: string): boolean {
  return /^\w+\/\$count$/i.test(name)
}

function readExpand({ lookup, select }: ExpandItem): Expansion {
  const way = lookup.trim().replace(/^\$?expand\s*=\s*/i, '')
  if (!/[/(]/.test(way)) return { way, attributes: readSelect(select) }
  throw new QueryError(
    'invalid_expand',
    `"${shown(way)}" goes further than one level.`,
    'Expand one lookup or collection by its name, and give its columns in select.',
  )
}

/** `a desc, b` or `-a`. */
function readOrderby(written: string): Order[] {
  const items = itemsOf(written, /^\$?orderby ?= ?|^order by /i)
  if (items.length > MOST_ORDERS) throw invalid(`The orderby has more than ${MOST_ORDERS} columns.`, 'Sort by fewer.')
  return items.map((item) => {
    const sign = /^[+-]/.exec(item)?.[0] ?? ''
    const direction = DIRECTION.exec(item)?.[1]?.toLowerCase() ?? ''
    const attribute = nameIn(item.slice(sign.length).replace(DIRECTION, ''))
    checkOrder(attribute)
    return { attribute, descending: direction.startsWith('desc') || sign === '-' }
  })
}

function checkOrder(name: string): void {
  if (name.includes('/') && !isNumber(name)) {
    const lookup = shown(name.split('/')[0] ?? '')
    throw invalid(
      `"${shown(name)}" is a column of another row, which Dataverse cannot sort by here.`,
      `Sort by the lookup, which goes by the name it shows: "${lookup}".`,
    )
  }
  const isCall = /\(|\bnulls\s+(?:first|last)$/i.test(name) && !/^[^()]+\([^()]+\)$/.test(name)
  const isCalculated = isCall && /^\w+ ?\(/.test(name)
  if (isCall || name === '')
    throw invalid('The orderby is not a list of columns.', isCalculated ? `${FORM} ${CALCULATED}` : FORM)
}

function invalid(problem: string, nextStep: string): QueryError {
  return new QueryError('invalid_orderby', problem, nextStep)
}
