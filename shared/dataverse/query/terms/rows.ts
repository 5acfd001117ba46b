import type { Metadata, Table } from '../../metadata/model.ts'
import type { Condition, Filter, Link, Source } from '../model/query.ts'
import { linksInFilters } from '../model/walk.ts'
import { findCollection, findEntity, findNavigations, tableBehind } from '../resolve/joins/find-navigation.ts'
import type { Term } from './term.ts'

/** The rows that conditions are about: those of one table, reached in one way. */
export type Rows = {
  readonly table: Table
  /** Names of the lookups that lead to them from where the condition stands. */
  readonly path: readonly string[]
  /** The term whose definition speaks of them. */
  readonly of: Term | undefined
  /** The terms that the query asks of them. */
  readonly asked: Set<Term>
  /** By the path as it was written, lower case. */
  readonly behind: Map<string, readonly Rows[]>
}

/** Which rows a condition is about, wherever it stands. */
export type RowsOf = {
  /** Of a link; undefined for one that no relationship is known by. */
  readonly link: (link: Link) => Rows | undefined
  readonly condition: (condition: Condition, own: Rows) => Promise<readonly Rows[]>
}

export function rowsIn(table: Table, path: readonly string[] = [], of?: Term): Rows {
  return { table, path, of, asked: new Set(), behind: new Map() }
}

/** Finds the tables of all links below a source. @throws QueryError `ambiguous_collection` */
export async function findRows(source: Source, own: Rows, metadata: Metadata): Promise<RowsOf> {
  const byLink = new Map<Link, Rows>()
  const byAlias = new Map<string, Rows>()
  const register = async ({ filters, links }: Pick<Source, 'filters' | 'links'>, near: Table): Promise<void> => {
    for (const link of [...links, ...linksInFilters(filters)]) {
      const table = await tableOf(link, near, metadata)
      if (!table) continue
      const rows = rowsIn(table)
      byLink.set(link, rows)
      if (link.alias !== undefined) byAlias.set(link.alias.trim().toLowerCase(), rows)
      await register(link, table)
    }
  }
  await register(source, own.table)
  return {
    link: (link) => byLink.get(link),
    condition: async (condition, near) => {
      const alias = aliasOf(condition)
      if (alias === undefined) return await behind(condition.path ?? [], near, metadata)
      const rows = byAlias.get(alias) ?? (alias === own.table.entity.name ? own : undefined)
      return rows ? [rows] : []
    },
  }
}

/** The alias of the link whose column a condition compares, lower case. */
export function aliasOf({ entityName, attribute }: Condition): string | undefined {
  const alias = entityName ?? (attribute.includes('.') ? attribute.slice(0, attribute.lastIndexOf('.')) : undefined)
  return alias?.trim().toLowerCase()
}

async function tableOf({ name, way }: Link, near: Table, metadata: Metadata): Promise<Table | undefined> {
  if (way === undefined) {
    const entity = await findEntity(metadata, name)
    return entity && (await metadata.table(entity))
  }
  const [lookup, ...others] = findNavigations(near, way)
  const found = (await findCollection(near, way, metadata)) ?? (others.length === 0 ? lookup : undefined)
  return found && (await tableBehind(metadata, found))
}

/** Several where the last lookup leads to several tables; none where a name leads nowhere, which is told elsewhere. */
async function behind(path: readonly string[], near: Rows, metadata: Metadata): Promise<readonly Rows[]> {
  if (path.length === 0) return [near]
  const key = path.join('/').toLowerCase()
  const known = near.behind.get(key)
  if (known) return known
  const found = await follow(path, near.table, metadata)
  near.behind.set(key, found)
  return found
}

/** Each has to be described before it can be known what it has; a lookup to more of them is told elsewhere. */
const MOST_TARGETS = 4

async function follow(path: readonly string[], near: Table, metadata: Metadata): Promise<readonly Rows[]> {
  let ends = [rowsIn(near)]
  for (const name of path) {
    const steps = ends.flatMap((end) => findNavigations(end.table, name).map((way) => ({ end, way })))
    if (steps.length > MOST_TARGETS) return []
    ends = await Promise.all(
      steps.map(async ({ end, way }) => rowsIn(await tableBehind(metadata, way), [...end.path, way.name])),
    )
  }
  return ends
}

/** Every condition of a filter with the rows that it is about. */
async function eachCondition(
  filter: Filter,
  own: Rows,
  rowsOf: RowsOf,
  take: (condition: Condition, rows: readonly Rows[]) => void,
): Promise<void> {
  for (const condition of filter.conditions) take(condition, await rowsOf.condition(condition, own))
  for (const inner of filter.filters) await eachCondition(inner, own, rowsOf, take)
  for (const link of filter.links) await eachConditionIn(link, rowsOf.link(link), rowsOf, take)
}

/** As `eachCondition`, of a source and all links below it. */
export async function eachConditionIn(
  source: Pick<Source, 'filters' | 'links'>,
  own: Rows | undefined,
  rowsOf: RowsOf,
  take: (condition: Condition, rows: readonly Rows[]) => void,
): Promise<void> {
  if (!own) return
  for (const filter of source.filters) await eachCondition(filter, own, rowsOf, take)
  for (const link of source.links) await eachConditionIn(link, rowsOf.link(link), rowsOf, take)
}
