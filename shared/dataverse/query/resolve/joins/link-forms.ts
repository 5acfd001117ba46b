import type { Table } from '../../../metadata/model.ts'
import { bareSource, filterOf, type Filter, type Link, type LinkType } from '../../model/query.ts'
import type { Step } from './joins.ts'

/** A link by its table and the two columns that join it. */
export type Ends = { readonly name: string; readonly from: string; readonly to: string }

/** The row behind a lookup. */
export function endsOf({ way, table: { entity } }: Step): Ends {
  return { name: entity.name, from: entity.idColumn, to: way.column }
}

/** Where there is a linked row of which the filter holds, or none. */
export function anyOf({ name, from, to }: Ends, inside: Filter, negative = false): Filter {
  const type = negative ? 'not any' : 'any'
  return filterOf('and', { links: [{ ...bareSource(name), from, to, type, filters: [inside] }] })
}

/** A link through the table that pairs rows: the first is asked whether there are any, the second narrows what counts. */
export function throughPairs(pairs: string, near: Table, far: Table, link: Link, type: LinkType | undefined): Link {
  const [nearId, farId] = [near.entity.idColumn, far.entity.idColumn]
  const second: Link = { ...link, from: farId, to: farId, type: type === 'outer' ? 'outer' : 'inner' }
  return { ...bareSource(pairs), from: nearId, to: nearId, ...(type && { type }), links: [second] }
}
