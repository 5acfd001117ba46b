import type { CompactRow } from '../../dataverse/rows/rows.ts'
import type { ReportResult, ReportTotal } from '../definition.ts'
import type { Whole } from '../run/whole-list.ts'
import { formatAmount, formatNumber, formatShare } from './format.ts'
import { valueOf } from './sort-rows.ts'

export type TotalsContext = {
  /** Those that are shown. */
  readonly rows: readonly CompactRow[]
  /** What each query gave. */
  readonly answers: readonly {
    readonly query: { readonly part?: string }
    readonly rows: readonly CompactRow[]
    readonly more: boolean
  }[]
  /** ISO 4217, of amounts in base currency. */
  readonly currency: string | undefined
  /** Whether rows exist beyond these: what is added up is then said to be of the first ones only. */
  readonly more: boolean
  /** Of all rows that there are, where there are more. */
  readonly whole?: Whole | undefined
}

type Total = ReportResult['totals'][number]
type Counted = Pick<TotalsContext, 'rows' | 'more' | 'whole'>

/**
 * The figures over all rows that there are, else over those that were read, or over those of one part. A share is left out where it would be one of
 * nothing, and where some rows have no value to share in: opportunities lost without a value would make every win rate
 * 100%. Totals of a part that could not be read are left out.
 */
export function totalsOf(
  totals: readonly ReportTotal[],
  { rows, answers, currency, more, whole }: TotalsContext,
): Total[] {
  return totals.flatMap((total): Total[] => {
    const part = 'part' in total ? total.part : undefined
    const answer = answers.find(({ query }) => query.part === part)
    const counted: Counted | undefined = part === undefined ? { rows, more, whole } : answer
    return counted === undefined ? [] : totalOf(total, counted, currency)
  })
}

function totalOf(total: ReportTotal, counted: Counted, currency: string | undefined): Total[] {
  const { rows, more } = counted
  const all = more ? ofAll(total, counted) : undefined
  const first = `first ${rows.length === 1 ? 'row' : `${rows.length} rows`} only`
  const title = total.title + (more && all === undefined ? ` (${first})` : '')
  if (total.kind === 'rows') {
    const value = all ?? rows.length
    return [{ title, value, text: formatNumber(value) }]
  }
  if (total.kind === 'groups') return [{ title, value: rows.length, text: groupsText(total, rows) }]
  const whole = all ?? sumOf(rows, total.of)
  if (total.kind === 'sum') {
    const text = total.format === 'money' ? formatAmount(whole, currency) : formatNumber(whole)
    return [{ title, value: whole, text }]
  }
  const { key, value: wanted } = total.where
  const some = rows.filter((row) => valueOf(row[key]) === wanted)
  const value = sumOf(some, total.of) / whole
  const hasGap = rows.some((row) => valueOf(row[total.of]) === undefined)
  return whole === 0 || hasGap ? [] : [{ title, value, text: formatShare(value) }]
}

function ofAll(total: ReportTotal, { whole }: Counted): number | undefined {
  if (total.kind === 'rows') return whole?.rows
  return total.kind === 'sum' ? whole?.sums.get(total.of) : undefined
}

const MOST_GROUPS = 12

/** `UK Sales 34, UK North 12`, those with the most first. */
function groupsText({ label, of }: Extract<ReportTotal, { kind: 'groups' }>, rows: readonly CompactRow[]): string {
  const named = rows
    .map((row) => ({ name: nameOf(row[label]), count: sumOf([row], of) }))
    .toSorted((a, b) => b.count - a.count)
  const left = named.length - MOST_GROUPS
  const told = named.slice(0, MOST_GROUPS).map(({ name, count }) => `${name} ${formatNumber(count)}`)
  return [...(told.length > 0 ? told : ['none']), ...(left > 0 ? [`and ${formatNumber(left)} others`] : [])].join(', ')
}

function nameOf(cell: unknown): string {
  if (typeof cell === 'object' && cell !== null && 'label' in cell && typeof cell.label === 'string') return cell.label
  return cell === undefined ? '(none)' : JSON.stringify(cell)
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
