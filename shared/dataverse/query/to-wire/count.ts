import type { Entity } from '../../metadata/model.ts'
import type { Fetch, Link, Source } from '../model/query.ts'
import { returnsColumns } from '../model/walk.ts'

/** The column of a {@link countFetch} answer. */
export const COUNT_ALIAS = 'rows'

/**
 * The aggregate that counts the rows of a resolved fetch, for totals beyond 5,000; Dataverse refuses it beyond 50,000
 * rows (0x8004E023). A link to many rows repeats its parent in the rows and so in the count.
 * @returns `undefined` where no aggregate gives the same number: for an aggregate itself, and for distinct rows
 */
export function countFetch(fetch: Fetch, entity: Entity): Fetch | undefined {
  if (fetch.aggregate || fetch.distinct) return undefined
  const count = {
    name: entity.idColumn,
    alias: COUNT_ALIAS,
    aggregate: 'count' as const,
    groupBy: false,
    distinct: false,
    userTimeZone: true,
    countChildren: false,
  }
  const { dataSource } = fetch
  return {
    entity: { ...bare(fetch.entity), attributes: [count] },
    aggregate: true,
    distinct: false,
    returnTotal: false,
    rawOrder: false,
    lateMaterialize: false,
    ...(dataSource && { dataSource }),
  }
}

function bare<S extends Source>(source: S): S {
  const links = source.links.map((link): Link => (returnsColumns(link) ? bare(link) : link))
  return { ...source, attributes: [], allAttributes: false, orders: [], links }
}
