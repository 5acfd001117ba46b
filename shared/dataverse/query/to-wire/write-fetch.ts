import type { Condition, Query, Attribute, Order, Filter, Link, Source } from '../model/query.ts'
import { invalidValue } from '../say/refusals.ts'
import { OPERATORS } from '../model/operators.ts'
import { checkForms } from './forms.ts'

/** A page to ask for; `cookie` is what Dataverse gave with the page before, decoded. */
export type FetchPage = {
  readonly page: number
  readonly count: number
  readonly cookie?: string
  readonly returnTotal?: boolean
}

type Sizes = Partial<Pick<Query, 'top' | 'count' | 'page' | 'returnTotal'>>

/** White space is escaped too: a parser turns it into spaces in an attribute (XML 1.0 section 3.3.3). */
const ESCAPED = /[&<>"'\t\n\r]/g
/** What XML 1.0 cannot hold, escaped or not (section 2.2). */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u
const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/**
 * Writes a tree as compact FetchXML; what is in it can only be a value. A page replaces the fetch's own top, count
 * and page.
 * @throws QueryError `invalid_value` for a character that XML cannot hold, `unsupported_form`
 */
export function writeFetch(fetch: Query, paging?: FetchPage): string {
  checkForms(fetch)
  // Dataverse refuses top beside what pages are made of.
  const whole = fetch.top === undefined ? fetch : { top: fetch.top }
  const { top, count, page, returnTotal = false }: Sizes = paging ?? whole
  const attributes = {
    top,
    count,
    page,
    'paging-cookie': paging?.cookie,
    aggregatelimit: fetch.aggregateLimit,
    returntotalrecordcount: returnTotal,
    aggregate: fetch.aggregate,
    distinct: fetch.distinct,
    useraworderby: fetch.rawOrder,
    latematerialize: fetch.lateMaterialize,
    datasource: fetch.dataSource,
  }
  return element('fetch', attributes, element('entity', { name: fetch.entity.name }, writeSource(fetch.entity)))
}

/** Links stand where they were written, which a cursor keeps the order of the columns by. */
function writeSource({ allAttributes, attributes, orders, filters, links }: Source): string {
  const linksAfter = (at: number): string[] => links.filter(({ after }) => after === at).map(writeLink)
  const last = links.filter(({ after }) => after === undefined || after >= attributes.length)
  return [
    allAttributes ? '<all-attributes/>' : '',
    ...attributes.flatMap((attribute, at) => [...linksAfter(at), writeAttribute(attribute)]),
    ...orders.map(writeOrder),
    ...filters.map(writeFilter),
    ...last.map(writeLink),
  ].join('')
}

function writeAttribute({ name, alias, aggregate, groupBy, dateGrouping, ...one }: Attribute): string {
  return element('attribute', {
    name,
    alias,
    aggregate,
    groupby: groupBy,
    dategrouping: dateGrouping,
    distinct: one.distinct,
    usertimezone: one.userTimeZone ? undefined : 'false',
    rowaggregate: one.countChildren ? 'CountChildren' : undefined,
  })
}

function writeOrder({ entityName, attribute, alias, descending }: Order): string {
  return element('order', { entityname: entityName, attribute, alias, descending })
}

function writeFilter({ type, union, conditions, filters, links }: Filter): string {
  const inner = [...conditions.map(writeCondition), ...filters.map(writeFilter), ...links.map(writeLink)]
  return element('filter', { type, hint: union ? 'union' : undefined }, inner.join(''))
}

function writeCondition({ entityName, attribute, operator, values, otherColumn }: Condition): string {
  const listed = values.length > 1 || (values.length === 1 && OPERATORS.get(operator)?.arity === 'list')
  const value = listed ? undefined : values[0]
  const inner = listed ? values.map((one) => `<value>${escape(one)}</value>`) : []
  const attributes = { entityname: entityName, attribute, operator, value, valueof: otherColumn }
  return element('condition', attributes, inner.join(''))
}

function writeLink(link: Link): string {
  const { name, from, to, alias, type } = link
  return element('link-entity', { name, from, to, alias, 'link-type': type }, writeSource(link))
}

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/** Only flags that are set and attributes that have a value are written. */
function element(name: string, attributes: Attributes, inner = ''): string {
  const written = Object.entries(attributes).map(([key, value]) =>
    value === undefined || value === false ? '' : ` ${key}="${escape(String(value))}"`,
  )
  return `<${name}${written.join('')}${inner === '' ? '/>' : `>${inner}</${name}>`}`
}

function escape(text: string): string {
  if (NOT_XML.test(text))
    throw invalidValue(
      'A value has a character that Dataverse cannot take.',
      'Remove control characters and broken Unicode.',
    )
  return text.replaceAll(ESCAPED, (character) => NAMED[character] ?? `&#${character.charCodeAt(0)};`)
}
