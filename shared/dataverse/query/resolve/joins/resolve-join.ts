import { QueryError } from '../../../errors.ts'
import type { Column, Table } from '../../../metadata/model.ts'
import { findColumn, requireColumn } from '../names/find-column.ts'
import { kindOf } from '../../model/column-kind.ts'
import type { Link } from '../../model/query.ts'
import { quoted } from '../../say/refusals.ts'

const LISTED_MOST = 12
const NOT_JOINABLE = new Set(['MultiSelectPicklist', 'PartyList', 'Image', 'File'])

/** Two columns that join two tables: `from` on the linked one, `to` on the one it is linked to. */
type Join = { readonly from: string; readonly to: string }
/** Two tables joined through a third. */
type ManyToMany = { readonly intersect: string }

/** The columns that join a link, completed where exactly one relationship fits. @throws QueryError */
export function resolveJoin(link: Link, parent: Table, linked: Table): Join | ManyToMany {
  const { from, to } = link
  if (from === undefined || to === undefined) return completed(link, parent, linked)
  // Where the two columns exist the other way round alone, that is meant.
  const found = pair(from, linked, to, parent) ?? pair(to, linked, from, parent)
  if (found) return checked(found, parent, linked)
  throw unknownSide(link, parent, linked)
}

type Pair = { readonly from: Column; readonly to: Column }

function pair(from: string, linked: Table, to: string, parent: Table): Pair | undefined {
  const [own, other] = [findColumn(linked, from), findColumn(parent, to)]
  return own && other ? { from: own, to: other } : undefined
}

function checked({ from, to }: Pair, parent: Table, linked: Table): Join {
  const kinds = [from, to].map((column) => (kindOf(column) === 'id' ? 'lookup' : kindOf(column)))
  const joinable = ![from, to].some((column) => NOT_JOINABLE.has(column.type))
  if (kinds[0] === kinds[1] && joinable) return { from: from.name, to: to.name }
  throw new QueryError(
    'invalid_link',
    `${linked.entity.name}.${from.name} (${from.type}) and ${parent.entity.name}.${to.name} (${to.type}) cannot be joined.`,
    adviceOf(parent, linked),
  )
}

function completed(link: Link, parent: Table, linked: Table): Join | ManyToMany {
  const own = link.from === undefined ? undefined : requireColumn(linked, link.from, 'fetchxml').name
  const other = link.to === undefined ? undefined : requireColumn(parent, link.to, 'fetchxml').name
  const joins = joinsBetween(parent, linked).filter(({ from, to }) => (own ?? from) === from && (other ?? to) === to)
  const crossings = own === undefined && other === undefined ? manyToManyBetween(parent, linked) : []
  const [found, ...others] = [...joins, ...crossings]
  const names = [linked.entity.name, parent.entity.name].join(' to ')
  if (!found)
    throw new QueryError('unknown_link', `No relationship joins ${names} like that.`, adviceOf(parent, linked))
  if (others.length > 0)
    throw new QueryError('ambiguous_link', `Several relationships join ${names}.`, `Write one of: ${written(joins)}.`)
  return found
}

function unknownSide(link: Link, parent: Table, linked: Table): QueryError {
  const from = link.from ?? ''
  const missing = findColumn(linked, from)
    ? `${parent.entity.name} has no column ${quoted(link.to ?? '')} (to)`
    : `${linked.entity.name} has no column ${quoted(from)} (from)`
  return new QueryError(
    'invalid_link',
    `The link to ${linked.entity.name} does not fit: ${missing}.`,
    adviceOf(parent, linked),
  )
}

function adviceOf(parent: Table, linked: Table): string {
  const joins = joinsBetween(parent, linked)
  if (joins.length > 0) return `Write one of: ${written(joins)}.`
  const [crossing] = manyToManyBetween(parent, linked)
  return crossing
    ? 'Leave from and to out: they are related many to many.'
    : `Call get_entity_metadata for ${parent.entity.name} to see its relationships, and link through a table between them.`
}

function written(joins: readonly Join[]): string {
  const listed = joins.slice(0, LISTED_MOST).map(({ from, to }) => `from="${from}" to="${to}"`)
  return `${listed.join(', ')}${joins.length > LISTED_MOST ? ', …' : ''}`
}

/** The lookups that join `linked` to `parent`, either way round; each once. */
function joinsBetween(parent: Table, linked: Table): Join[] {
  const joins = [
    ...lookups(parent, linked).map((to) => ({ from: linked.entity.idColumn, to })),
    ...lookups(linked, parent).map((from) => ({ from, to: parent.entity.idColumn })),
    ...parent.collections.flatMap(({ kind, target, column }) =>
      kind === 'one-to-many' && target === linked.entity.name && column !== undefined
        ? [{ from: column, to: parent.entity.idColumn }]
        : [],
    ),
    ...intersection(parent, linked),
  ]
  return [...new Map(joins.map((join) => [`${join.from} ${join.to}`, join])).values()]
}

function lookups(table: Table, target: Table): string[] {
  return table.navigations.filter((way) => way.target === target.entity.name).map(({ column }) => column)
}

/** An intersect table has the ids of both its tables under their own names. */
function intersection(parent: Table, linked: Table): Join[] {
  const crosses = (one: Table, other: Table): boolean =>
    one.collections.some(({ intersect }) => intersect === other.entity.name) && other.byName.has(one.entity.idColumn)
  const [crossed] = crosses(parent, linked) ? [parent] : crosses(linked, parent) ? [linked] : []
  return crossed ? [{ from: crossed.entity.idColumn, to: crossed.entity.idColumn }] : []
}

/** The intersect tables between two tables. A table related to itself has other columns there: it is not among them. */
function manyToManyBetween(parent: Table, linked: Table): ManyToMany[] {
  if (parent.entity.name === linked.entity.name) return []
  const between = (one: Table, other: Table): string[] =>
    one.collections.flatMap(({ target, intersect }) => (target === other.entity.name && intersect) || [])
  const names = new Set([...between(parent, linked), ...between(linked, parent)])
  return [...names].map((intersect) => ({ intersect }))
}
