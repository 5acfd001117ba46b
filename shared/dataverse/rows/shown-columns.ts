import type { Column, Entity, Metadata, Table } from '../metadata/model.ts'
import { outputOf, type OutputColumn } from '../query/model/output-column.ts'
import { plainAttribute, type Link, type Source } from '../query/model/query.ts'
import { returningSources, writtenAttributes } from '../query/model/walk.ts'
import { findColumn } from '../query/resolve/names/find-column.ts'
import type { Cursor } from './cursor.ts'
import type { ExpansionPlan } from './expansion-plan.ts'
import { lookupTarget, type Row } from './rows.ts'

/**
 * The columns of a page's rows in the order in which they were asked for, from the tree and metadata: a cursor need not
 * hold them. Those of expanded lookups are not among them, as they become rows of their own.
 */
export async function shownColumns(
  { query, expansions }: Pick<Cursor, 'query' | 'expansions'>,
  metadata: Pick<Metadata, 'entity' | 'tables'>,
): Promise<readonly OutputColumn[]> {
  const nested = new Set(expansions.flatMap(({ kind, names }) => (kind === 'link' ? names : [])))
  const written = writtenAttributes<Source | Link>(query.entity).flatMap(({ source, attribute }) => {
    const link = 'alias' in source ? source.alias : undefined
    return nested.has(link ?? '') ? [] : [{ name: source.name, attribute, link }]
  })
  const names = [...new Set(written.map(({ name }) => name))]
  const tables = await metadata.tables(await Promise.all(names.map((name) => metadata.entity(name))))
  const byName = new Map(tables.map((table) => [table.entity.name, table.byName]))
  const columns = written.flatMap(({ name, attribute, link }) => {
    const column = byName.get(name)?.get(attribute.name)
    return column ? [outputOf(attribute, column, name, link)] : []
  })
  return [...new Map(columns.map((column) => [column.key, column])).values()]
}

/** Of rows that come with each row: their columns, by the key that they stand under. */
export type ShownBelow = ReadonlyMap<string, readonly OutputColumn[]>

/** Columns of expansions, as the tables behind them describe them; of several tables those that are alike in all. */
export async function shownBelow(
  { query, expansions }: Pick<Cursor, 'query' | 'expansions'>,
  entity: Entity,
  rows: readonly Row[],
  metadata: Pick<Metadata, 'entities' | 'tables'>,
): Promise<ShownBelow> {
  const plans = expansions.filter(({ kind }) => kind !== 'parties')
  if (plans.length === 0) return new Map()
  const { byName } = await metadata.entities()
  const [own] = await metadata.tables([entity])
  const sources = returningSources<Source | Link>(query.entity)
  const targetsOf = ({ kind, under, names }: ExpansionPlan): readonly unknown[] => {
    if (kind === 'rows') return own?.collections.filter(({ name }) => name === under).map(({ target }) => target) ?? []
    if (kind === 'targets') return rows.map((row) => lookupTarget(row, under))
    return sources.flatMap((source) => ('alias' in source && names.includes(source.alias ?? '') ? [source.name] : []))
  }
  const shown = plans.map(async (plan) => {
    const targets = [...new Set(targetsOf(plan))].flatMap((target) => byName.get(String(target)) ?? [])
    const tables = await metadata.tables(targets)
    const source = sources.find((one) => 'alias' in one && plan.names.includes(one.alias ?? ''))
    const names = plan.kind === 'link' ? (source?.attributes.map(({ name }) => name) ?? []) : plan.names
    return [plan.under, names.flatMap((name) => alikeIn(tables, name))] as const
  })
  return new Map(await Promise.all(shown))
}

function alikeIn(tables: readonly Table[], name: string): readonly OutputColumn[] {
  const found = tables.flatMap((table) => {
    const column = columnIn(table, name)
    return column ? [outputOf(plainAttribute(column.name), column, table.entity.name)] : []
  })
  const [first, ...others] = found
  return first && others.every(({ column }) => column.type === first.column.type) ? [first] : []
}

/** By any of its names: plans hold one or the other. */
function columnIn(table: Table, name: string): Column | undefined {
  return [...table.byName.values()].find(({ property }) => property === name) ?? findColumn(table, name)
}
