import { kindOf } from '../../dataverse/rows/record-link.ts'
import { compactRow, type CompactRow } from '../../dataverse/rows/rows.ts'
import type { ReportColumn, ReportDefinition } from '../definition.ts'
import { withPeriods } from '../run/periods.ts'
import type { ReportQuery } from '../run/report-query.ts'
import { sortRows } from './sort-rows.ts'

type RawRow = Readonly<Record<string, unknown>>

/** The rows of one query as the columns of the report show them; groups in the order of their values. */
export function reportRows(
  raw: readonly RawRow[],
  query: ReportQuery,
  { columns }: Pick<ReportDefinition, 'columns'>,
): CompactRow[] {
  const plain = plainKeys(query, columns)
  const rows = raw.map((one) => withPeriods(one, query.fetch)).map((one) => toRow(one, query, columns, plain))
  const groups = query.fetch.entity.attributes.filter(({ groupBy }) => groupBy).map(({ alias }) => alias)
  const grouped = columns.find(({ key }) => groups.includes(key))
  return query.fetch.aggregate && grouped ? sortRows(rows, { key: grouped.key, descending: false }) : rows
}

/** Keys whose values are numbers alone: amounts in base currency, counts. */
function plainKeys({ fetch }: ReportQuery, columns: readonly ReportColumn[]): ReadonlySet<string> {
  const base = baseKeys(fetch)
  const isPlain = ({ key, kind }: ReportColumn): boolean =>
    kind === 'money' ? base.has(key) : kind === 'count' || kind === 'number' || kind === 'percent'
  return new Set(columns.filter(isPlain).map(({ key }) => key))
}

/** Keys of an answer that are amounts in the base currency. */
export function baseKeys({ entity }: ReportQuery['fetch']): ReadonlySet<string> {
  const through = entity.links.map((link) => ({
    source: link,
    prefix: link.alias === undefined ? '' : `${link.alias}.`,
  }))
  const amounts = [{ source: entity, prefix: '' }, ...through].flatMap(({ source, prefix }) => {
    return source.attributes.filter(({ name }) => name.endsWith('_base')).map((one) => one.alias ?? prefix + one.name)
  })
  return new Set(amounts)
}

function toRow(
  raw: RawRow,
  query: ReportQuery,
  columns: readonly ReportColumn[],
  plain: ReadonlySet<string>,
): CompactRow {
  const compact = compactRow(raw, { plain })
  const row: CompactRow = {}
  for (const column of columns) {
    const value = column.key === 'part' && query.part !== undefined ? query.part : compact[column.key]
    const shown = shownValue(column, value, raw, query)
    if (shown !== undefined) row[column.key] = shown
  }
  return row
}

/** What rows without a value are called where the report has no word of its own. */
export const NONE = '(none)'

function shownValue(column: ReportColumn, value: unknown, raw: RawRow, { entity, fetch }: ReportQuery): unknown {
  const isGroup = fetch.entity.attributes.some(({ alias, groupBy }) => groupBy && alias === column.key)
  const empty = column.empty ?? (isGroup ? NONE : undefined)
  const present = value ?? (empty === undefined ? undefined : { label: empty })
  if (column.kind !== 'record' || fetch.aggregate || isReference(present)) return present
  const id = raw[entity.idColumn]
  const label = typeof present === 'string' ? present : column.empty
  if (column.key !== entity.nameColumn || id === undefined || label === undefined) return present
  return { id, label, entity: kindOf(raw, entity.name) }
}

function isReference(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'id' in value
}
