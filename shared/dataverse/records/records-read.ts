import type { Entity, Metadata } from '../metadata/model.ts'
import type { ExpansionPlan } from '../rows/expansion-plan.ts'

/** Ids of rows of one table whose values an answer holds. */
export type RecordsRead = {
  readonly entity: string
  readonly ids: readonly string[]
  /** It holds values of rows, too, whose ids did not come: totals, groups, what is distinct. */
  readonly lacksIds?: boolean
}

type Row = Readonly<Record<string, unknown>>

/** The rows of a table, by the id that each has with it. */
export function recordsOf({ name, idColumn }: Pick<Entity, 'name' | 'idColumn'>, rows: readonly Row[]): RecordsRead {
  const ids = rows.flatMap((row) => idIn(row, idColumn))
  return { entity: name, ids, ...(ids.length < rows.length && { lacksIds: true }) }
}

/** Rows of a table of which only what they come to is told. */
export function withoutIds(entity: string): RecordsRead {
  return { entity, ids: [], lacksIds: true }
}

function idIn(row: Row, idColumn: string): string[] {
  const id = row[idColumn]
  return typeof id === 'string' ? [id.toLowerCase()] : []
}

/** The rows that came with others by expansions; no request, as those were read by the same tables. */
export async function expandedRecords(
  rows: readonly Row[],
  entity: Entity,
  expansions: readonly ExpansionPlan[],
  metadata: Pick<Metadata, 'entities' | 'table'>,
): Promise<readonly RecordsRead[]> {
  if (expansions.length === 0) return []
  const [table, { byName }] = await Promise.all([metadata.table(entity), metadata.entities()])
  const ways = [...table.navigations, ...table.collections]
  return expansions.flatMap(({ kind, under }) => {
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
