import type { CompactRow } from '../../dataverse/rows/rows.ts'
import type { ReportResult, ReportTotal } from '../definition.ts'
import { formatAmount, formatNumber, formatShare } from './format.ts'
import { valueOf } from './sort-rows.ts'

export type TotalsContext = {
  /** ISO 4217, of amounts in base currency. */
  readonly currency: string | undefined
  /** Whether rows exist beyond these: what is added up is then said to be of the first ones only. */
  readonly more: boolean
}

type Total = ReportResult['totals'][number]

/**
 * The figures over all rows that were read. A share is left out where it would be one of nothing, and where some rows
 * have no value to share in: opportunities lost without a value would make every win rate 100%.
 */
export function totalsOf(
  totals: readonly ReportTotal[],
  rows: readonly CompactRow[],
  { currency, more }: TotalsContext,
): Total[] {
  const some = more ? ` (first ${rows.length} rows only)` : ''
  return totals.flatMap((total): Total[] => {
    const title = total.title + some
    if (total.kind === 'rows') return [{ title, value: rows.length, text: formatNumber(rows.length) }]
    if (total.kind === 'sum') {
      const value = sumOf(rows, total.of)
      return [{ title, value, text: total.format === 'money' ? formatAmount(value, currency) : formatNumber(value) }]
    }
    const whole = sumOf(rows, total.of)
    const { key, value: wanted } = total.where
    const value =
      sumOf(
        rows.filter((row) => valueOf(row[key]) === wanted),
        total.of,
      ) / whole
    const hasGap = rows.some((row) => valueOf(row[total.of]) === undefined)
    return whole === 0 || hasGap ? [] : [{ title, value, text: formatShare(value) }]
  })
}

const CENTS = 10_000

/** Dataverse keeps four decimals of an amount. */
function sumOf(rows: readonly CompactRow[], key: string): number {
  const sum = rows.reduce((total, row) => {
    const value = valueOf(row[key])
    return total + (typeof value === 'number' ? value : 0)
  }, 0)
  return Math.round(sum * CENTS) / CENTS
}
