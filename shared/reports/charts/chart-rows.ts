import type { OutputColumn } from '../../dataverse/query/model/output-column.ts'
import type { Query } from '../../dataverse/query/model/query.ts'
import { isLookup } from '../../dataverse/query/resolve/names/find-column.ts'
import type { ResolvedQuery } from '../../dataverse/query/resolve/resolved-query.ts'
import { compactRow, type CompactRow } from '../../dataverse/rows/rows.ts'
import type { ReportColumn } from '../definition.ts'
import { baseKeys, NONE } from '../rows/report-rows.ts'
import type { ChartData } from './chart-data.ts'
import type { RawRow } from './ask-groups.ts'
import { attributeWith, dateLabel } from './date-groups.ts'

const LONGEST_TITLE = 60
const FIGURES = {
  sum: 'Sum',
  avg: 'Average',
  min: 'Least',
  max: 'Greatest',
  count: 'Count',
  countcolumn: 'Count',
} as const

type Asked = Pick<ResolvedQuery, 'query' | 'columns' | 'entity'> & Pick<ChartData, 'groups' | 'measures'>

/** The columns of a chart's rows: what they are grouped by, then the figures. */
export function chartColumns({ query, columns, entity, groups, measures }: Asked): ReportColumn[] {
  const base = baseKeys(query)
  const written = [...groups, ...measures].flatMap((alias): ReportColumn[] => {
    const column = columns.find(({ key }) => key === alias)
    if (!column) return []
    const isGroup = groups.includes(alias)
    const title = isGroup ? groupTitle(column) : figureTitle(column, query, entity.pluralLabel ?? entity.name)
    const kind = isGroup ? groupKind(column) : figureKind(column, base.has(alias))
    return [{ key: alias, title: title.slice(0, LONGEST_TITLE).toWellFormed(), kind }]
  })
  return written.map((one) => {
    const isTwice = written.some((other) => other !== one && other.title === one.title)
    return isTwice ? { ...one, title: `${one.title} (${one.key})`.slice(-LONGEST_TITLE) } : one
  })
}

/** An alias is what a column is called where it has one: the label of the column itself tells more. */
function groupTitle({ column, link, entity, dateGrouping }: OutputColumn): string {
  const label = column.label ?? column.name
  const of = link === undefined ? '' : ` of ${entity}`
  return dateGrouping === undefined ? label + of : `${label}${of} (${dateGrouping.replace('-', ' ')})`
}

function groupKind({ column, dateGrouping }: OutputColumn): ReportColumn['kind'] {
  return dateGrouping === undefined && isLookup(column) ? 'record' : 'text'
}

function figureTitle({ column, aggregate = 'count', key }: OutputColumn, query: Query, plural: string): string {
  const label = (column.label ?? column.name).replace(/ \(Base\)$/, '')
  if (aggregate === 'count') return plural
  const isDistinct = attributeWith(query, key)?.attribute.distinct === true
  return isDistinct ? `Different values of ${label}` : `${FIGURES[aggregate]} of ${label}`
}

function figureKind({ column, aggregate }: OutputColumn, isBase: boolean): ReportColumn['kind'] {
  if (aggregate === 'count' || aggregate === 'countcolumn') return 'count'
  if (column.type === 'DateTime') return 'date'
  return isBase || column.type === 'Money' ? 'money' : 'number'
}

/** The groups of an answer as the columns show them, in their order. */
export function chartRows(raw: readonly RawRow[], asked: Asked, shown: readonly ReportColumn[]): CompactRow[] {
  const { query, columns, groups } = asked
  const base = baseKeys(query)
  const plain = new Set(shown.filter(({ key, kind }) => isNumber(kind) || base.has(key)).map(({ key }) => key))
  const choices = new Set(columns.filter(({ column }) => column.options).map(({ key }) => key))
  const dates = new Map(groups.map((alias) => [alias, dateLabel(query, alias, groups)] as const))
  return raw.map((one) => {
    const compact = compactRow(one, { plain, choices })
    const cells = shown.map(({ key }) => {
      const date = dates.get(key)
      const value = date ? date(one) : compact[key]
      return [key, value ?? (groups.includes(key) ? { label: NONE } : undefined)] as const
    })
    return Object.fromEntries(cells.filter(([, value]) => value !== undefined))
  })
}

function isNumber(kind: ReportColumn['kind']): boolean {
  return kind === 'count' || kind === 'number'
}

/** The rows of the first so many values of the axis: a series that is cut in its midst would show a wrong sum. */
export function firstOfAxis(
  rows: readonly CompactRow[],
  axis: string | undefined,
  most: number,
): readonly CompactRow[] {
  if (axis === undefined) return rows.slice(0, most)
  const kept = new Set<string>()
  return rows.filter((row) => {
    const name = JSON.stringify(row[axis])
    if (kept.size < most) kept.add(name)
    return kept.has(name)
  })
}
