import {
  AGGREGATES,
  DATE_GROUPINGS,
  FILTER_LINK_TYPES,
  JOIN_TYPES,
  type Condition,
  type Fetch,
  type FetchAttribute,
  type FetchOrder,
  type Filter,
  type Link,
  type LinkType,
  type Note,
  type Source,
} from '../model/query.ts'
import { invalidFetch } from '../../fetchxml/invalid-fetch.ts'
import { collectNotes } from '../say/notes.ts'
import { choiceOf, flagOf, numberOf, readElement, type Known } from './read-element.ts'
import { parseXml } from './xml.ts'

/** Most rows of a page, and of `top`. */
const MOST_ROWS = 5_000
const MOST_PAGES = 100_000
const MOST_AGGREGATED = 50_000
const LINK_TYPES = [...JOIN_TYPES, ...FILTER_LINK_TYPES] as const
/** Words of SQL for what FetchXML has. */
const LINK_WORDS: ReadonlyMap<string, LinkType> = new Map(
  Object.entries({
    left: 'outer',
    'left outer': 'outer',
    'left-outer': 'outer',
    leftouter: 'outer',
    join: 'inner',
    'inner join': 'inner',
    'not-any': 'not any',
    'not-all': 'not all',
  } as const),
)

/**
 * Reads FetchXML into a tree of known elements; names are not yet compared with any table.
 * @throws QueryError `invalid_fetchxml`, with the line and what to do
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/fetch
 */
export function parseFetch(xml: string): { readonly fetch: Fetch; readonly interpreted: readonly string[] } {
  const { note, sentences } = collectNotes()
  const root = parseXml(xml, note)
  if (root.name.toLowerCase() !== 'fetch')
    throw invalidFetch(`The FetchXML begins with <${root.name.slice(0, 40)}>.`, 'Begin it with <fetch>.')
  const element = readElement(root, 'fetch', note)
  const [entity, ...others] = element.children('entity')
  if (!entity || others.length > 0)
    throw invalidFetch('A <fetch> has exactly one <entity>.', 'Join other tables with <link-entity> inside it.')
  if (element.attribute('paging-cookie') !== undefined)
    note('The paging-cookie was left out: the page is found without it, and the cursor of a result leads to its next.')
  const dataSource = choiceOf(element, 'datasource', ['retained', 'archive'])
  const aggregateLimit = numberOf(element, 'aggregatelimit', MOST_AGGREGATED)
  const fetch: Fetch = {
    entity: { ...parseSource(entity, note) },
    ...parsePaging(element, note),
    ...(aggregateLimit !== undefined && { aggregateLimit }),
    aggregate: flagOf(element, 'aggregate'),
    distinct: flagOf(element, 'distinct'),
    rawOrder: flagOf(element, 'useraworderby'),
    lateMaterialize: flagOf(element, 'latematerialize'),
    ...(dataSource && { dataSource }),
  }
  return { fetch, interpreted: sentences() }
}

/** Dataverse refuses `top` beside the attributes of paging, so that they win here. */
function parsePaging(element: Known, note: Note): Pick<Fetch, 'top' | 'count' | 'page' | 'returnTotal'> {
  const top = numberOf(element, 'top', MOST_ROWS)
  const asked = numberOf(element, 'count', MOST_ROWS)
  const page = numberOf(element, 'page', MOST_PAGES)
  const returnTotal = flagOf(element, 'returntotalrecordcount')
  if (top === undefined || (asked === undefined && page === undefined && !returnTotal)) {
    return {
      ...(top !== undefined && { top }),
      ...(asked !== undefined && { count: asked }),
      ...(page !== undefined && { page }),
      returnTotal,
    }
  }
  const count = Math.min(top, asked ?? top)
  note(`top cannot stand beside count, page or returntotalrecordcount: pages of ${count} were asked for instead.`)
  return { count, ...(page !== undefined && { page }), returnTotal }
}

