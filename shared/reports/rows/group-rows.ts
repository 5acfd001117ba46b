import type { Query, Attribute } from '../../dataverse/query/model/query.ts'
import { localParts } from '../../dataverse/local-time.ts'

type RawRow = Readonly<Record<string, unknown>>

export type Grouping = {
  readonly add: (rows: readonly RawRow[]) => void
  /** As Dataverse would have answered the aggregate, annotations of groups included. */
  readonly rows: () => RawRow[]
}

const DATE_PARTS = ['day', 'month', 'quarter', 'year'] as const
const DATE_ONLY = 10
const DECIMALS = 10_000

/** Whether {@link groupHere} can give what Dataverse would: columns of one table, and parts of calendar dates. */
export function canGroup({ aggregate, entity }: Query, zoneKnown: boolean): boolean {
  const linked = entity.links.some(({ attributes, links }) => attributes.length > 0 || links.length > 0)
  const groupable = entity.attributes.every(({ dateGrouping, countChildren, userTimeZone, alias }) => {
    const known = dateGrouping === undefined || DATE_PARTS.some((part) => part === dateGrouping)
    return known && !countChildren && alias !== undefined && (zoneKnown || !userTimeZone || dateGrouping === undefined)
  })
  return aggregate && !linked && groupable
}

/**
 * Groups rows as an aggregate of Dataverse does, for more rows than Dataverse aggregates.
 * @param zone IANA name of the person's time zone, in which dates are grouped
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/aggregate-data
 */
export function groupHere({ entity }: Query, zone: string): Grouping {
  const keys = entity.attributes.filter(({ groupBy }) => groupBy)
  const figures = entity.attributes.filter(({ aggregate }) => aggregate !== undefined)
  const groups = new Map<string, { readonly head: RawRow; readonly figures: Figure[] }>()
  return {
    add: (rows) => {
      for (const row of rows) {
        const values = keys.map((key) => groupValue(row, key, zone))
        const name = JSON.stringify(values)
        const group = groups.get(name) ?? { head: headOf(row, keys, values), figures: figures.map(figureOf) }
        groups.set(name, group)
        for (const figure of group.figures) figure.add(valueIn(row, figure.attribute.name))
      }
    },
    rows: () =>
      [...groups.values()].map(({ head, figures: all }) => ({
        ...head,
        ...Object.fromEntries(all.map(({ attribute, value }) => [attribute.alias ?? attribute.name, value()])),
      })),
  }
}

/** A lookup comes under another key than its column's name. */
function keyIn(row: RawRow, column: string): string {
  return `_${column}_value` in row ? `_${column}_value` : column
}

function valueIn(row: RawRow, column: string): unknown {
  return row[keyIn(row, column)] ?? null
}

function groupValue(row: RawRow, { name, dateGrouping, userTimeZone }: Attribute, zone: string): unknown {
  const value = valueIn(row, name)
  if (dateGrouping === undefined || typeof value !== 'string') return value
  const { year, month, day } = datePartsOf(value, userTimeZone ? zone : 'Etc/UTC')
  if (dateGrouping === 'year') return year
  if (dateGrouping === 'day') return day
  return dateGrouping === 'quarter' ? Math.ceil(month / 3) : month
}

/** A day without a time is in no time zone. */
function datePartsOf(value: string, zone: string): { year: number; month: number; day: number } {
  return localParts(Date.parse(value), value.length === DATE_ONLY ? 'Etc/UTC' : zone)
}

function headOf(row: RawRow, keys: readonly Attribute[], values: readonly unknown[]): RawRow {
  const entries = keys.flatMap(({ name, alias = name, dateGrouping }, at) => {
    const key = keyIn(row, name)
    const annotations = Object.entries(row).filter(([one]) => dateGrouping === undefined && one.startsWith(`${key}@`))
    return [[alias, values[at]], ...annotations.map(([one, value]) => [alias + one.slice(key.length), value])]
  })
  return Object.fromEntries(entries) as RawRow
}

type Figure = {
  readonly attribute: Attribute
  readonly add: (value: unknown) => void
  readonly value: () => unknown
}

/** Nulls count for nothing, but in `count`, which counts rows. */
function figureOf(attribute: Attribute): Figure {
  const { aggregate, distinct } = attribute
  const seen = distinct ? new Set<unknown>() : undefined
  let [rows, known, sum] = [0, 0, 0]
  let extreme: unknown = null
  const isBetter = (value: unknown): boolean =>
    extreme === null || (aggregate === 'min' ? before(value, extreme) : before(extreme, value))
  return {
    attribute,
    add: (value) => {
      rows += 1
      if (value === null || value === undefined) return
      known += 1
      seen?.add(value)
      if (typeof value === 'number') sum += value
      if (isBetter(value)) extreme = value
    },
    value: () => {
      if (aggregate === 'count') return rows
      if (aggregate === 'countcolumn') return seen?.size ?? known
      if (known === 0) return null
      if (aggregate === 'sum') return rounded(sum)
      return aggregate === 'avg' ? rounded(sum / known) : extreme
    },
  }
}

function before(a: unknown, b: unknown): boolean {
  return typeof a === 'number' && typeof b === 'number' ? a < b : String(a) < String(b)
}

function rounded(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS
}
