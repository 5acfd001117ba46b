import { instantOfClock } from '../../../dataverse/local-time.ts'
import type { Column } from '../../../dataverse/metadata/model.ts'
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
/** `isZoneless`: a day, or what a clock showed, as if it were in UTC. */
type Instant = { readonly isZoneless: boolean; readonly of: (row: Row) => number | null }

function betweenOf({ unit, from, to }: Between, reading: Reading): (row: Row) => number | null {
  const ends = [instantOf(from, reading), instantOf(to, reading)] as const
  const { days, zone } = reading
  const isInNoZone = ends.every(({ isZoneless }) => isZoneless)
  const dayOf = ({ isZoneless }: Instant, at: number): number =>
    isZoneless ? Math.floor(at / DAY_MS) * DAY_MS : days.midnight(at)
  // Two days are 24 hours apart in no zone; one beside a moment begins where the person is.
  const timeOf = ({ isZoneless }: Instant, at: number): number =>
    isZoneless && !isInNoZone ? instantOfClock(new Date(at).toISOString().slice(0, 19), zone) : at
  const [point, length] = unit === 'days' ? [dayOf, DAY_MS] : [timeOf, HOUR_MS]
  return (row) => {
    const [start, end] = [ends[0].of(row), ends[1].of(row)]
    return start === null || end === null ? null : (point(ends[1], end) - point(ends[0], start)) / length
  }
}

/** Whether what a column holds is the same wherever it is read. */
export function isZoneless({ dateOnly, zoneless = false }: Pick<Column, 'dateOnly' | 'zoneless'>): boolean {
  return dateOnly || zoneless
}

function instantOf(moment: Moment, { outputOf, days, now }: Reading): Instant {
  if (moment === 'now') return { isZoneless: false, of: () => now }
  if (moment === 'today') {
    const today = days.midnight(now)
    return { isZoneless: true, of: () => today }
  }
  const output = outputOf(moment)
  const key = rowKey(output)
  const of = (row: Row): number | null => {
    const value = row[key]
    return typeof value === 'string' ? Date.parse(value) : null
  }
  return { isZoneless: isZoneless(output.column), of }
}
