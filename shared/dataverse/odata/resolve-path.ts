import { findColumn, requireProperty } from '../query/resolve/names/find-column.ts'
import type { Navigation, Table } from '../metadata/model.ts'
import { nameOf, type Context, type Target } from './context.ts'
import { path, type Path } from '../query/from-odata/filter.ts'
import {
  ambiguousPath,
  findNavigations,
  tableBehind,
  unknownNavigation,
} from '../query/resolve/joins/find-navigation.ts'
import { shown } from './invalid-filter.ts'

/** Each has to be described before it can be known whether it has the column. */
const MOST_TARGETS = 4

type Start = { readonly table: Table; readonly prefix: readonly string[]; readonly rest: readonly string[] }

/**
 * Finds the column that a path ends at, and the Web API's names on the way.
 * @throws QueryError `unknown_column`, `unknown_path`, `ambiguous_path`
 */
export async function resolvePath(written: Path, context: Context): Promise<Target> {
  const start = startOf(written.segments, context)
  const names = [...start.prefix]
  let { table } = start
  const ways = start.rest.slice(0, -1)
  for (const [index, name] of ways.entries()) {
    const way = await wayTo(table, name, start.rest[index + 1] ?? '', context)
    names.push(way.name)
    table = await tableBehind(context.metadata, way)
  }
  const last = start.rest.at(-1) ?? ''
  const end = await endAt(table, names, last, context)
  const target = {
    ...end,
    own: end.path.segments.length === 1 && context.variables.length === 0,
    written: written.segments.join('/'),
  }
  sayIfRenamed(target, context)
  return target
}

/** Whether a bare word is a column where it stands, and not a value without quotes. */
export function isColumn({ segments }: Path, context: Context): boolean {
  const [first = '', ...more] = segments
  const tables = [context.table, ...context.variables.map(({ table }) => table)]
  const isVariable = context.variables.some(({ name }) => name === first)
  return (
    more.length > 0 ||
    isVariable ||
    tables.some((table) => table.byName.has(first.toLowerCase()) || findColumn(table, first) !== undefined)
  )
}

/** A name inside `any` or `all` without the variable means the rows of the collection, if those have it. */
function startOf(segments: readonly string[], context: Context): Start {
  const [first = '', ...rest] = segments
  const variable = context.variables.findLast(({ name }) => name === first)
  if (variable && rest.length > 0) return { table: variable.table, prefix: [variable.name], rest }
  const inner = context.variables.at(-1)
  if (inner && (findColumn(inner.table, first) ?? findNavigations(inner.table, first)[0])) {
    context.note(`"${shown(segments.join('/'))}" was read as ${inner.name}/${segments.join('/')}.`)
    return { table: inner.table, prefix: [inner.name], rest: segments }
  }
  return { table: context.table, prefix: [], rest: segments }
}

async function wayTo(table: Table, name: string, next: string, context: Context): Promise<Navigation> {
  const ways = findNavigations(table, name)
  const [only, ...others] = ways
  if (!only) throw unknownNavigation('unknown_path', table, name)
  if (others.length === 0) return only
  if (ways.length > MOST_TARGETS) throw ambiguousPath('ambiguous_path', name, ways)
  const having = await waysTo(next, ways, context)
  const [fitting, ...moreFitting] = having
  // A user and a team own rows alike; a name that one of them alone has says which is meant.
  const isOwner = ways.every(({ column }) => column === 'owninguser' || column === 'owningteam')
  if (isOwner && fitting && moreFitting.length === 0) return fitting
  throw ambiguousPath('ambiguous_path', name, fitting ? having : ways)
}

async function waysTo(column: string, ways: readonly Navigation[], { metadata }: Context): Promise<Navigation[]> {
  const behind = await Promise.all(ways.map((way) => tableBehind(metadata, way)))
  return ways.filter((_way, index) => {
    const table = behind[index]
    return table && findColumn(table, column)
  })
}

async function endAt(
  table: Table,
  names: readonly string[],
  last: string,
  { metadata }: Context,
): Promise<Omit<Target, 'own' | 'written'>> {
  const found = findColumn(table, last)
  const way = found ? undefined : table.navigations.find(({ name }) => name.toLowerCase() === last.toLowerCase())
  if (way) {
    const behind = await tableBehind(metadata, way)
    const column = requireProperty(behind, behind.entity.idColumn)
    return { table: behind, column, path: path(...names, way.name, column.property) }
  }
  const column = requireProperty(table, last)
  return { table, column, path: path(...names, column.property) }
}

/** The column's own name in another case says nothing new; another name does. */
function sayIfRenamed(target: Target, context: Context): void {
  const names = target.written.toLowerCase()
  const sent = target.path.segments.join('/')
  const meant = nameOf(target)
  if (names === meant.toLowerCase() || names === sent.toLowerCase() || context.variables.length > 0) return
  context.note(`"${shown(target.written)}" was read as ${meant}.`)
}