function parseSource(element: Known, note: Note): Source {
  return {
    name: element.required('name'),
    attributes: element.children('attribute').map(parseAttribute),
    allAttributes: element.children('all-attributes').length > 0,
    orders: element.children('order').map(parseOrder),
    filters: [...looseConditions(element, note), ...element.children('filter').map((one) => parseFilter(one, note))],
    links: element.children('link-entity').map((link) => parseLink(link, note)),
  }
}

function looseConditions(element: Known, note: Note): Filter[] {
  const conditions = element.children('condition').map(parseCondition)
  if (conditions.length === 0) return []
  note('Conditions outside a <filter> were put into one.')
  return [{ type: 'and', union: false, conditions, filters: [], links: [] }]
}

function parseAttribute(element: Known): FetchAttribute {
  const aggregate = choiceOf(element, 'aggregate', AGGREGATES)
  const dateGrouping = choiceOf(element, 'dategrouping', DATE_GROUPINGS)
  return {
    name: element.required('name'),
    ...text(element, 'alias', 'alias'),
    ...(aggregate && { aggregate }),
    groupBy: flagOf(element, 'groupby'),
    ...(dateGrouping && { dateGrouping }),
    distinct: flagOf(element, 'distinct'),
    userTimeZone: flagOf(element, 'usertimezone', true),
    countChildren: choiceOf(element, 'rowaggregate', ['countchildren']) !== undefined,
  }
}

function parseOrder(element: Known): FetchOrder {
  const order = {
    ...text(element, 'attribute', 'attribute'),
    ...text(element, 'alias', 'alias'),
    ...text(element, 'entityname', 'entityName'),
    descending: flagOf(element, 'descending'),
  }
  if (order.attribute !== undefined || order.alias !== undefined) return order
  throw invalidFetch(
    `The element ${element.where} orders by nothing.`,
    'Add attribute="…", or alias="…" in an aggregate.',
  )
}

function parseFilter(element: Known, note: Note): Filter {
  return {
    type: choiceOf(element, 'type', ['and', 'or']) ?? 'and',
    union: choiceOf(element, 'hint', ['union']) !== undefined,
    conditions: element.children('condition').map(parseCondition),
    filters: element.children('filter').map((filter) => parseFilter(filter, note)),
    links: element.children('link-entity').map((link) => parseLink(link, note)),
  }
}

function parseCondition(element: Known): Condition {
  const value = element.attribute('value')
  const listed = element.children('value').map((child) => child.text)
  const otherColumn = element.attribute('valueof')?.trim()
  if ([value !== undefined, listed.length > 0, Boolean(otherColumn)].filter(Boolean).length > 1)
    throw invalidFetch(
      `The element ${element.where} gives its value twice.`,
      'Use one of: value="…", valueof="…", or <value> elements inside it.',
    )
  return {
    attribute: element.required('attribute'),
    ...text(element, 'entityname', 'entityName'),
    operator: element.required('operator'),
    values: value === undefined ? listed : [value],
    ...(otherColumn && { otherColumn }),
  }
}

function parseLink(element: Known, note: Note): Link {
  const written = element.attribute('link-type')?.trim().toLowerCase().replaceAll(/\s+/g, ' ')
  const meant = LINK_WORDS.get(written ?? '')
  if (meant) note(`The link-type "${written}" was read as "${meant}".`)
  const type = meant ?? choiceOf(element, 'link-type', LINK_TYPES)
  return {
    ...parseSource(element, note),
    ...text(element, 'from', 'from'),
    ...text(element, 'to', 'to'),
    ...text(element, 'alias', 'alias'),
    ...(type && { type }),
  }
}

function text<const Key extends string>(element: Known, name: string, key: Key): { readonly [K in Key]?: string } {
  const value = element.attribute(name)?.trim()
  return (value ? { [key]: value } : {}) as { readonly [K in Key]?: string }
}
