import {
  AGGREGATES,
  DATE_GROUPINGS,
  FILTER_LINK_TYPES,
  JOIN_TYPES,
  filterOf,
  type Condition,
  type Query,
  type Attribute,
  type Order,
  type Filter,
  type Link,
  type LinkType,
  type Note,
  type Source,
} from '../model/query.ts'
import { invalidFetch } from '../say/refusals.ts'
import { collectNotes } from '../say/notes.ts'
import { choiceOf, flagOf, numberOf, readElement, textOf, type Known } from './read-element.ts'
import { parseXml, type XmlElement } from './xml.ts'

/** Most rows of a page, and of `top`. */
const MOST_ROWS = 5_000
const MOST_PAGES = 100_000
const MOST_AGGREGATED = 50_000
const LINK_TYPES = [...JOIN_TYPES, ...FILTER_LINK_TYPES] as const
/** Words of SQL for what FetchXML has. */
const LINK_WORDS: ReadonlyMap<string, LinkType> = new Map([
  ...['left', 'left outer', 'left-outer', 'leftouter'].map((word) => [word, 'outer'] as const),
  ...['join', 'inner join'].map((word) => [word, 'inner'] as const),
  ['not-any', 'not any'],
  ['not-all', 'not all'],
])

/**
 * Reads the text of a FetchXML query.
 * @throws QueryError `invalid_fetchxml`, with the line and what to do
 */
export function parseFetch(xml: string): { readonly fetch: Query; readonly interpreted: readonly string[] } {
  const { note, sentences } = collectNotes()
  return { fetch: readFetch(parseXml(xml), note), interpreted: sentences() }
}

/**
 * Reads a `<fetch>` into a query, every name and value as it was written.
 * @throws QueryError `invalid_fetchxml`, with the line and what to do
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/fetch
 */
export function readFetch(root: XmlElement, note: Note): Query {
  if (root.name.toLowerCase() !== 'fetch')
    throw invalidFetch(`The FetchXML begins with <${root.name.slice(0, 40)}>.`, 'Begin it with <fetch>.')
  const element = readElement(root, 'fetch', note)
  const [entity, ...others] = element.children('entity')
  if (!entity || others.length > 0)
    throw invalidFetch('A <fetch> has exactly one <entity>.', 'Join other tables with <link-entity> inside it.')
  return {
    entity: parseSource(entity),
    top: numberOf(element, 'top', MOST_ROWS),
    count: numberOf(element, 'count', MOST_ROWS),
    page: numberOf(element, 'page', MOST_PAGES),
    aggregateLimit: numberOf(element, 'aggregatelimit', MOST_AGGREGATED),
    dataSource: choiceOf(element, 'datasource', ['retained', 'archive']),
    aggregate: flagOf(element, 'aggregate'),
    distinct: flagOf(element, 'distinct'),
    returnTotal: flagOf(element, 'returntotalrecordcount'),
    rawOrder: flagOf(element, 'useraworderby'),
    lateMaterialize: flagOf(element, 'latematerialize'),
  }
}

function parseSource(element: Known): Source {
  const attributes = element.children('attribute')
  return {
    name: element.required('name'),
    attributes: attributes.map(parseAttribute),
    allAttributes: element.children('all-attributes').length > 0,
    orders: element.children('order').map(parseOrder),
    filters: [...looseConditions(element), ...element.children('filter').map(parseFilter)],
    links: element.children('link-entity').map((link) => {
      const after = attributes.filter(({ place }) => place < link.place).length
      return { ...parseLink(link), ...(after < attributes.length && { after }) }
    }),
  }
}

/** A condition belongs in a filter, and one that stands outside means the same. */
function looseConditions(element: Known): Filter[] {
  const conditions = element.children('condition').map(parseCondition)
  return conditions.length === 0 ? [] : [filterOf('and', { conditions })]
}

function parseAttribute(element: Known): Attribute {
  return {
    name: element.required('name'),
    alias: textOf(element, 'alias'),
    aggregate: choiceOf(element, 'aggregate', AGGREGATES),
    dateGrouping: choiceOf(element, 'dategrouping', DATE_GROUPINGS),
    groupBy: flagOf(element, 'groupby'),
    distinct: flagOf(element, 'distinct'),
    userTimeZone: flagOf(element, 'usertimezone', true),
    countChildren: choiceOf(element, 'rowaggregate', ['countchildren']) !== undefined,
  }
}

function parseOrder(element: Known): Order {
  const order = {
    attribute: textOf(element, 'attribute'),
    alias: textOf(element, 'alias'),
    entityName: textOf(element, 'entityname'),
    descending: flagOf(element, 'descending'),
  }
  if (order.attribute !== undefined || order.alias !== undefined) return order
  const advice = 'Add attribute="…", or alias="…" in an aggregate.'
  throw invalidFetch(`The element ${element.where} orders by nothing.`, advice)
}

function parseFilter(element: Known): Filter {
  return {
    type: choiceOf(element, 'type', ['and', 'or']) ?? 'and',
    union: choiceOf(element, 'hint', ['union']) !== undefined,
    conditions: element.children('condition').map(parseCondition),
    filters: element.children('filter').map(parseFilter),
    links: element.children('link-entity').map(parseLink),
  }
}

function parseCondition(element: Known): Condition {
  const value = element.attribute('value')
  const listed = element.children('value').map((child) => child.text)
  const otherColumn = textOf(element, 'valueof')
  if ([value !== undefined, listed.length > 0, otherColumn !== undefined].filter(Boolean).length > 1)
    throw invalidFetch(
      `The element ${element.where} gives its value twice.`,
      'Use one of: value="…", valueof="…", or <value> elements inside it.',
    )
  return {
    attribute: element.required('attribute'),
    entityName: textOf(element, 'entityname'),
    operator: element.required('operator'),
    values: value === undefined ? listed : [value],
    otherColumn,
  }
}

function parseLink(element: Known): Link {
  const written = textOf(element, 'link-type')?.toLowerCase().replaceAll(/\s+/g, ' ') ?? ''
  return {
    ...parseSource(element),
    from: textOf(element, 'from'),
    to: textOf(element, 'to'),
    alias: textOf(element, 'alias'),
    type: LINK_WORDS.get(written) ?? choiceOf(element, 'link-type', LINK_TYPES),
  }
}
