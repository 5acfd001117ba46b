import { VIEW_PLANS } from '../seed/platform/views.ts'
import type { Entity } from '../schema/schema.ts'

/** What Dataverse Search keeps of a table: where it looks, and what it can give back. */
export type Index = { readonly searched: readonly string[]; readonly kept: ReadonlySet<string> }

const ALSO_KEPT = ['createdon', 'modifiedon', 'statecode', 'statuscode', 'ownerid']

/** The tables in the index with the columns of their quick find and of their public view. */
export const INDEXES: ReadonlyMap<string, Index> = new Map(
  VIEW_PLANS.filter(({ isIndexed }) => isIndexed === true).map(({ entity, id, find, columns }) => [
    entity,
    { searched: find, kept: new Set([...find, ...columns, id, ...ALSO_KEPT]) },
  ]),
)

export function isSearchable({ logicalName }: Entity, column: string): boolean {
  return INDEXES.get(logicalName)?.searched.includes(column) ?? false
}
