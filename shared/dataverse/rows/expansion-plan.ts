import type { ResolvedExpansion } from '../query/resolve/resolved-query.ts'

/** What is left to do for an expansion once the rows of a page are there; names only, so that a cursor can hold it. */
export type ExpansionPlan = {
  readonly kind: ResolvedExpansion['kind']
  /** The key of the rows in their row: of `rows` and `parties` a navigation property, of `targets` a lookup's logical name. */
  readonly under: string
  /**
   * Aliases of links, the Web API's names of columns of `rows`, columns of `targets` as they were asked for,
   * or logical names of the columns that name `parties`.
   */
  readonly names: readonly string[]
}

export function planOf(expansion: ResolvedExpansion): ExpansionPlan {
  const { kind } = expansion
  switch (kind) {
    case 'link':
      return { kind, under: expansion.navigation, names: [expansion.alias] }
    case 'rows':
      return { kind, under: expansion.navigation, names: expansion.columns.map(({ property }) => property) }
    case 'parties':
      return { kind, under: expansion.navigation, names: expansion.columns.map(({ name }) => name) }
    case 'targets':
      return { kind, under: expansion.lookup.name, names: expansion.select }
  }
}
