import type { CompactRow } from '../../dataverse/rows/rows.ts'
import type { ReportDefinition } from '../definition.ts'

/** By a column's values; rows without one come last, either way. */
export function sortRows(
  rows: readonly CompactRow[],
  { key, descending }: NonNullable<ReportDefinition['sort']>,
): CompactRow[] {
  const keyed = rows.map((row) => ({ row, value: valueOf(row[key]) }))
  return keyed
    .toSorted((a, b) => {
      if (a.value === undefined || b.value === undefined)
        return Number(a.value === undefined) - Number(b.value === undefined)
      const compared = compare(a.value, b.value)
      return descending ? -compared : compared
    })
    .map(({ row }) => row)
}

/** A choice sorts by its value, a record by its name. */
export function valueOf(value: unknown): number | string | undefined {
  if (typeof value === 'number' || typeof value === 'string') return value
  if (typeof value === 'boolean') return Number(value)
  if (typeof value !== 'object' || value === null) return undefined
  if ('value' in value) return valueOf(value.value)
  return 'id' in value && 'label' in value ? valueOf(value.label) : undefined
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), 'en')
}
