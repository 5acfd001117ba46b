import type { Entity } from '../../metadata/model.ts'
import { listOf, plainAttribute, type Link, type Query, type Source } from '../model/query.ts'
import { returnsColumns } from '../model/walk.ts'

/**
 * The aggregate that counts the rows of a resolved fetch in a column `rows`, for totals beyond 5,000; Dataverse refuses
 * it beyond 50,000 rows (0x8004E023). A link to many rows repeats its parent in the rows and so in the count.
 * @returns `undefined` where no aggregate gives the same number: for an aggregate itself, and for distinct rows
 */
export function countFetch({ entity, aggregate, distinct, dataSource }: Query, of: Entity): Query | undefined {
  if (aggregate || distinct) return undefined
  const count = { ...plainAttribute(of.idColumn), alias: 'rows', aggregate: 'count' as const }
  const counted = listOf({ ...bare(entity), attributes: [count] })
  return { ...counted, aggregate: true, ...(dataSource && { dataSource }) }
}

function bare<S extends Source>(source: S): S {
  const links = source.links.map((link): Link => (returnsColumns(link) ? bare(link) : link))
  return { ...source, attributes: [], allAttributes: false, orders: [], links }
}
