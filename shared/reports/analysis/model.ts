import type { Column, Table } from '../../dataverse/metadata/model.ts'
import type { DateGrouping, Query } from '../../dataverse/query/model/query.ts'

/** A column as it was written: names of lookups that lead to its row, nearest first, then its own name. */
export type ColumnPath = { readonly path: readonly string[]; readonly name: string }

/** A moment of a row, or of the asking: `today` is the person's day, `now` the instant. */
export type Moment = ColumnPath | 'today' | 'now'

/**
 * A number made of one row; nothing where a part of it is empty, or where it is divided by 0. `days` are midnights of the
 * person between two moments, as in SQL's and Power Fx's DateDiff; `hours` are the time that passed.
 */
export type Value =
  | { readonly kind: 'column'; readonly column: ColumnPath }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'between'; readonly unit: 'days' | 'hours'; readonly from: Moment; readonly to: Moment }
  | { readonly kind: 'calculated'; readonly operator: Operator; readonly left: Value; readonly right: Value }

export type Operator = '+' | '-' | '*' | '/'

export const FUNCTIONS = ['count', 'distinct', 'sum', 'avg', 'min', 'max', 'median'] as const
export type AnalysisFunction = (typeof FUNCTIONS)[number]

/**
 * One figure over the rows of a group. `count` without a value counts rows, with one those that have it; all others
 * leave out rows without it.
 */
export type Aggregation = {
  readonly name: AnalysisFunction
  readonly of?: Value | undefined
  /** Conditions of its own, in the language of `filter`, and calculated ones. */
  readonly where?: string | undefined
  /** Column of dates that a period of its rows means, where a term says so. */
  readonly period?: string | undefined
}

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

/** A condition on what one row is calculated to; as in SQL it does not hold where a side is nothing. */
export type RowTest = { readonly left: Value; readonly by: Comparison; readonly right: Value }

/** A figure, or figures calculated with. `share` is the part that a group has of the figure over all groups, from 0 to 1. */
export type Expression =
  | { readonly kind: 'aggregation'; readonly aggregation: Aggregation }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'calculated'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'share'; readonly of: Expression }

export type Measure = {
  /** Column of the answer: as given behind `as`, else made of what was written. */
  readonly name: string
  readonly expression: Expression
  /** As what it was written, where terms are part of it. */
  readonly said?: string | undefined
}

/** Parts of a date; those of a year come with their year, but for the last two, which come round again on purpose. */
export type DatePart = DateGrouping | 'month-of-year' | 'weekday'

export type Group =
  | { readonly name: string; readonly kind: 'column'; readonly column: ColumnPath }
  | { readonly name: string; readonly kind: 'date'; readonly column: ColumnPath; readonly part: DatePart }
  /** From each edge, included, up to the next; below the first and from the last on are bands, too. */
  | { readonly name: string; readonly kind: 'band'; readonly of: Value; readonly edges: readonly number[] }

/** What is asked, read and not yet compared with metadata. */
export type Analysis = {
  readonly entity: string
  /** In OData, as for lists; and what is calculated compared, `days(createdon, today) gt 90`. */
  readonly filter?: string | undefined
  readonly measures: readonly Measure[]
  readonly groups: readonly Group[]
  /** Two conditions, each added to `filter`: the first is now, the second what it is compared with. */
  readonly compare?: readonly [now: string, before: string] | undefined
}

/**
 * What a group is called by, one for each of {@link Analysis.groups}; `null` for rows without it. A lookup's is its id;
 * a choice's its number; a date's a text, `2026`, `2026-11`, `2026-Q4`, `2026-W48`, `2026-11-28`, `FY2026`, `FY2026-P2`; a
 * month of the year a number, 1 to 12, a weekday 1 (Monday) to 7; a band's the place of its lower edge, -1 below the first.
 * A week is Dataverse's, not ISO's: weeks begin on Sunday, the first holds 1 January, the last ends with the year.
 */
export type Key = string | number | boolean | null

/** What is known of the values of one aggregation in one group; two of them can be put together. */
export type Tally = {
  /** Rows, with or without a value. */
  readonly rows: number
  /** Rows with a value. */
  readonly known: number
  /** Of numbers. */
  readonly sum: number
  readonly min: number | string | null
  readonly max: number | string | null
  /** The different values, or only how many where Dataverse counted them: those cannot be put together. */
  readonly distinct?: ReadonlySet<unknown> | number | undefined
  /** All of them, for a median. */
  readonly values?: readonly number[] | undefined
}

/** How rows of one part of the question were come by. */
export type Reading = {
  /** `rows`: read page by page and added up here. */
  readonly way: 'aggregate' | 'rows'
  /** Rows added up here. */
  readonly read: number
  /** Whether time was over before all rows were read. */
  readonly isPartial: boolean
}

export type ComputedGroup = {
  readonly keys: readonly Key[]
  /** By place of its aggregation in {@link ResolvedAnalysis.aggregations}; absent where the group has no row in that part. */
  readonly tallies: ReadonlyMap<number, Tally>
}

/** The figures of one side of a comparison, or of the whole where nothing is compared. */
export type Computed = {
  readonly groups: readonly ComputedGroup[]
  /** Over all groups: of `distinct`, which groups cannot give together, too. */
  readonly whole: ReadonlyMap<number, Tally>
  readonly readings: readonly Reading[]
  /** Table of a lookup's ids, by `at id` where `at` is the place of the group. */
  readonly targets: ReadonlyMap<string, string>
  /** What Dataverse shows for a key, by the same, where it came with the figures. */
  readonly labels: ReadonlyMap<string, string>
  /** What the currency of the rows is called, where amounts are in that. */
  readonly currency?: string | undefined
}

/** A column that a value is made of, of which table, and as what it was written. */
export type Use = { readonly written: ColumnPath; readonly column: Column; readonly entity: string }

/** What names and values of an analysis turned out to mean. */
export type ResolvedAnalysis = {
  readonly table: Table
  /** By place of the group: the column that it is made of, none for a band of what is calculated; what a band is made of. */
  readonly groups: readonly {
    readonly column?: Column | undefined
    readonly table: Table
    readonly uses?: readonly Use[] | undefined
  }[]
  /** Every aggregation of the measures once; what is computed names them by their place. */
  readonly aggregations: readonly Aggregation[]
  /** By place of the aggregation: the columns that its value is made of; amounts are those that are added up. */
  readonly uses: readonly (readonly Use[])[]
  /** The queries that were asked, one for each part of the question: of them the reading sentence and the audit tell. */
  readonly queries: readonly Query[]
  readonly interpreted: readonly string[]
  /** What column security hides of it, a sentence each. */
  readonly hidden: readonly string[]
  /** Whether amounts are in the one currency of all rows, and not in the base currency. */
  readonly isOwnCurrency?: boolean | undefined
}

export type Outcome = {
  readonly resolved: ResolvedAnalysis
  /** One, or now and before where two are compared. */
  readonly sides: readonly Computed[]
}
