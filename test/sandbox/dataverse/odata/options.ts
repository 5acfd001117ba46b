/*
 * The query options. Text in quotes, parentheses and brackets holds no separator:
 *
 *   $select  := '*' | name (',' name)* ','?
 *   $orderby := name ('asc' | 'desc')? (',' …)*                a name may be an alias `@p`
 *   $expand  := item (',' item)*
 *   item     := navigation ('/$ref')? ('(' option (';' option)* ')')?
 *   option   := ('$select' | '$filter' | '$orderby' | '$top' | '$expand') '=' text
 *   $top     := digits · $count := 'true' | 'false' · $filter, $apply: in parsers of their own
 */
import { notEmulated, odataError, unsupportedParameter } from '../http/errors.ts'
import { isCountPlaceholder } from '../store/placeholders.ts'
import { splitOutside } from '../query/text.ts'
import type { Aliases, Expression } from './parser.ts'
import { parseFilter } from './parser.ts'

export type Order = { readonly name: string; readonly descending: boolean }
export type ExpandItem = {
  readonly nav: string
  readonly isReference: boolean
  readonly options: QueryOptions
  readonly text: string
}
export type QueryOptions = {
  readonly select?: readonly string[]
  readonly expand: readonly ExpandItem[]
  readonly filter?: Expression
  readonly orderBy: readonly Order[]
  readonly top?: number
  readonly count: boolean
  readonly apply?: string
  readonly skipToken?: string
  readonly deltaToken?: string
  readonly aliases: Aliases
}

const REFUSED = new Set(['$skip', '$search', '$format'])
const TOP_LEVEL = new Set([
  '$select',
  '$expand',
  '$filter',
  '$orderby',
  '$top',
  '$count',
  '$apply',
  '$skiptoken',
  '$deltatoken',
])
const IN_EXPAND = new Set(['$select', '$expand', '$filter', '$orderby', '$top'])

function parseSelect(text: string): string[] {
  return splitOutside(text, ',')
    .map((name) => name.trim())
    .filter(Boolean)
}

function parseOrderBy(text: string, aliases: Aliases): Order[] {
  return splitOutside(text, ',').map((part) => {
    const [name = '', direction = 'asc', ...rest] = part.trim().split(/\s+/)
    if (name === '' || rest.length > 0 || !['asc', 'desc'].includes(direction)) {
      throw odataError(`Syntax error at position ${part.length} in '${text}'.`)
    }
    return { name: aliases.get(name) ?? name, descending: direction === 'desc' }
  })
}

function parseTop(text: string): number {
  if (!/^\d+$/.test(text.trim())) {
    throw odataError(
      `Invalid value '${text}' for $top query option found. The $top query option requires a non-negative integer value.`,
    )
  }
  return Number(text)
}

function parseCount(text: string): boolean {
  const value = text.trim()
  if (value === 'true' || value === 'false') return value === 'true'
  throw odataError(`Invalid value '${text}' for $count query option found. Valid values are 'true' and 'false'.`)
}

function parseExpandItem(text: string): ExpandItem {
  const [, nav = '', reference, , inner] =
    /^(\w+(?:\/Microsoft\.Dynamics\.CRM\.\w+)?)(\/\$ref)?(\((.*)\))?$/s.exec(text.trim()) ?? []
  if (nav === '') throw odataError(`Syntax error at position ${text.length} in '${text}'.`)
  const options = new Map(
    splitOutside(inner ?? '', ';')
      .filter((part) => part.trim() !== '')
      .map((part): [string, string] => {
        const [name = '', value = ''] = part.split(/=(.*)/s)
        return [name.trim(), value.trim()]
      }),
  )
  for (const name of options.keys()) {
    if (!IN_EXPAND.has(name)) throw odataError(`The query option '${name}' is not supported inside $expand.`)
  }
  return { nav, isReference: reference !== undefined, options: readOptions(options, new Map()), text: text.trim() }
}

function parseExpand(text: string): ExpandItem[] {
  return splitOutside(text, ',')
    .filter((part) => part.trim() !== '')
    .map(parseExpandItem)
}

function readOptions(query: ReadonlyMap<string, string>, aliases: Aliases): QueryOptions {
  const [select, filter, orderBy, top] = ['$select', '$filter', '$orderby', '$top'].map((name) => query.get(name))
  const [apply, skipToken, deltaToken] = ['$apply', '$skiptoken', '$deltatoken'].map((name) => query.get(name))
  return {
    ...(select !== undefined && select.trim() !== '*' && { select: parseSelect(select) }),
    ...(filter !== undefined && { filter: parseFilter(filter, aliases) }),
    ...(top !== undefined && !isCountPlaceholder(top) && { top: parseTop(top) }),
    ...(apply !== undefined && { apply }),
    ...(skipToken !== undefined && { skipToken }),
    ...(deltaToken !== undefined && { deltaToken }),
    aliases,
    expand: parseExpand(query.get('$expand') ?? ''),
    orderBy: orderBy === undefined ? [] : parseOrderBy(orderBy, aliases),
    count: parseCount(query.get('$count') ?? 'false'),
  }
}

/**
 * The query options of a request for rows.
 * @throws DataverseFault 400 for an option that Dataverse refuses, 501 for a name that it does not know
 */
export function parseOptions(query: ReadonlyMap<string, string>): QueryOptions {
  const aliases = new Map([...query].filter(([name]) => name.startsWith('@')))
  for (const name of query.keys()) {
    if (aliases.has(name) || TOP_LEVEL.has(name)) continue
    if (REFUSED.has(name) || name.startsWith('$')) throw unsupportedParameter(name)
    throw notEmulated(`the query parameter '${name}'`)
  }
  return readOptions(query, aliases)
}
