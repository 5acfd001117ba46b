import type { Condition, Fetch, FetchAttribute, FetchOrder, Filter, Link, Source } from '../model/query.ts'
import { invalidFetch } from '../../fetchxml/invalid-fetch.ts'
import { takesList } from '../model/operators.ts'

/** A page to ask for; `cookie` is what Dataverse gave with the page before, decoded. */
export type FetchPage = {
  readonly page: number
  readonly count: number
  readonly cookie?: string
  readonly returnTotal?: boolean
}

/** White space is escaped too: a parser turns it into spaces in an attribute (XML 1.0 section 3.3.3). */
const ESCAPED = /[&<>"'\t\n\r]/g
/** What XML 1.0 cannot hold, escaped or not (section 2.2). */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u
const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/**
 * Writes a tree as compact FetchXML; what is in it can only be a value. A page replaces the fetch's own top, count
 * and page.
 * @throws QueryError `invalid_fetchxml` for a character that XML cannot hold
 */
export function writeFetch(fetch: Fetch, paging?: FetchPage): string {
  const { top, count, page } = paging ? { top: undefined, ...paging } : fetch
  const attributes = [
    attribute('top', top),
    attribute('count', count),
    attribute('page', page),
    attribute('paging-cookie', paging?.cookie),
    attribute('aggregatelimit', fetch.aggregateLimit),
    flag('returntotalrecordcount', paging?.returnTotal ?? fetch.returnTotal),
    flag('aggregate', fetch.aggregate),
    flag('distinct', fetch.distinct),
    flag('useraworderby', fetch.rawOrder),
    flag('latematerialize', fetch.lateMaterialize),
    attribute('datasource', fetch.dataSource),
  ]
  const entity = element('entity', [attribute('name', fetch.entity.name)], writeSource(fetch.entity))
  return element('fetch', attributes, entity)
}

function writeSource(source: Source): string {
  return [
    source.allAttributes ? '<all-attributes/>' : '',
    ...source.attributes.map(writeAttribute),
    ...source.orders.map(writeOrder),
    ...source.filters.map(writeFilter),
    ...source.links.map(writeLink),
  ].join('')
}

function writeAttribute(one: FetchAttribute): string {
  return element('attribute', [
    attribute('name', one.name),
    attribute('alias', one.alias),
    attribute('aggregate', one.aggregate),
    flag('groupby', one.groupBy),
    attribute('dategrouping', one.dateGrouping),
    flag('distinct', one.distinct),
    one.userTimeZone ? '' : attribute('usertimezone', 'false'),
    one.countChildren ? attribute('rowaggregate', 'CountChildren') : '',
  ])
}

function writeOrder(order: FetchOrder): string {
  return element('order', [
    attribute('entityname', order.entityName),
    attribute('attribute', order.attribute),
    attribute('alias', order.alias),
    flag('descending', order.descending),
  ])
}

function writeFilter(filter: Filter): string {
  const inner = [
    ...filter.conditions.map(writeCondition),
    ...filter.filters.map(writeFilter),
    ...filter.links.map(writeLink),
  ]
  const attributes = [attribute('type', filter.type), filter.union ? attribute('hint', 'union') : '']
  return element('filter', attributes, inner.join(''))
}

function writeCondition(condition: Condition): string {
  const { entityName, values, otherColumn } = condition
  const listed = values.length > 1 || (values.length === 1 && takesList(condition.operator))
  const attributes = [
    attribute('entityname', entityName),
    attribute('attribute', condition.attribute),
    attribute('operator', condition.operator),
    listed ? '' : attribute('value', values[0]),
    attribute('valueof', otherColumn),
  ]
  return element('condition', attributes, listed ? values.map(writeValue).join('') : '')
}

function writeValue(value: string): string {
  return `<value>${escape(value)}</value>`
}

function writeLink(link: Link): string {
  const attributes = [
    attribute('name', link.name),
    attribute('from', link.from),
    attribute('to', link.to),
    attribute('alias', link.alias),
    attribute('link-type', link.type),
  ]
  return element('link-entity', attributes, writeSource(link))
}

function element(name: string, attributes: readonly string[], inner = ''): string {
  return `<${name}${attributes.join('')}${inner === '' ? '/>' : `>${inner}</${name}>`}`
}

function attribute(name: string, value: string | number | undefined): string {
  return value === undefined ? '' : ` ${name}="${escape(String(value))}"`
}

function flag(name: string, value: boolean): string {
  return value ? ` ${name}="true"` : ''
}

function escape(text: string): string {
  if (NOT_XML.test(text))
    throw invalidFetch('A value has a character that XML cannot hold.', 'Remove control characters and broken Unicode.')
  return text.replaceAll(ESCAPED, (character) => NAMED[character] ?? `&#${character.charCodeAt(0)};`)
}
