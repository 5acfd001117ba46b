import { QueryError } from '../../errors.ts'
import type { Collection, Column, Metadata, Navigation, Table } from '../../metadata/model.ts'
import { plainAttribute, type Expansion, type Note } from '../model/query.ts'
import { quoted } from '../say/refusals.ts'
import {
  ambiguousPath,
  findCollection,
  findNavigations,
  tableBehind,
  unknownNavigation,
  findEntity,
} from './joins/find-navigation.ts'
import type { Joins, Step } from './joins/joins.ts'
import { findColumn, requireProperty } from './names/find-column.ts'
import type { ResolvedExpansion } from './resolved-query.ts'

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/join-tables */
const MOST_EXPANSIONS = 15

type Expanding = { readonly table: Table; readonly metadata: Metadata; readonly note: Note; readonly joins: Joins }

/** A lookup's ways, or one collection; with the columns of all that asked for it. */
type Way = { readonly name: string; readonly ways: readonly Navigation[]; readonly collection?: Collection }
type Asked = Way & { readonly select: readonly string[] }

/**
 * One level of related rows, by lookup column, navigation property in any case or entity.
 * @throws QueryError `unknown_expand`, `ambiguous_expand`, `ambiguous_collection`, `invalid_expand`, `unknown_column`
 */
export async function resolveExpansions(
  expansions: readonly Expansion[],
  expanding: Expanding,
): Promise<readonly ResolvedExpansion[]> {
  const asked = new Map<string, Asked>()
  for (const { way: name, attributes } of expansions) {
    const way = await wayOf(name, expanding)
    const key = way.collection?.name ?? way.ways.map((one) => one.name).join()
    const known = asked.get(key)?.select ?? []
    asked.set(key, { ...way, select: [...known, ...attributes.map((attribute) => attribute.name)] })
  }
  if (asked.size === 0) return []
  checkNumber(asked.size)
  await readTables([...asked.values()], expanding)
  const resolved: ResolvedExpansion[] = []
  for (const one of asked.values()) resolved.push(...(await resolveExpansion(one, expanding)))
  return resolved
}

async function wayOf(name: string, { table, metadata }: Expanding): Promise<Way> {
  const ways = findNavigations(table, name)
  if (ways.length > 0) return { name, ways }
  const collection = await findCollection(table, name, metadata)
  if (!collection) throw unknownNavigation('unknown_expand', table, name)
  return { name, ways, collection }
}

/** The tables behind all of them in one request, where they are not known yet. */
async function readTables(asked: readonly Asked[], { table, metadata }: Expanding): Promise<void> {
  const targets = asked.flatMap(({ name, ways, collection }): readonly { readonly target: string }[] => {
    if (collection) return [collection]
    return isJoined(table, name, ways) ? ways : []
  })
  const names = [...new Set(targets.map(({ target }) => target))]
  const entities = await Promise.all(names.map((name) => findEntity(metadata, name)))
  await metadata.tables(entities.filter((entity) => entity !== undefined))
}

/** Whether links bring the rows: those of a lookup to many tables are read once their tables are known. */
function isJoined(table: Table, name: string, ways: readonly Navigation[]): boolean {
  return ways.length === 1 || ['Owner', 'Customer'].includes(findColumn(table, name)?.type ?? '')
}

async function resolveExpansion(asked: Asked, expanding: Expanding): Promise<readonly ResolvedExpansion[]> {
  const { name, ways, collection, select } = asked
  if (!collection) return await byLookup(name, ways, select, expanding)
  if (collection.name !== name) expanding.note(`${quoted(name)} was expanded as ${collection.name}.`)
  const table = await tableBehind(expanding.metadata, collection)
  const columns = columnsOf(table, select, expanding.note)
  return [{ kind: 'rows', navigation: collection.name, collection, table, columns }]
}

async function byLookup(
  name: string,
  all: readonly Navigation[],
  select: readonly string[],
  expanding: Expanding,
): Promise<readonly ResolvedExpansion[]> {
  const { table, metadata, note } = expanding
  const lookup = findColumn(table, all[0]?.column ?? '')
  if (!isJoined(table, name, all)) {
    if (!lookup) throw ambiguousPath('ambiguous_expand', name, all)
    if (select.length > 0) note(`Rows behind ${lookup.name} come with those of the columns that their table has.`)
    return [{ kind: 'targets', lookup, select, table }]
  }
  const ways = await withoutTeams(all, select, metadata)
  const steps = await Promise.all(ways.map(async (way) => ({ way, table: await tableBehind(metadata, way) })))
  for (const column of select) checkSomewhere(steps, column)
  const links = steps.flatMap((step): ResolvedExpansion[] => {
    const known = steps.length === 1 ? select : select.filter((column) => findColumn(step.table, column))
    return select.length > 0 && known.length === 0 ? [] : [linkTo(step, known, expanding)]
  })
  const names = links.map((link) => (link.kind === 'link' ? link.under : '')).join(', ')
  if (names !== name) note(`${quoted(name)} was expanded as ${names}.`)
  if (findColumn(table, name)?.type === 'Owner' && names === 'owninguser')
    note('Rows that a team owns have owningteam instead.')
  return links
}

function linkTo(step: Step, select: readonly string[], { joins, note }: Expanding): ResolvedExpansion {
  const { table, way } = step
  const { alias = '' } = joins.to([step])
  const columns = columnsOf(table, select, note)
  // An amount is shown in the currency of its own row.
  const currency = columns.some(({ type }) => type === 'Money') ? table.byName.get('transactioncurrencyid') : undefined
  const names = new Set([
    table.entity.idColumn,
    ...columns.map((column) => column.name),
    ...(currency ? [currency.name] : []),
  ])
  joins.show(alias, [...names].map(plainAttribute))
  const shown = columns.map((column) => ({
    key: `${alias}.${column.name}`,
    label: column.label ?? column.name,
    column,
    entity: table.entity.name,
    link: alias,
  }))
  return {
    kind: 'link',
    under: way.name,
    links: [{ alias, entity: table.entity.name, navigation: way.name, columns: shown }],
  }
}

/** `ownerid` means the user who owns the row, unless a column is asked for that teams alone have. */
async function withoutTeams(
  ways: readonly Navigation[],
  select: readonly string[],
  metadata: Metadata,
): Promise<readonly Navigation[]> {
  const user = ways.find(({ column }) => column === 'owninguser')
  if (!user || ways.length === 1) return ways
  const table = await tableBehind(metadata, user)
  return select.every((column) => findColumn(table, column)) ? [user] : ways
}

function checkSomewhere(steps: readonly Step[], column: string): void {
  const [first] = steps
  if (first && !steps.some(({ table }) => findColumn(table, column))) requireProperty(first.table, column)
}

function columnsOf(table: Table, select: readonly string[], note: Note): readonly Column[] {
  const { nameColumn, idColumn } = table.entity
  const names = select.length > 0 ? select : [nameColumn ?? idColumn]
  const columns = names.map((name) => {
    const column = requireProperty(table, name)
    if (name.toLowerCase() !== column.name && name.toLowerCase() !== column.property)
      note(`${quoted(name)} was read as ${column.name}.`)
    return column
  })
  return [...new Set(columns)]
}

function checkNumber(expansions: number): void {
  if (expansions <= MOST_EXPANSIONS) return
  throw new QueryError(
    'invalid_expand',
    `More than ${MOST_EXPANSIONS} lookups are expanded.`,
    `Expand at most ${MOST_EXPANSIONS}.`,
  )
}
