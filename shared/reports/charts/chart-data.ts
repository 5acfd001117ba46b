import { readFetch } from '../../dataverse/query/from-fetchxml/parse-fetch.ts'
import { parseXml, type XmlElement } from '../../dataverse/query/from-fetchxml/xml.ts'
import type { Attribute, Link, Query, Source } from '../../dataverse/query/model/query.ts'
import { returningSources } from '../../dataverse/query/model/walk.ts'
import { freeAlias, safeAlias } from '../../dataverse/query/resolve/names/scope.ts'
import { collectNotes } from '../../dataverse/query/say/notes.ts'
import { invalidFetch, quoted } from '../../dataverse/query/say/refusals.ts'

/** What a chart asks. Its columns have aliases that say what they are, in place of those of the chart designer. */
export type ChartData = {
  readonly query: Query
  /** Aliases of what rows are grouped by: those of the axis, then of the series. */
  readonly groups: readonly string[]
  /** Aliases of the figures, in the order of the series; of a chart of single rows the columns as they are named. */
  readonly measures: readonly string[]
  readonly interpreted: readonly string[]
}

/** Ways that a chart may have to its rows without asking for any itself. */
const NO_QUERY = 'Open it in Dynamics 365.'

/**
 * Reads the data description of a chart.
 * @throws QueryError `invalid_fetchxml` for what is no description of a chart, or of one that is drawn by other means
 * @see https://learn.microsoft.com/power-apps/developer/model-driven-apps/understand-charts-underlying-data-chart-representation
 */
export function readChartData(xml: string): ChartData {
  if (xml.trim() === '')
    throw invalidFetch('it has no query of its own: a web resource or another program draws it', NO_QUERY)
  const root = parseXml(xml, 'chart')
  if (root.name.toLowerCase() !== 'datadefinition') throw malformed(`begins with <${root.name.slice(0, 40)}>`)
  const [fetch, ...others] = inside(root, 'fetchcollection').flatMap((one) => inside(one, 'fetch'))
  if (!fetch) throw malformed('has no query')
  if (others.length > 0) throw malformed('has several queries, of which one picture cannot be made')
  const { note, sentences } = collectNotes()
  const written = readFetch(fetch, note)
  const categories = inside(root, 'categorycollection').flatMap((one) => inside(one, 'category'))
  const read = isOfGroups(written) ? groupsOf(written, categories) : rowsOf(written, categories)
  return { ...read, interpreted: sentences() }
}

function malformed(how: string): Error {
  return invalidFetch(`its data description ${how}`, 'Mend it in Dynamics 365.')
}

function inside({ children }: XmlElement, name: string): XmlElement[] {
  return children.filter((child) => child.name.toLowerCase() === name)
}

function attributesOf(query: Query): Attribute[] {
  return returningSources<Source | Link>(query.entity).flatMap(({ attributes }) => attributes)
}

function isOfGroups(query: Query): boolean {
  return query.aggregate || attributesOf(query).some(({ aggregate, groupBy }) => aggregate !== undefined || groupBy)
}

function measuresIn(categories: readonly XmlElement[]): string[] {
  const measures = categories
    .flatMap((category) => inside(category, 'measurecollection'))
    .flatMap((collection) => inside(collection, 'measure'))
  return [...new Set(measures.flatMap(({ attributes }) => attributes.get('alias')?.trim() || []))]
}

type Read = Omit<ChartData, 'interpreted'>

function groupsOf(written: Query, categories: readonly XmlElement[]): Read {
  // A chart has one page, wherever its query was taken from.
  const { query, renamed, attributes } = withOwnAliases({ ...written, page: undefined })
  const aliasesOf = (isOne: (attribute: Attribute) => boolean): string[] =>
    attributes.filter(isOne).map(({ alias = '' }) => alias)
  const figures = aliasesOf(({ aggregate }) => aggregate !== undefined)
  const keys = aliasesOf(({ aggregate }) => aggregate === undefined)
  const measures = measuresIn(categories).map((written) => {
    const alias = renamed.get(written.toLowerCase())
    if (alias !== undefined && figures.includes(alias)) return alias
    throw malformed(`draws ${quoted(written)}, which is no figure of its query`)
  })
  const axes = categories.flatMap(
    ({ attributes: of }) => renamed.get(of.get('alias')?.trim().toLowerCase() ?? '') ?? [],
  )
  if (figures.length === 0) throw malformed('has no figure to draw')
  return {
    query,
    groups: [...new Set([...axes.filter((alias) => keys.includes(alias)), ...keys])],
    measures: measures.length > 0 ? measures : figures,
  }
}

/** Aliases such as `_CRMAutoGen_aggregate_column_Num_0` say nothing to who reads the figures. */
function withOwnAliases(query: Query): {
  readonly query: Query
  readonly renamed: ReadonlyMap<string, string>
  readonly attributes: readonly Attribute[]
} {
  const taken = new Set<string>()
  const renamed = new Map<string, string>()
  const attributes: Attribute[] = []
  const rename = (attribute: Attribute): Attribute => {
    const { name, alias: written, aggregate, dateGrouping, groupBy } = attribute
    const part = aggregate ?? dateGrouping
    const alias = freeAlias(safeAlias(part === undefined ? name : `${name}_${part}`).toLowerCase(), taken)
    taken.add(alias)
    if (written !== undefined && !renamed.has(written.toLowerCase())) renamed.set(written.toLowerCase(), alias)
    const named = { ...attribute, alias, groupBy: groupBy || aggregate === undefined }
    attributes.push(named)
    return named
  }
  const sourceOf = <S extends Source | Link>(source: S): S => {
    const own = source.attributes.map(rename)
    const links = source.links.map((link): Link => sourceOf(link))
    return { ...source, attributes: own, links }
  }
  const entity = sourceOf(query.entity)
  return { query: { ...query, aggregate: true, entity: withOrders(entity, renamed) }, renamed, attributes }
}

function withOrders<S extends Source | Link>(source: S, renamed: ReadonlyMap<string, string>): S {
  const orders = source.orders.map((order) => {
    const written = order.alias ?? order.attribute ?? ''
    const alias = renamed.get(written.toLowerCase())
    return alias === undefined ? order : { alias, descending: order.descending }
  })
  return { ...source, orders, links: source.links.map((link): Link => withOrders(link, renamed)) }
}

/** A chart of single rows: a mark for each. */
function rowsOf(written: Query, categories: readonly XmlElement[]): Read {
  const measures = measuresIn(categories)
  const names = attributesOf(written).map(({ name, alias = name }) => alias.toLowerCase())
  const unknown = measures.find((measure) => !names.includes(measure.toLowerCase()))
  if (unknown !== undefined) throw malformed(`draws ${quoted(unknown)}, which is no column of its query`)
  if (measures.length === 0) throw malformed('has no figure to draw')
  return { query: written, groups: [], measures: measures.map((measure) => measure.toLowerCase()) }
}
