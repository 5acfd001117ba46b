import { DataverseFault, invalidNode } from '../http/errors.ts'
import type { Element } from './elements.ts'
import { flagOf, numberOf, readElements, required } from './elements.ts'

export type RawAttribute = {
  readonly name: string
  readonly alias?: string
  readonly aggregate?: string
  readonly groupBy: boolean
  readonly dateGrouping?: string
  readonly distinct: boolean
  readonly userTimeZone: boolean
  readonly rowAggregate?: string
}
export type RawOrder = {
  readonly attribute?: string
  readonly alias?: string
  readonly entityName?: string
  readonly descending: boolean
}
export type RawCondition = {
  readonly attribute: string
  readonly operator: string
  readonly values: readonly string[]
  readonly otherColumn?: string
  readonly entityName?: string
}
export type RawFilter = {
  readonly type: 'and' | 'or'
  readonly conditions: readonly RawCondition[]
  readonly filters: readonly RawFilter[]
  readonly links: readonly RawLink[]
}
export type RawSource = {
  readonly name: string
  readonly attributes: readonly RawAttribute[]
  readonly allAttributes: boolean
  readonly filters: readonly RawFilter[]
  readonly links: readonly RawLink[]
  readonly orders: readonly RawOrder[]
}
export type RawLink = RawSource & {
  readonly from?: string
  readonly to?: string
  readonly alias?: string
  readonly type: string
}
export type RawFetch = {
  readonly source: RawSource
  readonly top?: number
  readonly count?: number
  readonly page?: number
  readonly cookie?: string
  readonly distinct: boolean
  readonly aggregate: boolean
  readonly aggregateLimit?: number
  readonly returnTotal: boolean
  readonly rawOrder: boolean
  /** Rows that long-term retention has moved away, in place of those that are here. */
  readonly retained: boolean
}

/** fetchxml/join-tables.md, section Limitations. */
const MAXIMUM_LINKS = 15
/** Conditions and links together: fetchxml/filter-rows.md. */
const MAXIMUM_CONDITIONS = 500
const MAXIMUM_PAGE = 5000
export const AGGREGATE_LIMIT = 50_000
const JOINS = ['inner', 'outer', 'natural', 'exists', 'in', 'matchfirstrowusingcrossapply']
/** Link types that stand inside a filter and nowhere else. */
export const FILTER_LINKS: ReadonlySet<string> = new Set(['any', 'not any', 'all', 'not all'])
const LINK_TYPES = new Set([...JOINS, ...FILTER_LINKS])

const optional = <Key extends string>(key: Key, value: string | undefined): { readonly [name in Key]?: string } =>
  (value === undefined || value === '' ? {} : { [key]: value }) as { readonly [name in Key]?: string }

const childrenOf = <Parsed>(element: Element, tag: string, parse: (child: Element) => Parsed): Parsed[] =>
  element.children.filter((child) => child.tag === tag).map(parse)

function parseAttribute(element: Element): RawAttribute {
  const { alias, aggregate, dategrouping, rowaggregate } = element.attributes
  if (rowaggregate !== undefined && rowaggregate !== 'CountChildren') {
    throw new DataverseFault(
      400,
      '0x80041139',
      `The attribute value provided is invalid: rowaggregate='${rowaggregate}'.`,
    )
  }
  if (alias !== undefined && alias !== '' && !/^[A-Za-z_]\w*$/.test(alias)) {
    const text = `Alias ${alias} contains invalid characters. Only characters within the ranges [A-Z], [a-z] or [0-9] or _ are allowed. The first character may only be in the ranges [A-Z], [a-z] or _.`
    throw new DataverseFault(400, '0x80041109', text)
  }
  return {
    name: required(element, 'name'),
    ...optional('alias', alias),
    ...optional('aggregate', aggregate),
    ...optional('dateGrouping', dategrouping),
    ...optional('rowAggregate', rowaggregate),
    groupBy: flagOf(element, 'groupby') ?? false,
    distinct: flagOf(element, 'distinct') ?? false,
    userTimeZone: flagOf(element, 'usertimezone') ?? true,
  }
}

function parseOrder(element: Element): RawOrder {
  const { attribute, alias, entityname } = element.attributes
  return {
    ...optional('attribute', attribute),
    ...optional('alias', alias),
    ...optional('entityName', entityname),
    descending: flagOf(element, 'descending') ?? false,
  }
}

function parseCondition(element: Element): RawCondition {
  const { value, valueof, entityname } = element.attributes
  const listed = element.children.map((child) => child.text)
  return {
    attribute: required(element, 'attribute'),
    operator: required(element, 'operator'),
    values: listed.length > 0 ? listed : value === undefined ? [] : [value],
    ...optional('otherColumn', valueof),
    ...optional('entityName', entityname),
  }
}

function parseFilter(element: Element): RawFilter {
  const type = element.attributes['type'] ?? 'and'
  if (type !== 'and' && type !== 'or') {
    throw new DataverseFault(400, '0x80041122', "Unsupported filter type. Valid values are 'and', or 'or'.")
  }
  const { hint } = element.attributes
  if (hint !== undefined && hint !== 'union') {
    throw new DataverseFault(400, '0x80041139', `The attribute value provided is invalid: hint='${hint}'.`)
  }
  return {
    type,
    conditions: childrenOf(element, 'condition', parseCondition),
    filters: childrenOf(element, 'filter', parseFilter),
    links: childrenOf(element, 'link-entity', parseLink),
  }
}

