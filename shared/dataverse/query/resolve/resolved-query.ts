import type { Column, Entity, Table } from '../../metadata/model.ts'
import type { OutputColumn } from '../model/output-column.ts'
import type { Query } from '../model/query.ts'
import type { Asked } from './with-defaults.ts'

/** A query with the names and values that are meant: what remains is to write it, and to read its rows. */
export type ResolvedQuery = {
  readonly query: Query
  readonly entity: Entity
  readonly table: Table
  /** The values of a row that were asked for, in that order; the id that was added for links is not among them. */
  readonly columns: readonly OutputColumn[]
  readonly expansions: readonly ResolvedExpansion[]
  /** What was read differently from how it was written, a sentence each. */
  readonly interpreted: readonly string[]
  /** `nothing`: no attribute was named, so that defaults took their place; `all`: all-attributes. */
  readonly asked: Asked
}

/** Rows that come with each row, under the name of the navigation property, or of the lookup. */
export type ResolvedExpansion =
  | {
      /** An outer link brings the row behind a lookup; its values have the keys `alias.column`. */
      readonly kind: 'link'
      readonly navigation: string
      readonly alias: string
      /** Of that row. */
      readonly table: Table
      readonly columns: readonly Column[]
    }
  | {
      /** A second read of the page's rows brings a collection. */
      readonly kind: 'rows'
      readonly navigation: string
      /** Of those rows; `by` is their lookup to the row that they come with, where there is one. */
      readonly table: Table
      readonly by?: string | undefined
      readonly columns: readonly Column[]
    }
  | {
      /** Columns that name the parties of an activity: rows of one collection of its table. */
      readonly kind: 'parties'
      readonly navigation: string
      readonly table: Table
      readonly columns: readonly Column[]
    }
  | {
      /** A lookup to too many tables for links: the tables that a page's rows lead to are read. */
      readonly kind: 'targets'
      readonly lookup: Column
      /** As asked. */
      readonly select: readonly string[]
    }
