import { startOfDay } from '../../../dataverse/local-time.ts'
import type { OutputColumn } from '../../../dataverse/query/model/output-column.ts'
import type { ColumnPath, Moment, Value } from '../model.ts'
import { withoutDust } from './tally.ts'
import type { LocalDays } from './local-days.ts'

export type Row = Readonly<Record<string, unknown>>

/** What the values of rows are read by. */
export type Reading = {
  readonly outputOf: (column: ColumnPath) => OutputColumn
  readonly days: LocalDays
  /** IANA, e.g. `Europe/London`. */
  readonly zone: string
  /** Epoch milliseconds. */
  readonly now: number
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** The key of a column's value in a row that is read, not added up. */
export function rowKey({ link, column }: Pick<OutputColumn, 'link' | 'column'>): string {
  return link === undefined ? column.property : `${link}.${column.name}`
}

/** What an aggregation is over: a column's value whatever it is, or a number. */
export function readerOf(value: Value, reading: Reading): (row: Row) => unknown {
  if (value.kind !== 'column') return numberOf(value, reading)
  const key = rowKey(reading.outputOf(value.column))
  return (row) => row[key]
}

/** Nothing where a part is missing, and where something is divided by 0. */
export function numberOf(value: Value, reading: Reading): (row: Row) => number | null {
  if (value.kind === 'number') return () => value.number
  if (value.kind === 'between') return betweenOf(value, reading)
  if (value.kind === 'column') {
    const key = rowKey(reading.outputOf(value.column))
    return (row) => {
      const found = row[key]
      return typeof found === 'number' ? found : null
    }
  }
  const [left, right, calculate] = [
    numberOf(value.left, reading),
    numberOf(value.right, reading),
    OPERATIONS[value.operator],
  ]
  return (row) => {
    const [one, other] = [left(row), right(row)]
    if (one === null || other === null) return null
    const result = calculate(one, other)
    return Number.isFinite(result) ? withoutDust(result) : null
  }
}

const OPERATIONS = {
  '+': (left: number, right: number) => left + right,
  '-': (left: number, right: number) => left - right,
  '*': (left: number, right: number) => left * right,
  '/': (left: number, right: number) => left / right,
} as const

type Between = Extract<Value, { kind: 'between' }>
/** `isDay`: a day without a time, as the midnight of it in UTC. */
type Instant = { readonly isDay: boolean; readonly of: (row: Row) => number | null }

function betweenOf({ unit, from, to }: Between, reading: Reading): (row: Row) => number | null {
  const ends = [instantOf(from, reading), instantOf(to, reading)] as const
  const { days, zone } = reading
  const areDays = ends.every(({ isDay }) => isDay)
  const dayOf = ({ isDay }: Instant, at: number): number => (isDay ? at : days.midnight(at))
  // Two days are 24 hours apart in no zone; one beside a moment begins where the person is.
  const timeOf = ({ isDay }: Instant, at: number): number =>
    isDay && !areDays ? startOfDay(new Date(at).toISOString().slice(0, 10), zone) : at
  const [point, length] = unit === 'days' ? [dayOf, DAY_MS] : [timeOf, HOUR_MS]
  return (row) => {
    const [start, end] = [ends[0].of(row), ends[1].of(row)]
    return start === null || end === null ? null : (point(ends[1], end) - point(ends[0], start)) / length
  }
}

function instantOf(moment: Moment, { outputOf, days, now }: Reading): Instant {
  if (moment === 'now') return { isDay: false, of: () => now }
  if (moment === 'today') {
    const today = days.midnight(now)
    return { isDay: true, of: () => today }
  }
  const output = outputOf(moment)
  const key = rowKey(output)
  const of = (row: Row): number | null => {
    const value = row[key]
    return typeof value === 'string' ? Date.parse(value) : null
  }
  return { isDay: output.column.dateOnly, of }
}