function parseSource(element: Element): RawSource {
  return {
    name: required(element, 'name'),
    attributes: childrenOf(element, 'attribute', parseAttribute),
    allAttributes: element.children.some((child) => child.tag === 'all-attributes'),
    filters: childrenOf(element, 'filter', parseFilter),
    links: childrenOf(element, 'link-entity', parseLink),
    orders: childrenOf(element, 'order', parseOrder),
  }
}

function parseLink(element: Element): RawLink {
  const { from, to, alias } = element.attributes
  const type = element.attributes['link-type'] ?? 'inner'
  if (!LINK_TYPES.has(type)) {
    throw new DataverseFault(400, '0x80041117', `The link-type '${type}' of <link-entity> is not valid.`)
  }
  return {
    ...parseSource(element),
    type,
    ...optional('from', from),
    ...optional('to', to),
    ...optional('alias', alias),
  }
}

const countTags = (element: Element, fits: (element: Element) => boolean): number =>
  element.children.reduce((sum, child) => sum + (fits(child) ? 1 : 0) + countTags(child, fits), 0)

function checkLimits(root: Element): void {
  const links = countTags(root, ({ tag }) => tag === 'link-entity')
  if (links > MAXIMUM_LINKS) {
    throw new DataverseFault(400, '0x8004430d', 'Number of link entities in query exceeded maximum limit.')
  }
  if (links + countTags(root, ({ tag }) => tag === 'condition') > MAXIMUM_CONDITIONS) {
    throw new DataverseFault(400, '0x8004430c', 'Number of conditions in query exceeded maximum limit.')
  }
  if (countTags(root, ({ attributes }) => attributes['hint'] === 'union') > 1) {
    throw invalidNode('A query can have one filter with the hint union.')
  }
}

function checkRoot(root: Element): void {
  const { mapping, datasource } = root.attributes
  if (root.attributes['utc-offset'] !== undefined) {
    throw new DataverseFault(400, '0x8004111d', 'The utc-offset attribute is not supported for deserialization.')
  }
  if (mapping !== undefined && mapping !== 'logical' && mapping !== 'internal') {
    const text = "The only valid values for mapping are 'logical' or 'internal' which is deprecated."
    throw new DataverseFault(400, '0x80041116', text)
  }
  if (datasource !== undefined && datasource !== 'retained' && datasource !== 'archive') {
    throw new DataverseFault(400, '0x80041139', `The attribute value provided is invalid: datasource='${datasource}'.`)
  }
  for (const name of ['no-lock', 'latematerialize', 'min-active-row-version']) flagOf(root, name)
  const columnless = countTags(root, ({ tag }) => tag === 'no-attrs') > 0
  if (columnless && flagOf(root, 'distinct')) {
    const text = 'The no-attrs tag cannot be used in conjuction with Distinct set to true.'
    throw new DataverseFault(400, '0x8004112c', text)
  }
}

type Limits = Pick<RawFetch, 'top' | 'count' | 'page' | 'returnTotal'>

function parseLimits(root: Element): Limits {
  const top = numberOf(root, 'top', 1, MAXIMUM_PAGE)
  const count = numberOf(root, 'count', 1, Number.MAX_SAFE_INTEGER)
  const page = numberOf(root, 'page', 1, 1e9)
  const returnTotal = flagOf(root, 'returntotalrecordcount') ?? false
  if (top !== undefined && (count !== undefined || page !== undefined || returnTotal)) {
    throw invalidNode(
      "The 'top' attribute of <fetch> can't be combined with 'page', 'count' or 'returntotalrecordcount'.",
    )
  }
  return {
    ...(top !== undefined && { top }),
    // A page has 5,000 rows at most, whoever asks for more.
    ...(count !== undefined && { count: Math.min(count, MAXIMUM_PAGE) }),
    ...(page !== undefined && { page }),
    returnTotal,
  }
}

const namesColumns = (source: RawSource): boolean =>
  source.allAttributes || source.attributes.length > 0 || source.links.some(namesColumns)

/** A query that names no column, and does not say that it wants none, is answered with all of its entity's. */
function wantsAll(root: Element, source: RawSource): boolean {
  if (source.allAttributes) return true
  const wantsNone = countTags(root, ({ tag }) => tag === 'no-attrs') > 0
  return !wantsNone && !flagOf(root, 'aggregate') && !namesColumns(source)
}

/** The same question is asked of one Dataverse after another, by one person after another. */
const MANY = 500
const parsed = new Map<string, RawFetch>()

/** FetchXML as a tree of names, not yet checked against the tables. @throws DataverseFault 400 */
export function parseFetch(xml: string): RawFetch {
  const known = parsed.get(xml)
  if (known) return known
  const fetch = readFetch(xml)
  if (parsed.size >= MANY) parsed.clear()
  parsed.set(xml, fetch)
  return fetch
}

function readFetch(xml: string): RawFetch {
  const root = readElements(xml)
  checkLimits(root)
  checkRoot(root)
  const [entity, ...more] = root.children.filter((child) => child.tag === 'entity')
  if (!entity || more.length > 0) throw new DataverseFault(400, '0x80041123', 'A required element was not specified.')
  const source = parseSource(entity)
  const aggregateLimit = numberOf(root, 'aggregatelimit', 1, AGGREGATE_LIMIT)
  const orders = [...source.orders, ...childrenOf(root, 'order', parseOrder)]
  return {
    source: { ...source, allAttributes: wantsAll(root, source), orders },
    ...parseLimits(root),
    ...(aggregateLimit !== undefined && { aggregateLimit }),
    ...optional('cookie', root.attributes['paging-cookie']),
    distinct: flagOf(root, 'distinct') ?? false,
    aggregate: flagOf(root, 'aggregate') ?? false,
    rawOrder: flagOf(root, 'useraworderby') ?? false,
    retained: root.attributes['datasource'] !== undefined,
  }
}
