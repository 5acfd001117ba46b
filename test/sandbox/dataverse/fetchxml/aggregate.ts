import type { ApiRequest, MutableJson } from '../api.ts'
import { comparable } from '../conditions.ts'
import { localTime } from '../dates.ts'
import { DataverseFault, invalidAggregate, notEmulated } from '../errors.ts'
import { formatNumber } from '../format-values.ts'
import { compareForOrder } from '../odata/order.ts'
import { writeValue } from '../odata/serialize.ts'
import { FORMATTED, wants } from '../preferences.ts'
import type { Column } from '../schema.ts'
import { isDateOnly, isNumeric } from '../schema.ts'
import type { Row, Value } from '../store.ts'
import { keyOf, textOf } from '../store.ts'
import type { Attribute, Source } from './bind.ts'
import type { Tuple } from './evaluate.ts'
import type { RawOrder } from './parse.ts'

const AGGREGATES = new Set(['count', 'countcolumn', 'sum', 'avg', 'min', 'max'])
const GROUPINGS = new Set(['day', 'week', 'month', 'quarter', 'year', 'fiscal-period', 'fiscal-year'])
const ROW_LIMIT = 50_000
const COUNT_COLUMN: Column = { name: 'count', schemaName: 'count', label: 'count', type: 'Integer' }

/** A column of the result: how a group of rows gives its value, and the column that says how to format it. */
type Output = {
  readonly alias: string
  readonly column: Column
  readonly value: (tuples: readonly Tuple[]) => Value
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
  if (dateGrouping !== undefined && !GROUPINGS.has(dateGrouping)) {
    throw new DataverseFault(400, '0x80041135', 'An invalid value was specified for dategrouping.')
  }
  return alias
}

const read = ({ field, source }: Attribute, tuple: Tuple): Value => {
  const row = tuple.get(source.alias)
  return row ? field.read(row) : null
}

/** The week of the year that a date falls in; weeks begin on Sunday, the first holds 1 January. */
function weekOf(year: number, month: number, day: number): number {
  const start = Date.UTC(year, 0, 1)
  const days = Math.round((Date.UTC(year, month - 1, day) - start) / 86_400_000)
  return Math.floor((days + new Date(start).getUTCDay()) / 7) + 1
}

function datePart(value: Value, grouping: string, timeZone: string): Value {
  if (value === null) return null
  const { year, month, day } = localTime(Date.parse(textOf(value)), timeZone)
  switch (grouping) {
    case 'day':
      return day
    case 'week':
      return weekOf(year, month, day)
    case 'month':
      return month
    case 'quarter':
      return Math.ceil(month / 3)
    case 'year':
      return year
    default:
      throw notEmulated(`dategrouping='${grouping}'`)
  }
}

function groupOutput(attribute: Attribute, alias: string, zone: string): Output {
  const { field, dateGrouping, userTimeZone } = attribute
  const first = (tuples: readonly Tuple[]): Value => (tuples[0] ? read(attribute, tuples[0]) : null)
  if (field.column.type !== 'DateTime') return { alias, column: field.column, value: first, groups: true }
  if (dateGrouping === undefined)
    throw invalidAggregate(`A dategrouping is required to group by '${field.column.name}'.`)
  if (dateGrouping.startsWith('fiscal')) throw notEmulated(`dategrouping='${dateGrouping}'`)
  const timeZone = isDateOnly(field.column) || !userTimeZone ? 'UTC' : zone
  return {
    alias,
    column: COUNT_COLUMN,
    value: (tuples) => datePart(first(tuples), dateGrouping, timeZone),
    groups: true,
  }
}

function countOf(attribute: Attribute, values: readonly Value[]): number {
  if (attribute.aggregate === 'count') return values.length
  const known = values.filter((value) => value !== null)
  return attribute.distinct ? new Set(known.map(keyOf)).size : known.length
}

function sumOf(values: readonly Value[]): number {
  return values.reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0)
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000

function aggregateValue(attribute: Attribute, values: readonly Value[], zone: string): Value {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return null
  if (attribute.aggregate === 'sum') return round(sumOf(known))
  if (attribute.aggregate === 'avg') return round(sumOf(known) / known.length)
  const { column } = attribute.field
  const sorted = known.toSorted((left, right) =>
    compareForOrder(comparable(column, left, zone), comparable(column, right, zone)),
  )
  return (attribute.aggregate === 'min' ? sorted[0] : sorted.at(-1)) ?? null
}

