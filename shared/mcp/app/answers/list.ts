import * as z from 'zod/mini'
import type { Cell, Formats } from '../format.ts'
import { readReport, type Report, type Row } from '../report.ts'

type NamedRecord = NonNullable<Cell['record']>
/** An answer with what its view knows besides: the record that a row is, and where its rows go on. */
export type Answer = Report & {
  readonly records: ReadonlyMap<Row, NamedRecord>
  /** Of a list that has more rows, as `query_crm` takes it. */
  readonly cursor?: string | undefined
}

const Read = z.object({
  structuredContent: z.optional(
    z.object({ returned: z.optional(z.number()), entity: z.optional(z.string()), cursor: z.optional(z.string()) }),
  ),
})
const KIND = 'activitytypecode'

/**
 * The answer in a tool's result, or else the text that came with it.
 * @param named what columns are called where the result does not say
 */
export function readAnswer(
  params: unknown,
  named: Readonly<Record<string, string>> = {},
): { answer: Answer } | { text: string } {
  const read = readReport(params, named)
  if (!('report' in read)) return read
  const { entity, returned, cursor } = Read.safeParse(params).data?.structuredContent ?? {}
  if (entity === undefined || returned === undefined) return { answer: { ...read.report, records: new Map() } }
  return { answer: { ...withRecords(read.report, entity), cursor } }
}

/** Ids of rows are what their first column opens, and no column to read. */
function withRecords(report: Report, entity: string): Answer {
  const at = report.columns.findIndex(({ kind }) => kind === 'id')
  const id = report.columns[at]?.name
  if (id === undefined) return { ...report, records: new Map() }
  const kindAt = report.columns.findIndex(({ name }) => name === KIND)
  const tableOf = (row: Row): string => {
    const behind = report.values.get(KIND)?.get(String(row[kindAt]))
    return typeof behind === 'string' ? behind : entity
  }
  const without = <T>(all: readonly T[]): T[] => all.filter((_one, place) => place !== at)
  const rows = report.rows.map((row) => ({
    cells: without(row),
    record: { id: String(row[at]), entity: tableOf(row) },
  }))
  return {
    ...report,
    columns: without(report.columns),
    rows: rows.map(({ cells }) => cells),
    records: new Map(rows.map(({ cells, record }) => [cells, record])),
    recordLink: report.recordLink && anyRecord(report.recordLink),
  }
}

/** A link to rows of one table, with places for both. */
function anyRecord(link: string): string {
  const at = link.lastIndexOf('etn=')
  return at < 0 ? link : `${link.slice(0, at)}etn={entity}&id={id}`
}

/** The first cell of a row that is a record opens it, unless it opens another. */
export function opening(formats: Formats, records: Answer['records'] = new Map()): Formats {
  if (records.size === 0) return formats
  const cell: Formats['cell'] = (row, at) => {
    const own = formats.cell(row, at)
    const record = at === 0 ? (own.record ?? records.get(row)) : own.record
    return record ? { ...own, record } : own
  }
  return { ...formats, cell }
}
