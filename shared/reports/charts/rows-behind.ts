import { kindOf } from '../../dataverse/query/model/column-kind.ts'
import type { OutputColumn } from '../../dataverse/query/model/output-column.ts'
import { addDays } from '../../dataverse/query/resolve/values/dates/day.ts'
import { filterOf, listOf, type Condition, type Link, type Source } from '../../dataverse/query/model/query.ts'
import { writeFetch } from '../../dataverse/query/to-wire/write-fetch.ts'
import { visible } from '../../dataverse/records/visible-text.ts'
import { daysOfKey, fiscalOfKey } from '../analysis/behind/days-of-key.ts'
import type { FetchAsked } from '../definition.ts'
import type { RawRow } from './ask-groups.ts'
import { attributeWith, dateLabel } from './date-groups.ts'
import type { ChartQuery } from './run-chart.ts'

/** The call of `query_crm` for the rows behind a group of a chart; `null` where FetchXML cannot say which those are. */
export function rowsBehindGroup(chart: ChartQuery): (row: RawRow) => FetchAsked | null {
  const { query, groups, columns } = chart
  const bare = withoutColumns(query.entity)
  const tests = groups.map((alias) =>
    testOf(
      chart,
      alias,
      columns.find(({ key }) => key === alias),
    ),
  )
  return (row) => {
    const conditions = tests.map((test) => test?.(row))
    if (conditions.some((some) => some === undefined)) return null
    const own = filterOf('and', { conditions: conditions.flatMap((some) => some ?? []) })
    return listing(chart, { ...bare, filters: groups.length > 0 ? [...bare.filters, own] : bare.filters })
  }
}

/** The same for a chart of single rows: the record that a mark is. */
export function rowBehindMark(chart: ChartQuery): (row: RawRow) => FetchAsked | null {
  const { query, entity, columns } = chart
  const bare = withoutColumns(query.entity)
  // A row of a join may be one of many of its record.
  const isOwn = query.entity.links.length === 0 && columns.every(({ column }) => column.hiding === undefined)
  return (row) => {
    const id = row[entity.idColumn]
    if (!isOwn || typeof id !== 'string') return null
    const own = { attribute: entity.idColumn, operator: 'eq', values: [id] }
    return listing(chart, { ...bare, filters: [filterOf('and', { conditions: [own] })] })
  }
}

function listing({ query: { dataSource } }: ChartQuery, source: Source): FetchAsked {
  const list = { ...listOf(source), ...(dataSource !== undefined && { dataSource }) }
  return { fetchxml: writeFetch(list), ids: true, count: true }
}

/** What comes with rows that are no groups is chosen by whoever lists them. */
function withoutColumns<S extends Source | Link>(source: S): S {
  const links = source.links.map((link): Link => withoutColumns(link))
  return { ...source, attributes: [], allAttributes: false, orders: [], links }
}

type Test = (row: RawRow) => readonly Condition[] | undefined

function testOf({ query, groups }: ChartQuery, alias: string, output: OutputColumn | undefined): Test | undefined {
  const attribute = attributeWith(query, alias)?.attribute
  if (!attribute || !output || output.column.hiding !== undefined) return undefined
  const conditionOf = (operator: string, ...values: string[]): Condition => ({
    attribute: attribute.name,
    ...(output.link !== undefined && { entityName: output.link }),
    operator,
    values,
  })
  const { dateGrouping: part } = attribute
  const label = dateLabel(query, alias, groups)
  if (part === undefined || !label)
    return (row) => {
      const value = valueOf(row[alias] ?? null, output)
      return value === undefined ? undefined : [value === null ? conditionOf('null') : conditionOf('eq', value)]
    }
  const isOfPerson = attribute.userTimeZone || output.column.dateOnly
  return (row) => {
    const key = label(row)
    if (key === undefined) return [conditionOf('null')]
    if (typeof key !== 'string') return undefined
    const [year, period] = fiscalOfKey(part, key) ?? []
    if (year !== undefined && isOfPerson)
      return period === undefined
        ? [conditionOf('in-fiscal-year', `${year}`)]
        : [conditionOf('in-fiscal-period-and-year', `${period}`, `${year}`)]
    const days = daysOfKey(part, key)
    if (!days) return undefined
    const [first, last] = days
    // Days of a condition are those of the person; of others the instants can be said.
    if (isOfPerson) return [conditionOf('on-or-after', first), conditionOf('on-or-before', last)]
    return [conditionOf('ge', `${first}T00:00:00Z`), conditionOf('lt', `${addDays(last, 1)}T00:00:00Z`)]
  }
}

/** A text that is cleaned on its way out would find other rows. */
function valueOf(value: unknown, { column }: OutputColumn): string | null | undefined {
  if (value === null) return null
  if (kindOf(column) === 'yes-no') return value === true || Number(value) === 1 ? '1' : '0'
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && visible(value) === value ? value : undefined
}
