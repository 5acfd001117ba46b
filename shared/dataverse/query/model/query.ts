export const AGGREGATES = ['avg', 'count', 'countcolumn', 'max', 'min', 'sum'] as const
export type Aggregate = (typeof AGGREGATES)[number]

export const DATE_GROUPINGS = ['day', 'week', 'month', 'quarter', 'year', 'fiscal-period', 'fiscal-year'] as const
export type DateGrouping = (typeof DATE_GROUPINGS)[number]

/** Links that stand in an entity or in another link. */
export const JOIN_TYPES = ['inner', 'outer', 'natural', 'exists', 'in', 'matchfirstrowusingcrossapply'] as const
/** Links that stand in a filter. */
export const FILTER_LINK_TYPES = ['any', 'not any', 'all', 'not all'] as const
export type LinkType = (typeof JOIN_TYPES)[number] | (typeof FILTER_LINK_TYPES)[number]

export type FetchAttribute = {
  readonly name: string
  readonly alias?: string
  readonly aggregate?: Aggregate
  readonly groupBy: boolean
  readonly dateGrouping?: DateGrouping
  readonly distinct: boolean
  /** Dates are grouped in the time zone of the person, else in UTC. */
  readonly userTimeZone: boolean
  /** Counts the children of a hierarchy instead of giving the value. */
  readonly countChildren: boolean
}

export type FetchOrder = {
  readonly attribute?: string
  readonly alias?: string
  readonly entityName?: string
  readonly descending: boolean
}

export type Condition = {
  readonly attribute: string
  /** Alias of the link whose column is compared after the join. */
  readonly entityName?: string
  readonly operator: string
  readonly values: readonly string[]
  /** A column to compare with instead of a value: `column`, or `alias.column`. */
  readonly otherColumn?: string
}

export type Filter = {
  readonly type: 'and' | 'or'
  readonly union: boolean
  readonly conditions: readonly Condition[]
  readonly filters: readonly Filter[]
  readonly links: readonly Link[]
}

/** What an entity and a link have in common. */
export type Source = {
  readonly name: string
  readonly attributes: readonly FetchAttribute[]
  readonly allAttributes: boolean
  readonly orders: readonly FetchOrder[]
  readonly filters: readonly Filter[]
  readonly links: readonly Link[]
}

export type Link = Source & {
  /** Column of the link's own table. */
  readonly from?: string
  /** Column of the table that it is linked to. */
  readonly to?: string
  readonly alias?: string
  /** Absent: `inner` in an entity, `any` in a filter. */
  readonly type?: LinkType
}

/**
 * FetchXML as a tree.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/fetch
 */
export type Fetch = {
  readonly entity: Source
  readonly top?: number
  readonly count?: number
  readonly page?: number
  readonly aggregateLimit?: number
  readonly aggregate: boolean
  readonly distinct: boolean
  readonly returnTotal: boolean
  /** Choices are ordered by value instead of by label. */
  readonly rawOrder: boolean
  readonly lateMaterialize: boolean
  /** Rows in long-term retention instead of the live ones. */
  readonly dataSource?: 'retained' | 'archive'
}

/** Collects what was read differently from how it was written; each sentence once. */
export type Note = (sentence: string) => void
