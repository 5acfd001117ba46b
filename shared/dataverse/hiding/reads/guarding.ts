import type { EntityIndex, Hiding, Metadata, Table } from '../../metadata/model.ts'
import type { Hides } from '../hides.ts'
import { keptWay } from '../refusals.ts'

/** What is known of what is kept, for reads of one call. */
export type Guarding = {
  readonly metadata: Pick<Metadata, 'entities' | 'tables'>
  readonly index: EntityIndex
  readonly hides: Hides
}

const LOOKUP = /^_(.+)_value$/

/** @throws QueryError for a way to what is kept, and for one that nobody knows */
export function targetOf(way: string, entity: string, tables: ReadonlyMap<string, Table>): string {
  const { navigations = [], collections = [] } = tables.get(entity) ?? {}
  const found = [...navigations, ...collections].find(({ name }) => name === way)
  if (found) return found.target
  throw keptWay(way, entity)
}

/** @returns by logical name; those that are not listed are absent */
export async function tablesOf(
  names: readonly string[],
  { metadata, index }: Guarding,
): Promise<ReadonlyMap<string, Table>> {
  const entities = [...new Set(names)].flatMap((name) => index.byName.get(name) ?? [])
  const tables = entities.length === 0 ? [] : await metadata.tables(entities)
  return new Map(tables.map((table) => [table.entity.name, table]))
}

/** @param key a column by its logical name, or a lookup by that of its property */
export function hidingOf(
  table: string,
  key: string,
  tables: ReadonlyMap<string, Table>,
  hides: Hides,
): Hiding | undefined {
  const column = LOOKUP.exec(key)?.[1] ?? key
  const known = tables.get(table)
  const found = known?.hidden?.get(column) ?? known?.byName.get(column)
  return found === undefined ? hides.hidingOf(table, column) : found.hiding
}
