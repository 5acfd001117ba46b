import { QueryError } from '../../errors.ts'
import type { Collection, Column, Metadata, Navigation, Table } from '../../metadata/model.ts'
import { plainAttribute, type Expansion, type Note } from '../model/query.ts'
import { quoted } from '../say/refusals.ts'
import {
  ambiguousPath,
  findCollection,
  findEntity,
  findNavigations,
  isOwnerOrCustomer,
  stepsBy,
  tableBehind,
  unknownNavigation,
} from './joins/find-navigation.ts'
import type { Joins, Step } from './joins/joins.ts'
import { findColumn, hiddenColumnNamed, requireProperty } from './names/find-column.ts'
import { checkSelected } from './names/unknown-columns.ts'
import type { ResolvedExpansion } from './resolved-query.ts'

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/join-tables */
const MOST_EXPANSIONS = 15

type Expanding = { readonly table: Table; readonly metadata: Metadata; readonly note: Note; readonly joins: Joins }

/** The ways of a lookup, or one collection; with the columns of all that asked for it. */
type Asked = {
  readonly name: string
  readonly ways: readonly Navigation[]
  readonly collection: Collection | undefined
  readonly select: readonly string[]
}

/**
 * One level of related rows, by lookup column, navigation property in any case or entity.
 * @throws QueryError `unknown_expand`, `ambiguous_expand`, `ambiguous_collection`, `invalid_expand`, `unknown_column`
 */
export async function resolveExpansions(
  expansions: readonly Expansion[],
  expanding: Expanding,
): Promise<readonly ResolvedExpansion[]> {
  const { table, metadata } = expanding
  const asked = new Map<string, Asked>()
  for (const { way: name, attributes } of expansions) {
    const ways = findNavigations(table, name)
    const collection = ways.length > 0 ? undefined : await findCollection(table, name, metadata)
    if (ways.length === 0 && !collection) throw unknownNavigation('unknown_expand', table, name)
    const key = (collection ? [collection] : ways).map((one) => one.name).join()
    const known = asked.get(key)?.select ?? []
    asked.set(key, { name, ways, collection, select: [...known, ...attributes.map((one) => one.name)] })
  }
  if (asked.size === 0) return []
  if (asked.size > MOST_EXPANSIONS)
    throw new QueryError(
      'invalid_expand',
      `More than ${MOST_EXPANSIONS} lookups are expanded.`,
      `Expand at most ${MOST_EXPANSIONS}.`,
    )
  await readTables([...asked.values()], expanding)
  const resolved: ResolvedExpansion[] = []
  for (const one of asked.values()) resolved.push(...(await resolveExpansion(one, expanding)))
  return resolved
}

/** The tables behind all of them in one request, where they are not known yet. */
async function readTables(asked: readonly Asked[], { table, metadata }: Expanding): Promise<void> {
  const targets = asked.flatMap(({ name, ways, collection }): readonly { readonly target: string }[] =>
    collection ? [collection] : isJoined(table, name, ways) ? ways : [],
  )
  const names = [...new Set(targets.map(({ target }) => target))]
  const entities = await Promise.all(names.map((name) => findEntity(metadata, name)))
  await metadata.tables(entities.filter((entity) => entity !== undefined))
}

/** Whether links bring the rows: those of a lookup to many tables are read once their tables are known. */
function isJoined(table: Table, name: string, ways: readonly Navigation[]): boolean {
  return ways.length === 1 || isOwnerOrCustomer(table, name)
}

async function resolveExpansion(asked: Asked, expanding: Expanding): Promise<readonly ResolvedExpansion[]> {
  const { name, ways, collection, select } = asked
  const { table, metadata, note } = expanding
  if (collection) {
    const behind = await tableBehind(metadata, collection)
    const columns = columnsOf(behind, select, note)
    return [{ kind: 'rows', navigation: collection.name, table: behind, by: collection.column, columns }]
  }
  if (isJoined(table, name, ways)) return await byLinks(asked, expanding)
  const lookup = findColumn(table, ways[0]?.column ?? '')
  if (!lookup) throw ambiguousPath('ambiguous_expand', name, ways)
  if (select.length > 0) note(`Rows behind ${lookup.name} come with those of the columns that their table has.`)
  return [{ kind: 'targets', lookup, select }]
}

async function byLinks({ name, ways, select }: Asked, expanding: Expanding): Promise<readonly ResolvedExpansion[]> {
  const { table, metadata, note } = expanding
  const all = await stepsBy(metadata, ways)
  const has = (step: Step, column: string): boolean =>
    [findColumn(step.table, column), hiddenColumnNamed(step.table, column)].some(Boolean)
  // The owner means the user who owns the row, unless a column is asked for that teams alone have.
  const user = all.find(({ way }) => way.column === 'owninguser')
  const steps = user && select.every((column) => has(user, column)) ? [user] : all
  const [first] = steps
  checkSelected(
    select,
    steps.map((step) => step.table),
  )
  const unknown = select.find((column) => !steps.some((step) => has(step, column)))
  if (first && unknown !== undefined) requireProperty(first.table, unknown)
  const having = steps.filter((step) => select.length === 0 || select.some((column) => has(step, column)))
  const links = having.map((step) => {
    const known = select.filter((column) => has(step, column))
    return linkTo(step, known, expanding)
  })
  const names = links.map(({ navigation }) => navigation).join(', ')
  if (findColumn(table, name)?.type === 'Owner' && names === 'owninguser')
    note(`${quoted(name)} was expanded as owninguser: rows that a team owns have owningteam instead.`)
  return links
}

function linkTo(
  step: Step,
  select: readonly string[],
  { joins, note }: Expanding,
): Extract<ResolvedExpansion, { kind: 'link' }> {
  const { entity, byName } = step.table
  const columns = columnsOf(step.table, select, note)
  // An amount is shown in the currency of its own row.
  const currency = columns.some(({ type }) => type === 'Money') ? byName.get('transactioncurrencyid') : undefined
  const names = [entity.idColumn, ...columns.map(({ name }) => name), ...(currency ? [currency.name] : [])]
  const { alias } = joins.to([step], names.map(plainAttribute))
  return { kind: 'link', navigation: step.way.name, alias, table: step.table, columns }
}

function columnsOf(table: Table, select: readonly string[], note: Note): readonly Column[] {
  const { nameColumn, idColumn } = table.entity
  checkSelected(select, [table])
  const names = select.length > 0 ? select : [nameColumn ?? idColumn]
  const columns = names.map((name) => {
    const column = findColumn(table, name) ? undefined : hiddenColumnNamed(table, name)
    return column ?? shownColumn(table, name, note)
  })
  return [...new Set(columns)]
}

function shownColumn(table: Table, name: string, note: Note): Column {
  const column = requireProperty(table, name)
  if (name.toLowerCase() !== column.name && name.toLowerCase() !== column.property)
    note(`${quoted(name)} was read as ${column.name}.`)
  return column
}
