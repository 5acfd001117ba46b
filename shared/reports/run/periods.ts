import type { Query, Attribute } from '../../dataverse/query/model/query.ts'

type RawRow = Readonly<Record<string, unknown>>

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/**
 * Dataverse gives the parts of a grouped date as numbers; where a date is grouped by year and by month (or quarter),
 * the latter's key gets both, as `2026-11` with the label `Nov 2026`, so that its values sort by time.
 */
export function withPeriods(row: RawRow, { entity }: Query): RawRow {
  const grouped = entity.attributes.filter(({ dateGrouping }) => dateGrouping !== undefined)
  const joined = grouped.flatMap((one) => {
    const year = grouped.find((other) => other.dateGrouping === 'year' && other.name === one.name)
    const value = joinedPeriod(row[year?.alias ?? ''], one, row)
    return value && one.alias ? [[one.alias, value.value] as const, [one.alias + FORMATTED, value.label] as const] : []
  })
  return joined.length > 0 ? { ...row, ...Object.fromEntries(joined) } : row
}

function joinedPeriod(
  year: unknown,
  { dateGrouping, alias = '' }: Attribute,
  row: RawRow,
): { value: string; label: string } | undefined {
  const part = row[alias]
  if (typeof year !== 'number' || typeof part !== 'number') return undefined
  if (dateGrouping === 'quarter') return { value: `${year}-Q${part}`, label: `Q${part} ${year}` }
  if (dateGrouping !== 'month' || !MONTHS[part - 1]) return undefined
  const value = `${year}-${String(part).padStart(2, '0')}`
  return { value, label: monthName(value) }
}

/** `Nov 2026` of `2026-11`. */
export function monthName(month: string): string {
  return `${MONTHS[Number(month.slice(5)) - 1] ?? month.slice(5)} ${month.slice(0, 4)}`
}
