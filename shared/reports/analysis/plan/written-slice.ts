import {
  bareSource,
  filterOf,
  plainAttribute,
  type Attribute,
  type Filter,
  type Link,
  type Note,
  type Query,
  type Source,
} from '../../../dataverse/query/model/query.ts'
import { readOptions } from '../../../dataverse/query/from-odata/read-options.ts'
import type { DateGrouping } from '../../../dataverse/query/model/query.ts'
import type { Aggregation, Analysis, AnalysisFunction, ColumnPath, Group, Value } from '../model.ts'
import { columnKey, partsOf } from './aggregations.ts'
import { DATE_PARTS } from './date-parts.ts'
import { columnOf, isPeriod } from './period.ts'
import type { Slice } from './slices.ts'

/** What Dataverse adds up of a column. */
export type Probe = 'known' | 'distinct' | 'sum' | 'min' | 'max'

/** Alias of the number of rows in a group. */
export const ROWS = 'rows_in_group'

export function groupAlias(at: number, grouping?: DateGrouping): string {
  return grouping === undefined ? `group_${at}` : `group_${at}_${grouping.replace('-', '_')}`
}

/** Columns of a slice's values by {@link columnKey}, with what is asked of each. */
export type Probes = ReadonlyMap<string, { readonly column: ColumnPath; readonly probes: ReadonlySet<Probe> }>

export function probeAlias(probes: Probes, column: ColumnPath, probe: Probe): string {
  return `value_${[...probes.keys()].indexOf(columnKey(column))}_${probe}`
}

/** An average of whole numbers is cut by Dataverse: it is made of the sum and the number of values. */
const NEEDED: Readonly<Record<AnalysisFunction, readonly Probe[]>> = {
  count: ['known'],
  distinct: ['known', 'distinct'],
  sum: ['known', 'sum'],
  avg: ['known', 'sum'],
  median: ['known', 'sum'],
  min: ['known', 'min'],
  max: ['known', 'max'],
}

/** Of a part of a value: what refuses a column of another type. */
const FITTING = { number: 'sum', date: 'max' } as const

/** @param tested values that rows are tested by */
export function probesOf(
  aggregations: readonly Aggregation[],
  groups: readonly Group[],
  tested: readonly Value[] = [],
): Probes {
  const found = new Map<string, { readonly column: ColumnPath; readonly probes: Set<Probe> }>()
  const ask = (column: ColumnPath, probes: readonly Probe[]): void => {
    const known = found.get(columnKey(column)) ?? { column, probes: new Set<Probe>() }
    found.set(columnKey(column), known)
    for (const probe of probes) known.probes.add(probe)
  }
  for (const { name, of } of aggregations) {
    if (of?.kind === 'column') ask(of.column, NEEDED[name])
    else if (of) for (const { column, as } of partsOf(of)) ask(column, [FITTING[as]])
  }
  const bands = groups.flatMap((group) => (group.kind === 'band' ? [group.of] : []))
  for (const { column, as } of [...bands, ...tested].flatMap(partsOf)) ask(column, [FITTING[as]])
  return found
}

type Asked = { readonly column: ColumnPath; readonly attribute: Attribute }

/** The query of a slice as an aggregate, every name as it was written. @throws QueryError `invalid_filter` */
export function writtenSlice(
  analysis: Analysis,
  { conditions, period }: Slice,
  { probes, idColumn, note }: { readonly probes: Probes; readonly idColumn: string; readonly note: Note },
): Query {
  const { entity, groups } = analysis
  const read = conditions.map((filter) => readOptions(entity, { filter }, note))
  const filters = read.flatMap((one) => one.entity.filters.map((filter) => withPeriod(filter, period)))
  const rows: Asked = { column: { path: [], name: idColumn }, attribute: attributeOf(ROWS, { aggregate: 'count' }) }
  const asked = [...groups.flatMap(ofGroup), ...[...probes.values()].flatMap((one) => ofProbes(probes, one)), rows]
  const named = asked.map(({ column, attribute }) => ({
    path: column.path,
    attribute: { ...attribute, name: column.name },
  }))
  const source: Source = {
    ...bareSource(entity),
    attributes: named.filter(({ path }) => path.length === 0).map(({ attribute }) => attribute),
    filters: filters.length > 1 ? [filterOf('and', { filters })] : filters,
    links: named.flatMap(({ path, attribute }) => linkTo(path, attribute) ?? []),
  }
  return { ...readOptions(entity, {}, note), entity: source, aggregate: true }
}

/** Conditions on `period` as ones on the column that it means; in rows behind a relationship it may mean another. */
function withPeriod(filter: Filter, period: string | undefined): Filter {
  if (period === undefined) return filter
  const { path, name } = columnOf(period)
  const inFilter = (one: Filter): Filter => ({
    ...one,
    conditions: one.conditions.map((condition) =>
      isPeriod(condition)
        ? { ...condition, attribute: name, isPeriod: true, ...(path.length > 0 && { path }) }
        : condition,
    ),
    filters: one.filters.map(inFilter),
  })
  return inFilter(filter)
}

function attributeOf(alias: string, rest: Partial<Attribute>): Attribute {
  return { ...plainAttribute(''), ...rest, alias }
}

function ofGroup(group: Group, at: number): Asked[] {
  if (group.kind === 'band') return []
  const { column } = group
  if (group.kind === 'column') return [{ column, attribute: attributeOf(groupAlias(at), { groupBy: true }) }]
  return DATE_PARTS[group.part].asked.map((dateGrouping) => {
    return { column, attribute: attributeOf(groupAlias(at, dateGrouping), { groupBy: true, dateGrouping }) }
  })
}

function ofProbes(all: Probes, { column, probes }: { column: ColumnPath; probes: ReadonlySet<Probe> }): Asked[] {
  return [...probes].map((probe) => {
    const alias = probeAlias(all, column, probe)
    if (probe === 'known') return { column, attribute: attributeOf(alias, { aggregate: 'countcolumn' }) }
    if (probe !== 'distinct') return { column, attribute: attributeOf(alias, { aggregate: probe }) }
    return { column, attribute: attributeOf(alias, { aggregate: 'countcolumn', distinct: true }) }
  })
}

/** The links of a path, outermost first; the last has the attribute. */
function linkTo(path: readonly string[], attribute: Attribute): Link | undefined {
  const [way, ...rest] = path
  if (way === undefined) return undefined
  const inside = linkTo(rest, attribute)
  const links = inside ? [inside] : []
  return { ...bareSource(''), way, attributes: inside ? [] : [attribute], links }
}
