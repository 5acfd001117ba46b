import type { Column, Metadata, Table } from '../metadata/model.ts'
import { outputOf, type OutputColumn } from '../query/model/output-column.ts'
import { plainAttribute, type Link, type Query, type Source } from '../query/model/query.ts'
import { allLinks, returningSources } from '../query/model/walk.ts'
import { resolveQuery, type ResolveDeps } from '../query/resolve/resolve-query.ts'
import type { ResolvedExpansion, ResolvedQuery } from '../query/resolve/resolved-query.ts'
import { createFindings, hiddenColumn, seenBy, type Findings } from './findings.ts'
import { guardQuery, isShown, type Guarding } from './guard-query.ts'

export type Visible = {
  /** What column security or an administrator leaves out or masks, a sentence each, for the notes of a result. */
  readonly hidden: readonly string[]
  /** The keys, in a compact row, of the values that are left out. */
  readonly withheld: readonly string[]
  /** The keys of the values that come masked: nothing can be added up of them. */
  readonly masked: readonly string[]
}

/**
 * A query as its person may ask it: resolved, and without what column security hides from them, or an administrator from
 * models.
 * @throws QueryError `hidden_column`, `hidden_by_administrator` for a condition, an order, a group or a total of a hidden column
 */
export async function resolveVisible(written: Query, deps: ResolveDeps): Promise<ResolvedQuery & Visible> {
  const resolved = await resolveQuery(written, deps)
  const findings = createFindings()
  const more = resolved.expansions.flatMap((one) => (one.kind === 'rows' ? [one.table] : []))
  const guarding = await guardingOf(resolved.query, deps.metadata, findings, more)
  const names = returningSources<Source | Link>(written.entity).flatMap(({ attributes }) => attributes)
  const asked = new Set(names.map(({ name }) => name.trim().toLowerCase()))
  const query = guardQuery(resolved.query, { ...guarding, written: asked })
  const expansions = resolved.expansions.map((one) => guardExpansion(one, guarding))
  const columns = atLeastId(visibleOf(resolved.columns, guarding), resolved)
  return {
    ...resolved,
    query,
    expansions,
    columns,
    hidden: findings.sentences(),
    withheld: withheldFrom(resolved.query, query),
    masked: maskedIn(query, guarding),
  }
}

/** A query whose names are logical ones already: of a cursor, or of a report that is built in. */
export async function guardedQuery(
  query: Query,
  metadata: Pick<Metadata, 'entity' | 'tables' | 'sight'>,
): Promise<Visible & { readonly query: Query }> {
  const findings = createFindings()
  const guarding = await guardingOf(query, metadata, findings)
  const guarded = guardQuery(query, guarding)
  return {
    query: guarded,
    hidden: findings.sentences(),
    withheld: withheldFrom(query, guarded),
    masked: maskedIn(guarded, guarding),
  }
}

function withheldFrom({ entity: whole }: Query, { entity: left }: Query): string[] {
  const kept = new Set(keysOf(left))
  return keysOf(whole).filter((key) => !kept.has(key))
}

function keysOf(root: Source, isMeant: (table: string, column: string) => boolean = () => true): string[] {
  return returningSources<Source | Link>(root).flatMap((source) => {
    const link = 'alias' in source ? source.alias : undefined
    const meant = source.attributes.filter(({ name }) => isMeant(source.name, name))
    return meant.map(({ name, alias }) => alias ?? (link === undefined ? name : `${link}.${name}`))
  })
}

function maskedIn({ entity }: Query, { tables }: Guarding): string[] {
  return keysOf(entity, (table, column) => tables.get(table)?.byName.get(column)?.hiding !== undefined)
}

async function guardingOf(
  { entity: root }: Query,
  metadata: Pick<Metadata, 'entity' | 'tables' | 'sight'>,
  findings: Findings,
  more: readonly Table[] = [],
): Promise<Guarding> {
  const names = [...new Set([root, ...allLinks(root)].map(({ name }) => name))]
  const read = await metadata.tables(await Promise.all(names.map((name) => metadata.entity(name))))
  const tables = new Map(read.map((table) => [table.entity.name, table]))
  return { tables, sight: await metadata.sight([...read, ...more]), findings }
}

function guardExpansion(expansion: ResolvedExpansion, { sight, findings }: Guarding): ResolvedExpansion {
  if (expansion.kind === 'targets' || expansion.kind === 'parties') return expansion
  const { table } = expansion
  const by = table.byName.get((expansion.kind === 'rows' ? expansion.by : undefined) ?? '')
  if (by && sight(by) === 'hidden') throw hiddenColumn(by.name, table.entity.name, 'link')
  const columns = expansion.columns.filter((column) => {
    const seen = seenBy(sight, column)
    findings.add(`${column.name} of ${table.entity.name}`, seen)
    return isShown(seen)
  })
  const id = table.byName.get(table.entity.idColumn)
  return { ...expansion, columns: columns.length > 0 || !id ? columns : [id] }
}

function visibleOf(columns: readonly OutputColumn[], { sight }: Guarding): OutputColumn[] {
  return columns.filter(({ column }) => isShown(seenBy(sight, column)))
}

/** Where nothing else that was asked for is left, rows still say which they are; no column would mean all of them. */
function atLeastId(
  visible: readonly OutputColumn[],
  { table, columns }: Pick<ResolvedQuery, 'table' | 'columns'>,
): readonly OutputColumn[] {
  const id: Column | undefined = table.byName.get(table.entity.idColumn)
  if (visible.length > 0 || columns.length === 0 || !id) return visible
  return [outputOf(plainAttribute(id.name), id, table.entity.name)]
}
