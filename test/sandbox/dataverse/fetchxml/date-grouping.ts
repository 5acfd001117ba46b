import { localTime } from '../query/dates.ts'
import type { LocalTime } from '../query/dates.ts'
import { DataverseFault } from '../http/errors.ts'
import { formatNumber } from '../store/format-values.ts'
import type { Column } from '../schema/schema.ts'
import { isDateOnly } from '../schema/schema.ts'
import type { Value } from '../store/store.ts'
import { textOf } from '../store/store.ts'

/** The week of the year that a date falls in; weeks begin on Sunday, the first holds 1 January. */
function weekOf({ year, month, day }: LocalTime): number {
  const start = Date.UTC(year, 0, 1)
  const days = Math.round((Date.UTC(year, month - 1, day) - start) / 86_400_000)
  return Math.floor((days + new Date(start).getUTCDay()) / 7) + 1
}

const quarterOf = ({ month }: LocalTime): number => Math.ceil(month / 3)
const plain = (value: number): string => formatNumber(value, 0)

type Grouping = { readonly part: (time: LocalTime) => number; readonly format: (value: number) => string }

/**
 * A year is formatted as any number, "2,023", as Microsoft's documents show it. A fiscal period belongs to its year
 * ("Quarter 1 FY2023"); its raw value, which no document shows, is the year and the period's number, 20231.
 */
const GROUPINGS: Readonly<Record<string, Grouping>> = {
  day: { part: ({ day }) => day, format: plain },
  week: { part: weekOf, format: plain },
  month: { part: ({ month }) => month, format: plain },
  quarter: { part: quarterOf, format: plain },
  year: { part: ({ year }) => year, format: plain },
  'fiscal-period': {
    part: (time) => time.year * 10 + quarterOf(time),
    format: (value) => `Quarter ${value % 10} FY${Math.floor(value / 10)}`,
  },
  'fiscal-year': { part: ({ year }) => year, format: (value) => `FY${value}` },
}

export type DateGroup = {
  readonly part: (value: Value) => Value
  readonly format: (value: number) => string
}

/** How a date falls into groups. @throws DataverseFault 400 0x80041135 for an unknown grouping */
export function dateGroupOf(name: string, column: Column, timeZone: string): DateGroup {
  const grouping = Object.hasOwn(GROUPINGS, name) ? GROUPINGS[name] : undefined
  if (!grouping) throw new DataverseFault(400, '0x80041135', 'An invalid value was specified for dategrouping.')
  const zone = isDateOnly(column) || column.behavior === 'TimeZoneIndependent' ? 'UTC' : timeZone
  return {
    part: (value) => (value === null ? null : grouping.part(localTime(Date.parse(textOf(value)), zone))),
    format: grouping.format,
  }
}
