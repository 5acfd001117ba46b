import { isAlwaysSet } from '../../model/column-kind.ts'
import { FILTER_LINK_TYPES, type Link, type LinkType, type Source } from '../../model/query.ts'
import { returnsColumns } from '../../model/walk.ts'
import { invalidFetch } from '../../say/refusals.ts'
import { negatedType } from '../filter/negate.ts'
import { resolveJoin } from './resolve-join.ts'
import { throughPairs } from './link-forms.ts'
import { findColumn } from '../names/find-column.ts'
import type { Resolving, Scope } from '../names/scope.ts'

const IN_FILTER: readonly (LinkType | undefined)[] = FILTER_LINK_TYPES
/** What a join of rows means where only "are there any" can be asked. */
const AS_ANY: readonly (LinkType | undefined)[] = [undefined, 'inner', 'natural', 'exists', 'in']

/** Whether a link may only stand in a filter. */
export function belongsInFilter(link: Link): boolean {
  return IN_FILTER.includes(link.type)
}

/** Where a link stands; `shown`: rows of its parent come with their columns, so that it says how often. */
type Standing = { readonly inFilter: boolean; readonly negative: boolean; readonly shown: boolean }

/** A link with its table's name, its type and its columns. @throws QueryError */
export async function resolveLink(
  link: Link,
  parent: Scope,
  { inFilter, negative, shown }: Standing,
  resolving: Resolving,
  resolveInside: (link: Link, scope: Scope, shown: boolean) => Promise<Source>,
): Promise<Link> {
  const table = resolving.tableOf(link.name)
  const written = inFilter ? typeInFilter(link) : link.type
  const type = negative ? negatedType(written) : written
  const join = resolveJoin(link, parent.table, table)
  const { alias } = link
  const scope: Scope = resolving.scopes.get(alias?.toLowerCase() ?? '') ?? { table }
  const isMany = 'intersect' in join || join.from !== table.entity.idColumn
  const told = { ...resolving, note: shown ? resolving.note : () => undefined }
  const kept = inFilter || !isMany ? type : typeToMany(link, type, scope, parent, told)
  const isShown = shown && !inFilter && returnsColumns({ ...link, type: kept })
  const inside = { ...(await resolveInside(link, scope, isShown)), ...(alias !== undefined && { alias }) }
  if (!('intersect' in join)) return { ...inside, ...join, ...(kept !== undefined && { type: kept }) }
  if (type === 'all' || type === 'not all')
    throw invalidFetch(`A link of type "${type}" cannot lead through a third table.`, 'Use "any" or "not any".')
  return throughPairs(join.intersect, parent.table, table, inside, kept)
}

function typeInFilter({ type }: Link): LinkType {
  if (type !== undefined && IN_FILTER.includes(type)) return type
  if (!AS_ANY.includes(type))
    throw invalidFetch(
      `A link of type "${type ?? ''}" cannot stand in a filter.`,
      'Use link-type "any", "not any", "all" or "not all" there, or move it out of the <filter>.',
    )
  return 'any'
}

const JOINING: readonly (LinkType | undefined)[] = [undefined, 'inner', 'natural']

/** An inner join repeats its parent for each row that it finds: where it brings nothing, "is there one" is meant. */
function typeToMany(
  link: Link,
  type: LinkType | undefined,
  { table, alias = '' }: Scope,
  parent: Scope,
  resolving: Resolving,
): LinkType | undefined {
  const { note, referenced } = resolving
  const names = [alias, link.name, table.entity.name].map((name) => name.toLowerCase())
  if (bringsColumns(link) || names.some((name) => referenced.has(name))) {
    if (type === undefined || returnsColumns({ ...link, type }))
      note(repeated(type, { table, alias }, parent, resolving))
    return type
  }
  if (!JOINING.includes(type)) return type
  note(`The link to ${table.entity.name} brings no column: each ${parent.table.entity.name} that has one comes once.`)
  return 'exists'
}

/** How often a row comes: an outer link whose column must be empty is how FetchXML asks for rows that have none. */
function repeated(
  type: LinkType | undefined,
  { table, alias = '' }: Scope,
  parent: Scope,
  { empty }: Resolving,
): string {
  const { name, idColumn } = table.entity
  const written = type === 'outer' ? empty.get(alias.toLowerCase()) : undefined
  const column = written === undefined ? undefined : findColumn(table, written)
  const each = `Each ${parent.table.entity.name}`
  if (!column) return `${each} comes once for each of its rows of ${name}.`
  if (isAlwaysSet(column, idColumn)) return `${each} that has no ${name} comes, once.`
  return `${each} comes once for each ${name} without ${column.name}, and once where it has no ${name}.`
}

function bringsColumns(link: Link): boolean {
  const { attributes, allAttributes, orders, links } = link
  return attributes.length > 0 || allAttributes || orders.length > 0 || links.some(bringsColumns)
}
