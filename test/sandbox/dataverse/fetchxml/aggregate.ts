import type { ApiRequest, MutableJson } from '../http/api.ts'
import { DataverseFault, invalidAggregate } from '../http/errors.ts'
import { formatNumber } from '../store/format-values.ts'
import { compareForOrder } from '../odata/order.ts'
import { writeValue } from '../odata/serialize.ts'
import { comparable } from '../query/operands.ts'
import { isChartAlias } from '../store/placeholders.ts'
import { FORMATTED, wants } from '../http/preferences.ts'
import type { Column, Entity } from '../schema/schema.ts'
import { isNumeric } from '../schema/schema.ts'
import type { Row, Value } from '../store/store.ts'
import { keyOf } from '../store/store.ts'
import type { Reader } from '../security/security.ts'
import type { Attribute, Source } from './bind.ts'
import { fieldOf } from './bind.ts'
import { dateGroupOf } from './date-grouping.ts'
import type { Tuple } from './evaluate.ts'
import type { RawOrder } from './parse.ts'
import { AGGREGATE_LIMIT } from './parse.ts'

const AGGREGATES = new Set(['count', 'countcolumn', 'sum', 'avg', 'min', 'max'])
const COUNT_COLUMN: Column = { name: 'count', schemaName: 'count', label: 'count', type: 'Integer' }

/** A column of the result: how a group of rows gives its value, and how that is written. */
type Output = {
  readonly alias: string
  readonly entity: Entity
  /** Says how to format the value, unless `format` does. */
  readonly column: Column
  readonly value: (tuples: readonly Tuple[]) => Value
  readonly format?: (value: number) => string
  readonly groups: boolean
}

function checkAttribute(attribute: Attribute): string {
  const { alias, aggregate, groupBy, field, dateGrouping } = attribute
  if (aggregate === undefined && !groupBy) {
    throw new DataverseFault(400, '0x80041107', 'Attributes can not be returned when aggregate operation is specified.')
  }
  if (aggregate !== undefined && groupBy) {
    throw new DataverseFault(400, '0x80041137', 'An attribute can either be an aggregate or a Group By but not both')
  }
  if (alias === undefined)
    throw new DataverseFault(400, '0x80041109', `Invalid alias for aggregate operation on '${field.column.name}'.`)
  if (aggregate !== undefined && !AGGREGATES.has(aggregate))
    throw invalidAggregate(`The aggregate '${aggregate}' is not valid.`)
  if (dateGrouping !== undefined && (field.column.type !== 'DateTime' || !groupBy)) {
    throw new DataverseFault(400, '0x80041135', `A dategrouping needs a date to group by: '${field.column.name}'.`)
  }
  return alias
}

const read = ({ field, source }: Attribute, tuple: Tuple): Value => {
  const row = tuple.get(source.alias)
  return row ? field.read(row) : null
}

const valuesOf = (attribute: Attribute, tuples: readonly Tuple[]): Value[] =>
  tuples.map((tuple) => read(attribute, tuple))

function groupOutput(attribute: Attribute, alias: string, zone: string): Output {
  const { field, dateGrouping, source } = attribute
  const first = (tuples: readonly Tuple[]): Value => (tuples[0] ? read(attribute, tuples[0]) : null)
  const output = { alias, entity: source.entity, column: field.column, value: first, groups: true }
  if (field.column.type !== 'DateTime') return output
  if (dateGrouping === undefined)
    throw invalidAggregate(`A dategrouping is required to group by '${field.column.name}'.`)
  const { part, format } = dateGroupOf(dateGrouping, field.column, attribute.userTimeZone ? zone : 'UTC')
  return { ...output, column: COUNT_COLUMN, format, value: (tuples) => part(first(tuples)) }
}

function countOf(attribute: Attribute, values: readonly Value[]): number {
  if (attribute.aggregate === 'count') return values.length
  const known = values.filter((value) => value !== null)
  return attribute.distinct ? new Set(known.map(keyOf)).size : known.length
}

const sumOf = (values: readonly Value[]): number =>
  values.reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0)

const round = (value: number): number => Math.round(value * 10_000) / 10_000

/** SQL Server's average of whole numbers is a whole number: 35,200 over 9 is 3,911. */
function averageOf(column: Column, values: readonly Value[]): number {
  const average = sumOf(values) / values.length
  return column.type === 'Integer' || column.type === 'BigInt' ? Math.trunc(average) : round(average)
}

function extremeOf(
  values: readonly Value[],
  key: (value: Value) => ReturnType<typeof comparable>,
  side: 1 | -1,
): Value {
  return values.reduce((best, value) => (compareForOrder(key(value), key(best)) * side > 0 ? value : best))
}

/**
 * Nulls count for nothing. Without any other value a sum is 0, as the page's table of cities shows it ("0 | 1 | NULL");
 * of avg, min and max no page shows one, and they stay absent as SQL has them.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/aggregate-data#grouping
 */
function aggregateValue(attribute: Attribute, values: readonly Value[], zone: string): Value {
  const known = values.filter((value) => value !== null)
  if (attribute.aggregate === 'sum') return round(sumOf(known))
  if (known.length === 0) return null
  const { column } = attribute.field
  if (attribute.aggregate === 'avg') return averageOf(column, known)
  return extremeOf(known, (value) => comparable(column, value, zone), attribute.aggregate === 'min' ? -1 : 1)
}

