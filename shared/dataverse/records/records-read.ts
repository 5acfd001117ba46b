import type { Entity, Metadata } from '../metadata/model.ts'
import type { ExpansionPlan } from '../rows/expansion-plan.ts'

/** Ids of rows of one table whose values an answer holds. */
export type RecordsRead = { readonly entity: string; readonly ids: readonly string[] }

type Row = Readonly<Record<string, unknown>>

/** An answer of no record: of tables, or of groups alone. */
export const NO_RECORDS: readonly RecordsRead[] = []

/** The rows of a table that have their id with them; groups have none. */
export function recordsOf({ name, idColumn }: Pick<Entity, 'name' | 'idColumn'>, rows: readonly Row[]): RecordsRead {
  return { entity: name, ids: rows.flatMap((row) => idIn(row, idColumn)) }
}

function idIn(row: Row, idColumn: string): string[] {
  const id = row[idColumn]
  return typeof id === 'string' ? [id.toLowerCase()] : []
}

/** The rows, and those that came with them by the expansions; no request, as the rows were read by the same tables. */
export async function recordsWith(
  rows: readonly Row[],
  entity: Entity,
  expansions: readonly ExpansionPlan[],
  metadata: Pick<Metadata, 'entities' | 'table'>,
): Promise<readonly RecordsRead[]> {
  const own = recordsOf(entity, rows)
  if (expansions.length === 0) return [own]
  const [table, { byName }] = await Promise.all([metadata.table(entity), metadata.entities()])
  const ways = [...table.navigations, ...table.collections]
  const related = expansions.flatMap(({ kind, under }) => {
    if (kind === 'targets') return behindLookup(rows, under)
    const target = byName.get(ways.find(({ name }) => name === under)?.target ?? '')
    return target
      ? [
          recordsOf(
            target,
            rows.flatMap((row) => nested(row[under])),
          ),
        ]
      : []
  })
  return [own, ...related]
}

function nested(value: unknown): Row[] {
  if (Array.isArray(value)) return value.flatMap(nested)
  return typeof value === 'object' && value !== null ? [value as Row] : []
}

const LOOKUP_ENTITY = '@Microsoft.Dynamics.CRM.lookuplogicalname'

/** By the lookup, which says the table of each. */
function behindLookup(rows: readonly Row[], under: string): RecordsRead[] {
  const property = `_${under}_value`
  const expanded = rows.filter((row) => row[under] !== undefined && row[under] !== null)
  const byTable = Map.groupBy(expanded, (row) => String(row[property + LOOKUP_ENTITY]))
  return [...byTable].map(([name, some]) => recordsOf({ name, idColumn: property }, some))
}
