export const AGGREGATES = ['avg', 'count', 'countcolumn', 'max', 'min', 'sum'] as const
export type Aggregate = (typeof AGGREGATES)[number]

export const DATE_GROUPINGS = ['day', 'week', 'month', 'quarter', 'year', 'fiscal-period', 'fiscal-year'] as const
export type DateGrouping = (typeof DATE_GROUPINGS)[number]

/** Links that stand in an entity or in another link. */
export const JOIN_TYPES = ['inner', 'outer', 'natural', 'exists', 'in', 'matchfirstrowusingcrossapply'] as const
/** Links that stand in a filter. */
export const FILTER_LINK_TYPES = ['any', 'not any', 'all', 'not all'] as const
export type LinkType = (typeof JOIN_TYPES)[number] | (typeof FILTER_LINK_TYPES)[number]

export type Attribute = {
  readonly name: string
  readonly alias?: string | undefined
  readonly aggregate?: Aggregate | undefined
  readonly groupBy: boolean
  readonly dateGrouping?: DateGrouping | undefined
  readonly distinct: boolean
  /** Dates are grouped in the time zone of the person, else in UTC. */
  readonly userTimeZone: boolean
  /** Counts the children of a hierarchy instead of giving the value. */
  readonly countChildren: boolean
}

export type Order = {
  readonly attribute?: string | undefined
  readonly alias?: string | undefined
  readonly entityName?: string | undefined
  readonly descending: boolean
}

/** One condition. A reader leaves every word as it was written; the resolver puts the names and values that are meant. */
export type Condition = {
  readonly attribute: string
  /** Names of lookups that lead to the row that has the column, nearest first; none once resolved. */
  readonly path?: readonly string[] | undefined
  /** Alias of the link whose column is compared after the join. */
  readonly entityName?: string | undefined
  readonly operator: string
  readonly values: readonly string[]
  /** A column to compare with instead of a value: `column`, or `alias.column`. */
  readonly otherColumn?: string | undefined
  /** `otherColumn` stood without quotes: where no column has that name, it is the value. */
  readonly orValue?: boolean | undefined
  /** The column stood without operator and value: it is one that is true. */
  readonly alone?: boolean | undefined
  /** `period` was written, and the column is the one that a term's definition gives for it: one of dates. */
  readonly isPeriod?: boolean | undefined
}

export type Filter = {
  readonly type: 'and' | 'or'
  /** Holds where its parts together do not; never once resolved. */
  readonly negated?: boolean | undefined
  readonly union: boolean
  readonly conditions: readonly Condition[]
  readonly filters: readonly Filter[]
  readonly links: readonly Link[]
}

/** What an entity and a link have in common. */
export type Source = {
  readonly name: string
  readonly attributes: readonly Attribute[]
  readonly allAttributes: boolean
  readonly orders: readonly Order[]
  readonly filters: readonly Filter[]
  readonly links: readonly Link[]
}

export type Link = Source & {
  /** The navigation property, lookup, collection or entity by which it is reached, as written; none once resolved. */
  readonly way?: string | undefined
  /** Column of the link's own table. */
  readonly from?: string | undefined
  /** Column of the table that it is linked to. */
  readonly to?: string | undefined
  readonly alias?: string | undefined
  /** Absent: `inner` in an entity, `any` in a filter. */
  readonly type?: LinkType | undefined
  /** How many attributes of its parent were written before it; absent: all of them. */
  readonly after?: number | undefined
}

/** Rows behind a lookup or a collection that come with each row, under the name of the way to them. */
export type Expansion = { readonly way: string; readonly attributes: readonly Attribute[] }

/**
 * A query, whatever language it was asked in: what FetchXML can say is what Dataverse can be asked.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/fetch
 */
export type Query = {
  readonly entity: Source
  readonly expansions?: readonly Expansion[] | undefined
  readonly top?: number | undefined
  readonly count?: number | undefined
  readonly page?: number | undefined
  readonly aggregateLimit?: number | undefined
  readonly aggregate: boolean
  readonly distinct: boolean
  readonly returnTotal: boolean
  /** Choices are ordered by value instead of by label. */
  readonly rawOrder: boolean
  readonly lateMaterialize: boolean
  /** Rows in long-term retention instead of the live ones. */
  readonly dataSource?: 'retained' | 'archive' | undefined
}

/** Collects what was read differently from how it was written; each sentence once. */
export type Note = (sentence: string) => void

/** A column as it is named, for rows. */
export function plainAttribute(name: string): Attribute {
  return { name, groupBy: false, distinct: false, userTimeZone: true, countChildren: false }
}

/** Conditions, filters and links of which all, or one, must hold. */
export function filterOf(
  type: Filter['type'],
  parts: Partial<Pick<Filter, 'conditions' | 'filters' | 'links'>>,
): Filter {
  const { conditions = [], filters = [], links = [] } = parts
  return { type, union: false, conditions, filters, links }
}

/** A source without columns, orders, filters or links. */
export function bareSource(name: string): Source {
  return { name, attributes: [], allAttributes: false, orders: [], filters: [], links: [] }
}

/** A list of rows, without a page. */
export function listOf(entity: Source): Query {
  return { entity, aggregate: false, distinct: false, returnTotal: false, rawOrder: false, lateMaterialize: false }
}