function aggregateOutput(attribute: Attribute, alias: string, zone: string): Output {
  const { aggregate = '', field } = attribute
  const values = (tuples: readonly Tuple[]): Value[] => tuples.map((tuple) => read(attribute, tuple))
  if (aggregate === 'count' || aggregate === 'countcolumn') {
    return { alias, column: COUNT_COLUMN, value: (tuples) => countOf(attribute, values(tuples)), groups: false }
  }
  const dates = field.column.type === 'DateTime' && (aggregate === 'min' || aggregate === 'max')
  if (!isNumeric(field.column) && !dates) {
    const text = `Aggregate ${aggregate} is not supported for attribute of type ${field.column.type}.`
    throw new DataverseFault(400, '0x8004112f', text)
  }
  return {
    alias,
    column: field.column,
    value: (tuples) => aggregateValue(attribute, values(tuples), zone),
    groups: false,
  }
}

function outputsOf(source: Source, zone: string): Output[] {
  const own = source.attributes.map((attribute) => {
    const alias = checkAttribute(attribute)
    return attribute.groupBy ? groupOutput(attribute, alias, zone) : aggregateOutput(attribute, alias, zone)
  })
  return [...own, ...source.links.flatMap((link) => outputsOf(link, zone))]
}

function ordersOf(source: Source): RawOrder[] {
  return [...source.orders, ...source.links.flatMap(ordersOf)]
}

type Group = { readonly values: ReadonlyMap<string, Value>; readonly sample: Row | undefined }

function groupsOf(tuples: readonly Tuple[], outputs: readonly Output[]): Group[] {
  const keys = outputs.filter(({ groups }) => groups)
  const grouped = Map.groupBy(tuples, (tuple) => JSON.stringify(keys.map(({ value }) => keyOf(value([tuple])))))
  if (keys.length === 0 && grouped.size === 0) grouped.set('', [])
  return [...grouped.values()].map((members) => ({
    values: new Map(outputs.map(({ alias, value }) => [alias, value(members)])),
    sample: members[0]?.get('') ?? undefined,
  }))
}

function orderGroups(
  groups: readonly Group[],
  root: Source,
  outputs: readonly Output[],
  zone: string,
): readonly Group[] {
  const orders = ordersOf(root).map(({ alias, descending }) => {
    const output = outputs.find((one) => one.alias === alias)
    if (alias === undefined)
      throw new DataverseFault(
        400,
        '0x80041131',
        'An attribute cannot be specified for an order clause for an aggregate Query. Use an alias.',
      )
    if (!output) throw new DataverseFault(400, '0x8004110a', `The alias '${alias}' of the order clause does not exist.`)
    return { output, descending }
  })
  return groups.toSorted((left, right) => {
    for (const { output, descending } of orders) {
      const key = (group: Group): ReturnType<typeof comparable> =>
        comparable(output.column, group.values.get(output.alias) ?? null, zone)
      const compared = compareForOrder(key(left), key(right))
      if (compared !== 0) return descending ? -compared : compared
    }
    return 0
  })
}

/** Without a row there is no currency of its own: sums are in the organisation's. */
function writeGroup(group: Group, outputs: readonly Output[], root: Source, request: ApiRequest): MutableJson {
  const out: MutableJson = {}
  const row: Row = { entity: root.entity, id: '', version: 0, values: {} }
  for (const { alias, column, groups } of outputs) {
    const value = group.values.get(alias) ?? null
    if (value === null && groups) continue
    if (column === COUNT_COLUMN && typeof value === 'number') {
      if (wants(request.preferences, FORMATTED))
        out[`${alias}@${FORMATTED}`] = formatNumber(value, 0).replaceAll(groups ? ',' : '', '')
      out[alias] = value
    } else writeValue(out, alias, column, value, row, request)
  }
  return out
}

/** The groups of an aggregate fetch, ordered and written. @throws DataverseFault 400 */
export function aggregateTuples(tuples: readonly Tuple[], root: Source, request: ApiRequest): MutableJson[] {
  if (tuples.length > ROW_LIMIT) {
    throw new DataverseFault(400, '0x8004e023', 'AggregateQueryRecordLimit exceeded. Cannot perform this operation.')
  }
  const zone = request.reader.caller.timeZone
  const outputs = outputsOf(root, zone)
  return orderGroups(groupsOf(tuples, outputs), root, outputs, zone).map((group) =>
    writeGroup(group, outputs, root, request),
  )
}
