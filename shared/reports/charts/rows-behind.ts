import { kindOf } from '../../dataverse/query/model/column-kind.ts'
import type { OutputColumn } from '../../dataverse/query/model/output-column.ts'
import { filterOf, listOf, type Condition, type Link, type Source } from '../../dataverse/query/model/query.ts'
import { writeFetch } from '../../dataverse/query/to-wire/write-fetch.ts'
import { visible } from '../../dataverse/records/visible-text.ts'
import { daysOfKey } from '../analysis/behind/days-of-key.ts'
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
    const { dataSource } = query
    const list = listOf({ ...bare, filters: groups.length > 0 ? [...bare.filters, own] : bare.filters })
    return {
      fetchxml: writeFetch({ ...list, ...(dataSource !== undefined && { dataSource }) }),
      ids: true,
      count: true,
    }
  }
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
  // Days of a condition are those of the person.
  if (!attribute.userTimeZone) return undefined
  return (row) => {
    const key = label(row)
    if (key === undefined) return [conditionOf('null')]
    const days = typeof key === 'string' ? daysOfKey(part, key) : undefined
    return days && [conditionOf('on-or-after', days[0]), conditionOf('on-or-before', days[1])]
  }
}

/** A text that is cleaned on its way out would find other rows. */
function valueOf(value: unknown, { column }: OutputColumn): string | null | undefined {
  if (value === null) return null
  if (kindOf(column) === 'yes-no') return value === true || Number(value) === 1 ? '1' : '0'
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && visible(value) === value ? value : undefined
}
