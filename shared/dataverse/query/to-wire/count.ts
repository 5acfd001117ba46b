import type { Entity } from '../../metadata/model.ts'
import { listOf, plainAttribute, type Attribute, type Link, type Query, type Source } from '../model/query.ts'
import { returnsColumns } from '../model/walk.ts'

/**
 * The aggregate that counts the rows of a resolved fetch in a column `rows`, for totals beyond 5,000; Dataverse refuses
 * it beyond 50,000 rows (0x8004E023). A link to many rows repeats its parent in the rows and so in the count.
 * @returns `undefined` where no aggregate gives the same number: for an aggregate itself, and for distinct rows
 */
export function countFetch(query: Query, of: Entity): Query | undefined {
  return query.aggregate || query.distinct ? undefined : counting(query, of)
}

/** The same with other totals beside `rows`, whatever columns the query itself has. */
export function counting({ entity, dataSource }: Query, of: Entity, totals: readonly Attribute[] = []): Query {
  const count = { ...plainAttribute(of.idColumn), alias: 'rows', aggregate: 'count' as const }
  const counted = listOf({ ...bare(entity), attributes: [count, ...totals] })
  return { ...counted, aggregate: true, ...(dataSource && { dataSource }) }
}

function bare<S extends Source>(source: S): S {
  const links = source.links.map((link): Link => (returnsColumns(link) ? bare(link) : link))
  return { ...source, attributes: [], allAttributes: false, orders: [], links }
}
