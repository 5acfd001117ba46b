import type { Query, Attribute } from '../../dataverse/query/model/query.ts'
import { groupName } from '../analysis/compute/group-keys.ts'
import { localDays, type LocalDays } from '../analysis/compute/local-days.ts'
import { addRow, growing, grown } from '../analysis/compute/tally.ts'
import type { Key } from '../analysis/model.ts'
import { groupingOf } from '../analysis/plan/date-parts.ts'

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
  const [local, utc] = [localDays(zone), localDays('Etc/UTC')]
  const groups = new Map<string, { readonly head: RawRow; readonly figures: Figure[] }>()
  return {
    add: (rows) => {
      for (const row of rows) {
        const values = keys.map((key) => groupValue(row, key, key.userTimeZone ? local : utc))
        const name = groupName(values)
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

/** A day without a time is in no time zone. */
function groupValue(row: RawRow, { name, dateGrouping }: Attribute, days: LocalDays): Key {
  const value = valueIn(row, name)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'string') return null
  if (dateGrouping === undefined) return value
  const instant = Date.parse(value)
  return groupingOf(value.length === DATE_ONLY ? instant : days.midnight(instant), dateGrouping, 12)
}

function headOf(row: RawRow, keys: readonly Attribute[], values: readonly unknown[]): RawRow {
  const entries = keys.flatMap(({ name, alias = name, dateGrouping }, at) => {
    const key = keyIn(row, name)
    const annotations = Object.entries(row).filter(([one]) => dateGrouping === undefined && one.startsWith(`${key}@`))
    return [[alias, values[at]], ...annotations.map(([one, value]) => [alias + one.slice(key.length), value])]
  })
  return Object.fromEntries(entries) as RawRow
}

type Figure = { readonly attribute: Attribute; readonly add: (value: unknown) => void; readonly value: () => unknown }

/** Nulls count for nothing, but in `count`, which counts rows. */
function figureOf(attribute: Attribute): Figure {
  const { aggregate, distinct } = attribute
  const tally = growing({ distinct, values: false })
  const value = (): unknown => {
    const { rows, known, sum, min, max } = grown(tally)
    if (aggregate === 'count') return rows
    if (aggregate === 'countcolumn') return tally.distinct?.size ?? known
    if (known === 0) return null
    if (aggregate === 'sum') return rounded(sum)
    return aggregate === 'avg' ? rounded(sum / known) : aggregate === 'min' ? min : max
  }
  return { attribute, add: (one) => addRow(tally, one), value }
}

function rounded(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS
}
