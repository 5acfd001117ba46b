import { QueryError } from '../../../errors.ts'
import type { Navigation, Table } from '../../../metadata/model.ts'
import { nameOf, sayProperty, type Context, type Target } from '../../../odata/context.ts'
import {
  compare,
  join,
  NULL,
  path,
  type ComparisonOperator,
  type Filter,
  type Literal,
  type Match,
} from '../../from-odata/filter.ts'
import { ambiguousPath, navigationsOf, tableBehind } from '../joins/find-navigation.ts'
import { queryFunction } from '../../../odata/function-filter.ts'
import { invalidValue, shown } from '../../../odata/invalid-filter.ts'
import { keyOf, withEmptyRows } from '../empty-rows.ts'
import { writeFilter } from '../../../odata/write-filter.ts'

const GUID = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i
const ME = new Set(['me', '@me', 'currentuser', 'current user', 'current-user', 'myself', 'current_user'])
/** Every target costs Dataverse a join. */
const MOST_TARGETS = 4

/** Compares an id or a lookup: with an id, with the person who asks, or with the name of the row it refers to. */
export async function compareReference(
  target: Target,
  operator: ComparisonOperator,
  literal: Literal,
  context: Context,
): Promise<Filter> {
  const name = nameOf(target)
  if (operator !== 'eq' && operator !== 'ne') {
    throw invalidValue(`The column ${name} refers to a row and has no order.`, `Compare it with eq or ne.`)
  }
  const written = literal.kind === 'null' ? '' : String(literal.value)
  const id = GUID.exec(written.trim())?.[1]?.toLowerCase()
  if (id !== undefined) {
    if (literal.kind === 'text' && written !== id) context.note(`'${shown(written)}' was read as the id ${id}.`)
    sayProperty(target, context)
    const condition = compare(target.path, operator, { kind: 'guid', value: id })
    return operator === 'ne' ? withEmptyRows(condition, target, context) : condition
  }
  if (ME.has(written.trim().toLowerCase()) && holdsUsers(target)) return isMe(target, operator, context)
  if (literal.kind !== 'text') {
    throw invalidValue(
      `The column ${name} refers to a row; ${shown(written)} is no id.`,
      `Compare it with an id, or with a name in quotes: ${name} eq 'name'.`,
    )
  }
  const { ways, note } = await namesBehind(target, context)
  const conditions = ways.map((way) => compareName(way, operator, literal, target, context))
  const filter = join(operator === 'eq' ? 'or' : 'and', conditions)
  note(`"${name} ${operator} '${shown(literal.value)}'"`, filter)
  return filter
}

/** A row whose lookup is empty, or leads to another entity, has another name, too. */
function compareName(way: Target, operator: 'eq' | 'ne', literal: Literal, target: Target, context: Context): Filter {
  const condition = compare(way.path, operator, literal)
  if (operator === 'eq') return condition
  sayEmptyIncluded(target, context)
  return { kind: 'or', operands: [condition, compare(way.path, 'eq', NULL)] }
}

function sayEmptyIncluded(target: Target, context: Context): void {
  const name = nameOf(target)
  if (target.column.type === 'Owner' || context.nullTested.has(keyOf(target))) return
  context.note(`Rows where ${name} is empty are included; to leave them out, add: and ${name} ne null.`)
}

/** `contains(customerid,'x')`: the name of the row that the lookup refers to. */
export async function matchName(target: Target, match: Match, negated: boolean, context: Context): Promise<Filter> {
  const { ways, note } = await namesBehind(target, context)
  const conditions = ways.map(({ path: left }): Filter => {
    const condition: Filter = { ...match, left }
    if (!negated) return condition
    return { kind: 'or', operands: [{ kind: 'not', operand: condition }, compare(left, 'eq', NULL)] }
  })
  if (negated) sayEmptyIncluded(target, context)
  const filter = join(negated ? 'and' : 'or', conditions)
  note(`"${negated ? 'not ' : ''}${match.name}(${nameOf(target)},'${shown(match.text)}')"`, filter)
  return filter
}

function waysOf(target: Target): readonly Navigation[] {
  return navigationsOf(target.table, target.column)
}

type Names = { readonly ways: readonly Target[]; readonly note: (written: string, filter: Filter) => void }

/** The primary names of the rows that a lookup may refer to. */
async function namesBehind(target: Target, context: Context): Promise<Names> {
  const ways = waysOf(target)
  if (ways.length > MOST_TARGETS) throw ambiguousPath('ambiguous_path', target.column.name, ways)
  const prefix = target.path.segments.slice(0, -1)
  const found: Target[] = isRowId(target) ? ownName(target) : []
  for (const way of ways) {
    const table = await tableBehindIfAny(context, way)
    const column = table?.byName.get(table.entity.nameColumn ?? '')
    if (table && column)
      found.push({ ...target, table, column, own: false, path: path(...prefix, way.name, column.property) })
  }
  if (found.length === 0) {
    throw invalidValue(
      `The column ${nameOf(target)} can only be compared with an id.`,
      `Find the id first; then write: ${nameOf(target)} eq 00000000-0000-0000-0000-000000000000.`,
    )
  }
  const note = (written: string, filter: Filter): void => context.note(`${written} was read as ${writeFilter(filter)}.`)
  return { ways: found, note }
}

/** A lookup may lead to a table that is not published to the Web API. */
async function tableBehindIfAny(context: Context, way: Navigation): Promise<Table | undefined> {
  try {
    return await tableBehind(context.metadata, way)
  } catch (error) {
    if (error instanceof QueryError) return undefined
    throw error
  }
}

/** An id of the row itself, or of one that a path leads to by its navigation property. */
export function isRowId({ column, table }: Target): boolean {
  return column.name === table.entity.idColumn
}

function ownName(target: Target): Target[] {
  const column = target.table.byName.get(target.table.entity.nameColumn ?? '')
  return column ? [{ ...target, column, path: path(...target.path.segments.slice(0, -1), column.property) }] : []
}

function holdsUsers(target: Target): boolean {
  if (isRowId(target)) return target.table.entity.name === 'systemuser'
  return waysOf(target).some((way) => way.target === 'systemuser')
}

function isMe(target: Target, operator: 'eq' | 'ne', context: Context): Filter {
  const condition = queryFunction(operator === 'eq' ? 'EqualUserId' : 'NotEqualUserId', target)
  context.note(`"${nameOf(target)} ${operator} me" was read as the person who asks.`)
  return operator === 'ne' ? withEmptyRows(condition, target, context) : condition
}
