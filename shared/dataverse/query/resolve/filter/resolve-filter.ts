import type { Condition, Filter, Link } from '../../model/query.ts'
import { testedIn, UNTESTED } from './empty-rows.ts'
import type { Resolving, Scope } from '../names/scope.ts'
import { resolveCondition } from './resolve-condition.ts'

/** @param negative the link stands below a `not` */
export type ResolveLink = (link: Link, parent: Scope, negative: boolean) => Promise<Link>

/**
 * A filter whose every condition means a column of its table, or of the link it names, with every `not` moved into
 * its conditions and links: Dataverse has none before a filter. @throws QueryError
 */
export async function resolveFilter(
  filter: Filter,
  own: Scope,
  resolving: Resolving,
  resolveLink: ResolveLink,
  below = false,
  above = UNTESTED,
): Promise<Filter> {
  const negative = below !== (filter.negated ?? false)
  const tested = testedIn(filter, negative, above, own, resolving)
  const parts: Filter[] = []
  for (const condition of filter.conditions)
    parts.push(await resolveCondition(condition, { own, negative, tested }, resolving))
  for (const inner of filter.filters)
    parts.push(await resolveFilter(inner, own, resolving, resolveLink, negative, tested))
  const links: Link[] = []
  for (const link of filter.links) links.push(await resolveLink(link, own, negative))
  const type = negative === (filter.type === 'and') ? 'or' : 'and'
  return merged({ type, union: filter.union, conditions: [], filters: parts, links })
}

/** Without brackets that say nothing: a part that is joined alike, or holds one thing alone. */
function merged(filter: Filter): Filter {
  const conditions: Condition[] = []
  const filters: Filter[] = []
  const links: Link[] = [...filter.links]
  for (const part of filter.filters.map((one) => merged(one))) {
    const size = part.conditions.length + part.filters.length + part.links.length
    if (!part.union && (size === 1 || part.type === filter.type)) {
      conditions.push(...part.conditions)
      filters.push(...part.filters)
      links.push(...part.links)
    } else filters.push(part)
  }
  return { type: filter.type, union: filter.union, conditions: [...filter.conditions, ...conditions], filters, links }
}
