import type { Formats } from '../format.ts'
import type { Report, Row } from '../report.ts'
import type { Talk, TextKey } from '../words/words.ts'
import { periodOf } from './period.ts'

export type Group = {
  readonly label: string
  readonly time?: number | undefined
  /** The number of a choice. */
  readonly step?: number | undefined
}
/** A value that is drawn; a group without one is a gap. */
export type Point = {
  /** Places in `groups` and `series`. */
  readonly group: number
  readonly series: number
  readonly value: number
  readonly text: string
  /** Places of the rows that it adds up. */
  readonly rows: readonly number[]
}
export type Chart = {
  readonly groups: readonly Group[]
  /** Names; a single one without a name where there is but one. */
  readonly series: readonly string[]
  readonly points: readonly Point[]
  /** Whether the values of a group have a sum. */
  readonly isAdditive: boolean
  readonly isWhole: boolean
  readonly short: (value: number, step?: number) => string
  /** What of the rows is not drawn, in sentences. */
  readonly left: readonly string[]
}
/** Places of columns. */
export type Wanted = { readonly label: number; readonly value: number; readonly series: number }

/** More cannot be told apart, neither by colour nor by pattern. */
export const MOST_SERIES = 8

type Sum = { group: number; series: number; value: number; rows: number[] }

/** The values of a report's rows as they are drawn, or the reason why they are not. */
export function chartOf(report: Report, wanted: Wanted, formats: Formats, talk: Talk): Chart | TextKey {
  const { rows } = report
  const { value } = wanted
  const filled = rows.filter((row) => typeof row[value] === 'number')
  const [first] = filled
  if (first === undefined) return 'notDrawn'
  if (filled.some((row) => formats.currencyOf(row, value) !== formats.currencyOf(first, value)))
    return 'severalCurrencies'
  const { groups, series, sums } = summed(report, wanted, formats, talk)
  const isAdditive = addsUp(report, value)
  if (!isAdditive && sums.some((sum) => sum.rows.length > 1)) return 'notDrawn'
  const drawn = withinSeries(series, sums)
  return {
    groups,
    series: drawn.series,
    points: drawn.sums.map((sum) => ({ ...sum, text: formats.whole(sum.value, first, value) })),
    isAdditive,
    isWhole: report.columns[value]?.kind === 'count' || filled.every((row) => Number.isInteger(row[value])),
    short: (of, step) => formats.short(of, first, value, step),
    left: drawn.left.length > 0 ? [talk.text('onlyInTable', { labels: drawn.left.join(', ') })] : [],
  }
}

/** One value for each group and series: where rows are finer than the picture, their values add up. */
function summed({ rows, columns }: Report, wanted: Wanted, formats: Formats, talk: Talk) {
  const groups = new Map<string, Group & { at: number }>()
  const series = new Map<string, { name: string; at: number }>()
  const sums = new Map<string, Sum>()
  const { part } = columns[wanted.label] ?? {}
  rows.forEach((row: Row, at) => {
    const key = JSON.stringify(row[wanted.label] ?? null)
    const time = part && periodOf(part, row[wanted.label], talk)?.time
    const { text: label, sort } = formats.cell(row, wanted.label)
    const step = part === undefined && typeof sort === 'number' ? sort : undefined
    const group = groups.get(key) ?? { label, time, step, at: groups.size }
    groups.set(key, group)
    const of = wanted.series < 0 ? '' : JSON.stringify(row[wanted.series] ?? null)
    const serial = series.get(of) ?? {
      name: wanted.series < 0 ? '' : formats.cell(row, wanted.series).text,
      at: series.size,
    }
    series.set(of, serial)
    const value = row[wanted.value]
    if (typeof value !== 'number' || !Number.isFinite(value)) return
    const place = `${group.at} ${serial.at}`
    const sum = sums.get(place) ?? { group: group.at, series: serial.at, value: 0, rows: [] }
    sums.set(place, { ...sum, value: sum.value + value, rows: [...sum.rows, at] })
  })
  return { groups: [...groups.values()], series: [...series.values()].map((one) => one.name), sums: [...sums.values()] }
}

/** The groups in the order of their choices, and after them those that are none. */
export function inSteps(chart: Chart): Chart {
  const order = chart.groups
    .map(({ step = Number.MAX_VALUE }, at) => ({ step, at }))
    .toSorted((a, b) => a.step - b.step || a.at - b.at)
    .map(({ at }) => at)
  return {
    ...chart,
    groups: order.flatMap((at) => chart.groups[at] ?? []),
    points: chart.points.map((point) => ({ ...point, group: order.indexOf(point.group) })),
  }
}

/** Those with the largest values, in their order. */
function withinSeries(series: readonly string[], sums: readonly Sum[]) {
  if (series.length <= MOST_SERIES) return { series, sums, left: [] }
  const sizes = series.map((_, at) =>
    sums.reduce((size, sum) => size + (sum.series === at ? Math.abs(sum.value) : 0), 0),
  )
  const kept = sizes
    .map((size, at) => ({ size, at }))
    .toSorted((a, b) => b.size - a.size || a.at - b.at)
    .slice(0, MOST_SERIES)
    .map(({ at }) => at)
    .toSorted((a, b) => a - b)
  return {
    series: kept.map((at) => series[at] ?? ''),
    sums: sums.flatMap((sum) => (kept.includes(sum.series) ? [{ ...sum, series: kept.indexOf(sum.series) }] : [])),
    left: series.filter((_, at) => !kept.includes(at)),
  }
}

/**
 * Whether a sum of the column's values means something: averages and rates have none. An analysis gives the figure over
 * all rows too; a report is made of counts and sums.
 */
export function addsUp({ columns, rows, overall }: Report, at: number): boolean {
  const { name = '', kind = 'number' } = columns[at] ?? {}
  if (/^(?:count|sum)(?:\([^()]*\))?$/.test(name)) return true
  const total = overall.get(name)
  if (total === undefined) return kind !== 'percent' && !/^(?:avg|min|max|median|distinct)\b/.test(name)
  const values = rows.map((row) => row[at]).filter((value) => typeof value === 'number')
  const sum = values.reduce((all, value) => all + value, 0)
  return Math.abs(sum - total) <= Math.abs(total) * 1e-5 + values.length * 1e-6
}