/**
 * Rows have currencies of their own, so money is aggregated over its twin in the base currency, and shown in that.
 * @see https://community.dynamics.com/article/KA-22864
 */
function measuredOf(attribute: Attribute, reader: Reader): Attribute {
  const { entity } = attribute.source
  const { column } = attribute.field
  const twin = `${column.name}_base`
  if (column.type !== 'Money' || !entity.columns.has(twin)) return attribute
  return { ...attribute, field: fieldOf(entity, twin, reader) }
}

const plainNumber = (value: number): string => formatNumber(value, 0)

function aggregateOutput(attribute: Attribute, alias: string, reader: Reader): Output {
  const { aggregate = '', field, source } = attribute
  const output = { alias, entity: source.entity, groups: false }
  if (aggregate === 'count' || aggregate === 'countcolumn') {
    const value = (tuples: readonly Tuple[]): Value => countOf(attribute, valuesOf(attribute, tuples))
    return { ...output, column: COUNT_COLUMN, format: plainNumber, value }
  }
  const dates = field.column.type === 'DateTime' && (aggregate === 'min' || aggregate === 'max')
  if (!isNumeric(field.column) && !dates) {
    const text = `Aggregate ${aggregate} is not supported for attribute of type ${field.column.type}.`
    throw new DataverseFault(400, '0x8004112f', text)
  }
  const measured = measuredOf(attribute, reader)
  const zone = reader.caller.timeZone
  const value = (tuples: readonly Tuple[]): Value => aggregateValue(measured, valuesOf(measured, tuples), zone)
  return { ...output, column: measured.field.column, value }
}

function outputsOf(source: Source, reader: Reader): Output[] {
  const own = source.attributes.map((attribute) => {
    const alias = checkAttribute(attribute)
    return attribute.groupBy
      ? groupOutput(attribute, alias, reader.caller.timeZone)
      : aggregateOutput(attribute, alias, reader)
  })
  return [...own, ...source.links.flatMap((link) => outputsOf(link, reader))]
}

function ordersOf(source: Source): RawOrder[] {
  return [...source.orders, ...source.links.flatMap(ordersOf)]
}

type Group = ReadonlyMap<string, Value>

function groupsOf(tuples: readonly Tuple[], outputs: readonly Output[]): Group[] {
  const keys = outputs.filter(({ groups }) => groups)
  const grouped = Map.groupBy(tuples, (tuple) => JSON.stringify(keys.map(({ value }) => keyOf(value([tuple])))))
  if (keys.length === 0 && grouped.size === 0) grouped.set('', [])
  return [...grouped.values()].map((members) => new Map(outputs.map(({ alias, value }) => [alias, value(members)])))
}

type Sorter = { readonly output: Output; readonly descending: boolean }

function sorterOf({ attribute, alias, descending }: RawOrder, outputs: readonly Output[]): Sorter[] {
  if (attribute !== undefined) {
    const text = 'An attribute cannot be specified for an order clause for an aggregate Query. Use an alias.'
    throw new DataverseFault(400, '0x80041131', text)
  }
  if (alias === undefined) {
    throw new DataverseFault(400, '0x80041134', 'An alias is required for an order clause for an aggregate Query.')
  }
  const output = outputs.find((one) => one.alias === alias)
  if (!output && isChartAlias(alias)) return []
  if (!output) throw new DataverseFault(400, '0x8004110a', `The alias '${alias}' of the order clause does not exist.`)
  return [{ output, descending }]
}

function orderGroups(
  groups: readonly Group[],
  root: Source,
  outputs: readonly Output[],
  zone: string,
): readonly Group[] {
  const sorters = ordersOf(root).flatMap((order) => sorterOf(order, outputs))
  return groups.toSorted((left, right) => {
    for (const { output, descending } of sorters) {
      const key = (group: Group): ReturnType<typeof comparable> =>
        comparable(output.column, group.get(output.alias) ?? null, zone)
      const compared = compareForOrder(key(left), key(right))
      if (compared !== 0) return descending ? -compared : compared
    }
    return 0
  })
}

/** Null is left out. Without a row there is no currency of its own: money is in the organisation's. */
function writeGroup(group: Group, outputs: readonly Output[], request: ApiRequest): MutableJson {
  const out: MutableJson = {}
  for (const { alias, column, entity, format } of outputs) {
    const value = group.get(alias) ?? null
    if (value === null) continue
    const row: Row = { entity, id: '', version: 0, values: {} }
    if (!format) writeValue(out, alias, column, value, row, request)
    else {
      if (wants(request.preferences, FORMATTED)) out[`${alias}@${FORMATTED}`] = format(Number(value))
      out[alias] = value
    }
  }
  return out
}

/** The groups of an aggregate fetch, ordered and written. @throws DataverseFault 400 */
export function aggregateTuples(
  tuples: readonly Tuple[],
  root: Source,
  request: ApiRequest,
  limit: number = AGGREGATE_LIMIT,
): MutableJson[] {
  const zone = request.reader.caller.timeZone
  const outputs = outputsOf(root, request.reader)
  if (outputs.length === 0) {
    throw new DataverseFault(400, '0x8004111a', 'An aggregate query needs an attribute to aggregate or to group by.')
  }
  if (tuples.length > limit) {
    throw new DataverseFault(400, '0x8004e023', 'AggregateQueryRecordLimit exceeded. Cannot perform this operation.')
  }
  const groups = orderGroups(groupsOf(tuples, outputs), root, outputs, zone)
  return groups.map((group) => writeGroup(group, outputs, request))
}
