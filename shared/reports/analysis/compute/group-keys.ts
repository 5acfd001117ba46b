import type { OutputColumn } from '../../../dataverse/query/model/output-column.ts'
import type { Group, Key } from '../model.ts'
import { DATE_PARTS, groupingOf } from '../plan/date-parts.ts'
import { groupAlias } from '../plan/written-slice.ts'
import { collated } from './collation.ts'
import { isZoneless, numberOf, rowKey, type Reading, type Row } from './row-values.ts'

const DAY_MS = 86_400_000

type Dated = Extract<Group, { kind: 'date' }>
type Band = Extract<Group, { kind: 'band' }>

/** The key of a group that Dataverse made. */
export function aggregateKey(group: Group, at: number): (row: Row) => Key {
  if (group.kind !== 'date') return (row) => keyOf(row[groupAlias(at)])
  const { asked, key } = DATE_PARTS[group.part]
  const aliases = asked.map((grouping) => groupAlias(at, grouping))
  return (row) => {
    const values = aliases.map((alias) => row[alias])
    return values.every((value) => typeof value === 'number') ? key(values) : null
  }
}

export type KeyReading = Reading & {
  /** Column of a group by its place. */
  readonly groupedBy: (at: number) => OutputColumn
  readonly periodMonths: number
}

/** The key of the group that a row falls into. */
export function rowGroupKey(group: Group, at: number, reading: KeyReading): (row: Row) => Key {
  if (group.kind === 'band') return bandOf(group, reading)
  const output = reading.groupedBy(at)
  if (group.kind === 'date') return dateKey(group, output, reading)
  const key = rowKey(output)
  return (row) => keyOf(row[key])
}

function keyOf(value: unknown): Key {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

function dateKey({ part }: Dated, output: OutputColumn, { days, periodMonths }: KeyReading): (row: Row) => Key {
  const { asked, key } = DATE_PARTS[part]
  const column = rowKey(output)
  const isInNoZone = isZoneless(output.column)
  const known = new Map<number, Key>()
  const ofDay = (midnight: number): Key => {
    const found = known.get(midnight) ?? key(asked.map((grouping) => groupingOf(midnight, grouping, periodMonths)))
    known.set(midnight, found)
    return found
  }
  return (row) => {
    const value = row[column]
    if (typeof value !== 'string') return null
    const instant = Date.parse(value)
    return ofDay(isInNoZone ? Math.floor(instant / DAY_MS) * DAY_MS : days.midnight(instant))
  }
}

function bandOf({ of, edges }: Band, reading: Reading): (row: Row) => Key {
  const number = numberOf(of, reading)
  return (row) => {
    const value = number(row)
    return value === null ? null : edges.findLastIndex((edge) => edge <= value)
  }
}

/** The same for the keys of one group, whoever found it: texts may come in another case from elsewhere. */
export function groupName(keys: readonly Key[]): string {
  return keys
    .map((key) => (key === null ? '\u0002' : typeof key === 'string' ? collated(key) : String(key)))
    .join('\u0001')
}
