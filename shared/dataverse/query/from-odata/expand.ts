import { QueryError } from '../../errors.ts'
import { findColumn } from '../resolve/names/find-column.ts'
import type { Collection, Column, Entity, Metadata, Navigation, Table } from '../../metadata/model.ts'
import {
  ambiguousPath,
  findCollection,
  findNavigations,
  tableBehind,
  unknownNavigation,
} from '../resolve/joins/find-navigation.ts'
import { shown } from '../../odata/invalid-filter.ts'
import { resolveSelect } from './select.ts'

/** What a model asks for: a lookup or a collection, and columns of the rows behind it. */
export type ExpandItem = { readonly lookup: string; readonly select: readonly string[] }

/** One navigation property in `$expand`; what comes back stands under its name. */
export type Expansion = {
  /** Case-sensitive. */
  readonly navigation: string
  readonly kind: 'many-to-one' | 'one-to-many' | 'many-to-many'
  readonly entity: Entity
  readonly columns: readonly Column[]
  /** Many to one: the logical name of the lookup column. */
  readonly lookup?: string
}

export type ResolvedExpand = {
  readonly expand: string | undefined
  readonly expansions: readonly Expansion[]
  readonly interpreted: readonly string[]
}

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/join-tables */
const MOST_EXPANSIONS = 15
/** Related rows of each row: Dataverse does not page them and would give up to 5,000. */
export const MOST_RELATED = 25
/** A lookup that may lead to more entities than that has to be narrowed by the model. */
const MOST_TARGETS = 4

/**
 * One level of related rows, by lookup column, navigation property in any case or entity.
 * @throws QueryError `unknown_expand`, `ambiguous_expand`, `ambiguous_collection`, `invalid_expand`, `unknown_column`
 */
export async function resolveExpand(
  table: Table,
  items: readonly ExpandItem[],
  metadata: Metadata,
): Promise<ResolvedExpand> {
  const notes = new Set<string>()
  const found = new Map<string, Expansion>()
  await describeTogether(table, items, metadata)
  for (const item of items) {
    for (const expansion of await expansionsOf(table, item, metadata, notes)) {
      const known = found.get(expansion.navigation)
      const columns = [...new Set([...(known?.columns ?? []), ...expansion.columns])]
      found.set(expansion.navigation, { ...expansion, columns })
    }
  }
  const expansions = [...found.values()]
  checkTogether(expansions)
  const written = expansions.map(
    ({ navigation, kind, columns }) =>
      `${navigation}($select=${columns.map(({ property }) => property).join(',')}${kind === 'many-to-one' ? '' : `;$top=${MOST_RELATED}`})`,
  )
  return { expand: written.length > 0 ? written.join(',') : undefined, expansions, interpreted: [...notes] }
}

/** Tables that are described in one go cost one request, and one each otherwise. */
async function describeTogether(table: Table, items: readonly ExpandItem[], metadata: Metadata): Promise<void> {
  const names = new Set(items.map(({ lookup }) => nameIn(lookup).toLowerCase()))
  const collections = table.collections.filter(({ name }) => names.has(name.toLowerCase()))
  const lookups = items
    .map(({ lookup }) => findNavigations(table, nameIn(lookup)))
    .filter((ways) => ways.length <= MOST_TARGETS)
    .flat()
  await Promise.all([...lookups, ...collections].map((way) => tableBehind(metadata, way)))
}

function nameIn(lookup: string): string {
  return lookup.trim().replace(/^\$?expand\s*=\s*/i, '')
}

async function expansionsOf(
  table: Table,
  { lookup, select }: ExpandItem,
  metadata: Metadata,
  notes: Set<string>,
): Promise<readonly Expansion[]> {
  const name = nameIn(lookup)
  if (/[/(]/.test(name)) {
    throw new QueryError(
      'invalid_expand',
      `"${shown(name)}" goes further than one level.`,
      'Expand one lookup or collection by its name, and give its columns in select.',
    )
  }
  const ways = findNavigations(table, name)
  if (ways.length > 0) return await manyToOne(table, name, ways, select, metadata, notes)
  const collection = await findCollection(table, name, metadata)
  if (!collection) throw unknownNavigation('unknown_expand', table, name)
  if (collection.name !== name) notes.add(`"${shown(name)}" was expanded as ${collection.name}.`)
  return [await toMany(collection, select, metadata, notes)]
}

async function toMany(
  collection: Collection,
  select: readonly string[],
  metadata: Metadata,
  notes: Set<string>,
): Promise<Expansion> {
  const behind = await tableBehind(metadata, collection)
  const columns = columnsOf(behind, select, notes)
  return { navigation: collection.name, kind: collection.kind, entity: behind.entity, columns }
}

async function manyToOne(
  table: Table,
  name: string,
  all: readonly Navigation[],
  select: readonly string[],
  metadata: Metadata,
  notes: Set<string>,
): Promise<readonly Expansion[]> {
  const ways = await withoutTeams(all, select, metadata)
  if (ways.length > MOST_TARGETS) throw ambiguousPath('ambiguous_expand', name, ways)
  const tables = await Promise.all(ways.map((way) => tableBehind(metadata, way)))
  for (const column of select) checkSomewhere(tables, column)
  const expansions = ways.flatMap((way, index): Expansion[] => {
    const behind = tables[index]
    if (!behind) return []
    const known = ways.length === 1 ? select : select.filter((column) => findColumn(behind, column))
    if (select.length > 0 && known.length === 0) return []
    const columns = columnsOf(behind, known, notes)
    return [{ navigation: way.name, kind: 'many-to-one', entity: behind.entity, columns, lookup: way.column }]
  })
  const names = expansions.map(({ navigation }) => navigation).join(', ')
  if (names !== name) notes.add(`"${shown(name)}" was expanded as ${names}.`)
  if (findColumn(table, name)?.type === 'Owner' && names === 'owninguser')
    notes.add('Rows that a team owns have owningteam instead.')
  return expansions
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

function checkSomewhere(tables: readonly Table[], column: string): void {
  const [first] = tables
  if (first && !tables.some((table) => findColumn(table, column))) resolveSelect(first, [column])
}

function columnsOf(table: Table, select: readonly string[], notes: Set<string>): readonly Column[] {
  const { nameColumn, idColumn } = table.entity
  const { columns, interpreted } = resolveSelect(table, select.length > 0 ? select : [nameColumn ?? idColumn])
  for (const note of interpreted) notes.add(note)
  return columns
}

function checkTogether(expansions: readonly Expansion[]): void {
  if (expansions.length > MOST_EXPANSIONS) {
    throw new QueryError(
      'invalid_expand',
      `More than ${MOST_EXPANSIONS} lookups are expanded.`,
      `Expand at most ${MOST_EXPANSIONS}.`,
    )
  }
  const manyToMany = expansions.find(({ kind }) => kind === 'many-to-many')
  if (!manyToMany || expansions.length === 1) return
  throw new QueryError(
    'invalid_expand',
    `${manyToMany.navigation} is many to many, which Dataverse expands only alone.`,
    `Expand ${manyToMany.navigation} alone, and the others in a second query.`,
  )
}
