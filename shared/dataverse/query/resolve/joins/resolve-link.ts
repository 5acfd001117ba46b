import type { Link, LinkType, Source } from '../../model/query.ts'
import { FILTER_LINK_TYPES } from '../../model/query.ts'
import { invalidFetch } from '../../../fetchxml/invalid-fetch.ts'
import { resolveJoin } from './resolve-join.ts'
import type { Resolving, Scope } from '../names/scope.ts'

const IN_FILTER: readonly (LinkType | undefined)[] = FILTER_LINK_TYPES
/** What a join of rows means where only "are there any" can be asked. */
const AS_ANY: readonly (LinkType | undefined)[] = [undefined, 'inner', 'natural', 'exists', 'in']

/** Whether a link may only stand in a filter. */
export function belongsInFilter(link: Link): boolean {
  return IN_FILTER.includes(link.type)
}

/** A link with its table's name, its type and its columns. @throws QueryError */
export function resolveLink(
  link: Link,
  parent: Scope,
  inFilter: boolean,
  resolving: Resolving,
  resolveInside: (link: Link, scope: Scope) => Source,
): Link {
  const table = resolving.tableOf(link.name)
  const type = inFilter ? typeInFilter(link, resolving) : link.type
  const join = resolveJoin(link, parent.table, table, resolving)
  const scope: Scope = { table, ...(link.alias !== undefined && { alias: link.alias }) }
  const inside = {
    ...resolveInside(link, resolving.scopes.get(link.alias?.toLowerCase() ?? '') ?? scope),
    name: table.entity.name,
    ...(link.alias !== undefined && { alias: link.alias }),
  }
  if (!('intersect' in join)) return { ...inside, ...join, ...(type !== undefined && { type }) }
  if (type === 'all' || type === 'not all')
    throw invalidFetch(`A link of type "${type}" cannot lead through a third table.`, 'Use "any" or "not any".')
  const [near, far] = [parent.table.entity.idColumn, table.entity.idColumn]
  // Only the first of the two links is asked whether rows exist; the second narrows what counts.
  const second: LinkType = type === 'outer' ? 'outer' : 'inner'
  const through: Source = {
    name: join.intersect,
    attributes: [],
    allAttributes: false,
    orders: [],
    filters: [],
    links: [{ ...inside, from: far, to: far, type: second }],
  }
  return { ...through, from: near, to: near, ...(type !== undefined && { type }) }
}

function typeInFilter({ type, name }: Link, { note }: Resolving): LinkType {
  if (type !== undefined && IN_FILTER.includes(type)) return type
  if (!AS_ANY.includes(type))
    throw invalidFetch(
      `A link of type "${type ?? ''}" cannot stand in a filter.`,
      'Use link-type "any", "not any", "all" or "not all" there, or move it out of the <filter>.',
    )
  note(`In a filter the link to ${name.slice(0, 100)} was read as link-type "any".`)
  return 'any'
}
