import { XMLParser } from 'fast-xml-parser'

import { DataverseFault, invalidNode } from '../errors.ts'

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
  readonly returnTotal: boolean
  readonly rawOrder: boolean
  readonly dataSource?: string
}

/** An element as the parser gives it in document order. */
type Element = {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

const parser: { parse(xml: string, validate: boolean): unknown } = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
})

const MAXIMUM_LINKS = 15
const MAXIMUM_CONDITIONS = 500
const LINK_TYPES = new Set([
  'inner',
  'outer',
  'natural',
  'exists',
  'in',
  'matchfirstrowusingcrossapply',
  'any',
  'not any',
  'all',
  'not all',
])

type ParsedNode = Readonly<Record<string, unknown>>

function toElements(nodes: readonly ParsedNode[]): Element[] {
  return nodes.flatMap((node) => {
    const tag = Object.keys(node).find((key) => key !== ':@' && key !== '#text' && !key.startsWith('?'))
    if (tag === undefined) return []
    const inner = node[tag] as readonly ParsedNode[]
    const text = inner.map((child) => (typeof child['#text'] === 'string' ? child['#text'] : '')).join('')
    const attributes = (node[':@'] ?? {}) as Record<string, string>
    return [{ tag, attributes, children: toElements(inner), text }]
  })
}

function readXml(xml: string): ParsedNode[] {
  try {
    return parser.parse(xml, true) as ParsedNode[]
  } catch (error) {
    throw new DataverseFault(400, '0x80040201', `Invalid XML. ${error instanceof Error ? error.message : ''}`)
  }
}

function parseXml(xml: string): Element {
  const [root] = toElements(readXml(xml))
  if (root?.tag !== 'fetch') throw invalidNode(`The element node encountered is invalid: ${root?.tag ?? ''}.`)
  return root
}

const flag = (text: string | undefined): boolean => text === 'true' || text === '1'
const optional = <Key extends string>(key: Key, value: string | undefined): { readonly [name in Key]?: string } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [name in Key]?: string }

function required(element: Element, name: string): string {
  const value = element.attributes[name]
  if (value === undefined || value === '') {
    throw new DataverseFault(
      400,
      '0x8004111e',
      `A required attribute was not specified: '${name}' of <${element.tag}>.`,
    )
  }
  return value
}

function numberOf(element: Element, name: string, minimum: number, maximum: number): number | undefined {
  const text = element.attributes[name]
  if (text === undefined || text === '') return undefined
  const value = Number(text)
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value
  throw invalidNode(`Invalid value '${text}' for the attribute '${name}' of <fetch>.`)
}

function parseAttribute(element: Element): RawAttribute {
  const { alias, aggregate, groupby, dategrouping, distinct, usertimezone, rowaggregate } = element.attributes
  return {
    name: required(element, 'name'),
    ...optional('alias', alias),
    ...optional('aggregate', aggregate),
    ...optional('dateGrouping', dategrouping),
    ...optional('rowAggregate', rowaggregate),
    groupBy: flag(groupby),
    distinct: flag(distinct),
    userTimeZone: usertimezone === undefined || flag(usertimezone),
  }
}

function parseOrder(element: Element): RawOrder {
  const { attribute, alias, entityname, descending } = element.attributes
  return {
    ...optional('attribute', attribute),
    ...optional('alias', alias),
    ...optional('entityName', entityname),
    descending: flag(descending),
  }
}

function parseCondition(element: Element): RawCondition {
  const { value, valueof, entityname } = element.attributes
  const listed = element.children.filter((child) => child.tag === 'value').map((child) => child.text)
  return {
    attribute: required(element, 'attribute'),
    operator: required(element, 'operator'),
    values: listed.length > 0 ? listed : value === undefined ? [] : [value],
    ...optional('otherColumn', valueof),
    ...optional('entityName', entityname),
  }
}

function only(element: Element, tags: readonly string[]): void {
  const stranger = element.children.find((child) => !tags.includes(child.tag))
  if (stranger) throw invalidNode(`The element node encountered is invalid: <${stranger.tag}> in <${element.tag}>.`)
}

const childrenOf = <Parsed>(element: Element, tag: string, parse: (child: Element) => Parsed): Parsed[] =>
  element.children.filter((child) => child.tag === tag).map(parse)

function parseFilter(element: Element): RawFilter {
  only(element, ['condition', 'filter', 'link-entity'])
  const type = element.attributes['type'] ?? 'and'
  if (type !== 'and' && type !== 'or') {
    throw new DataverseFault(400, '0x80041122', "Unsupported filter type. Valid values are 'and', or 'or'.")
  }
  return {
    type,
    conditions: childrenOf(element, 'condition', parseCondition),
    filters: childrenOf(element, 'filter', parseFilter),
    links: childrenOf(element, 'link-entity', parseLink),
  }
}

function parseSource(element: Element): RawSource {
  only(element, ['attribute', 'all-attributes', 'no-attrs', 'filter', 'link-entity', 'order'])
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

function countTag(element: Element, tag: string): number {
  return element.children.reduce((sum, child) => sum + (child.tag === tag ? 1 : 0) + countTag(child, tag), 0)
}

function checkLimits(root: Element): void {
  const links = countTag(root, 'link-entity')
  if (links > MAXIMUM_LINKS) {
    throw new DataverseFault(400, '0x8004430d', 'Number of link entities in query exceeded maximum limit.')
  }
  if (links + countTag(root, 'condition') > MAXIMUM_CONDITIONS) {
    throw new DataverseFault(400, '0x8004430c', 'Number of conditions in query exceeded maximum limit.')
  }
}

/** FetchXML as a tree of names, not yet checked against the tables. @throws DataverseFault 400 */
export function parseFetch(xml: string): RawFetch {
  const root = parseXml(xml)
  checkLimits(root)
  only(root, ['entity', 'order'])
  const [entity, ...more] = root.children.filter((child) => child.tag === 'entity')
  if (!entity || more.length > 0) throw new DataverseFault(400, '0x80041123', 'A required element was not specified.')
  const [top, count, page] = [
    numberOf(root, 'top', 1, 5000),
    numberOf(root, 'count', 1, 5000),
    numberOf(root, 'page', 1, 1e9),
  ]
  const returnTotal = flag(root.attributes['returntotalrecordcount'])
  if (top !== undefined && (count !== undefined || page !== undefined || returnTotal)) {
    throw invalidNode(
      "The 'top' attribute of <fetch> can't be combined with 'page', 'count' or 'returntotalrecordcount'.",
    )
  }
  return {
    source: parseSource(entity),
    ...(top !== undefined && { top }),
    ...(count !== undefined && { count }),
    ...(page !== undefined && { page }),
    ...optional('cookie', root.attributes['paging-cookie']),
    ...optional('dataSource', root.attributes['datasource']),
    distinct: flag(root.attributes['distinct']),
    aggregate: flag(root.attributes['aggregate']),
    rawOrder: flag(root.attributes['useraworderby']),
    returnTotal,
  }
}
