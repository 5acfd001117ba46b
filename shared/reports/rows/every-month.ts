import type { CompactRow } from '../../dataverse/rows/rows.ts'
import type { ReportColumn, ReportDefinition } from '../definition.ts'
import type { Clock } from '../../dataverse/query/resolve/values/clock.ts'
import type { Answer } from '../run/answers.ts'
import { daysOf, type Days } from '../run/period-of.ts'
import { monthName } from '../run/periods.ts'
import { keysBetween } from './keys-between.ts'

const MONTH = /^\d{4}-\d{2}$/
/** More would be no report that anybody reads. */
const MOST_MONTHS = 60

/** The rows of a report, its months whole; a report that found nothing at all stays without a row. */
export function rowsOfMonths(answers: readonly Answer[], definition: ReportDefinition, clock: Clock): CompactRow[] {
  const rows = answers.flatMap((answer) => answer.rows)
  const { everyMonth: key } = definition
  if (key === undefined || rows.length === 0) return rows
  return answers.flatMap(({ rows: some, query }) => {
    const column = query.fetch.entity.attributes.find(({ alias }) => alias === key)?.name
    return column === undefined
      ? some
      : withEveryMonth(some, { ...definition, key }, daysOf(query.fetch, column, clock))
  })
}

/**
 * Rows of months with one of zeros for each month of the period that has none, from the first to the last row where the
 * period has no such end. A month of which the period has some days alone says which.
 */
export function withEveryMonth(
  rows: readonly CompactRow[],
  { columns, key }: Pick<ReportDefinition, 'columns'> & { readonly key: string },
  days: Days,
): CompactRow[] {
  const { first, last } = days
  const present = rows.flatMap((row) => monthOf(row[key]) ?? []).toSorted()
  const start = first?.slice(0, 7) ?? present[0]
  const end = last?.slice(0, 7) ?? present.at(-1)
  if (start === undefined || end === undefined) return [...rows]
  const months = monthsFrom(start, end)
  const made = months.map((month): CompactRow => {
    const found = rows.find((row) => monthOf(row[key]) === month)
    return { ...(found ?? zeros(columns)), [key]: { value: month, label: labelOf(month, days) } }
  })
  const others = rows.filter((row) => !months.includes(monthOf(row[key]) ?? ''))
  return [...made, ...others]
}

function monthOf(cell: unknown): string | undefined {
  const value = typeof cell === 'object' && cell !== null && 'value' in cell ? cell.value : undefined
  return typeof value === 'string' && MONTH.test(value) ? value : undefined
}

function monthsFrom(start: string, end: string): string[] {
  const monthOfDay = (midnight: number): string => new Date(midnight).toISOString().slice(0, 7)
  return keysBetween(`${start}-01`, `${end}-01`, monthOfDay, MOST_MONTHS)
}

function zeros(columns: readonly ReportColumn[]): CompactRow {
  const figures = columns.filter(({ kind }) => kind === 'count' || kind === 'money' || kind === 'number')
  return Object.fromEntries(figures.map(({ key }) => [key, 0]))
}

/** `Nov 2026 (28 to 30)` where the period has no more days of it. */
function labelOf(month: string, { first, last }: Days): string {
  const name = monthName(month)
  const days = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate()
  const from = first?.startsWith(month) === true ? Number(first.slice(8)) : 1
  const to = last?.startsWith(month) === true ? Number(last.slice(8)) : days
  return from === 1 && to === days ? name : `${name} (${from === to ? from : `${from} to ${to}`})`
}
