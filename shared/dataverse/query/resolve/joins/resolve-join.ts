import { QueryError } from '../../../errors.ts'
import type { Column, Table } from '../../../metadata/model.ts'
import { findColumn, requireColumn } from '../names/find-column.ts'
import { kindOf } from '../../model/column-kind.ts'
import type { Link } from '../../model/query.ts'
import { quoted } from '../../say/refusals.ts'
import { joinsBetween, manyToManyBetween, type Join, type ManyToMany } from './relationships.ts'
import type { Resolving } from '../names/scope.ts'

const LISTED_MOST = 12
const NOT_JOINABLE = new Set(['MultiSelectPicklist', 'PartyList', 'Image', 'File'])

/** The columns that join a link, completed where exactly one relationship fits. @throws QueryError */
export function resolveJoin(link: Link, parent: Table, linked: Table, resolving: Resolving): Join | ManyToMany {
  const { from, to } = link
  if (from === undefined || to === undefined) return completed(link, parent, linked, resolving)
  const straight = pair(from, linked, to, parent)
  if (straight) return checked(straight, parent, linked)
  const reversed = pair(to, linked, from, parent)
  if (reversed) {
    resolving.note(
      `from and to of the link to ${linked.entity.name} were swapped: from is a column of ${linked.entity.name}.`,
    )
    return checked(reversed, parent, linked)
  }
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

function completed(link: Link, parent: Table, linked: Table, { note }: Resolving): Join | ManyToMany {
  const own = link.from === undefined ? undefined : requireColumn(linked, link.from).name
  const other = link.to === undefined ? undefined : requireColumn(parent, link.to).name
  const all = joinsBetween(parent, linked)
  const joins = all.filter(({ from, to }) => (own ?? from) === from && (other ?? to) === to)
  const crossings = own === undefined && other === undefined ? manyToManyBetween(parent, linked) : []
  const [join] = joins
  const [crossing] = crossings
  if (joins.length + crossings.length === 1) {
    if (join) note(`The link to ${linked.entity.name} was completed: from="${join.from}" to="${join.to}".`)
    else if (crossing) note(`The link to ${linked.entity.name} was led through ${crossing.intersect}.`)
    const found = join ?? crossing
    if (found) return found
  }
  const many = joins.length + crossings.length > 1
  throw new QueryError(
    many ? 'ambiguous_link' : 'unknown_link',
    many
      ? `Several relationships join ${linked.entity.name} to ${parent.entity.name}.`
      : `No relationship joins ${linked.entity.name} to ${parent.entity.name} like that.`,
    many ? `Write one of: ${written(joins)}.` : adviceOf(parent, linked),
  )
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
