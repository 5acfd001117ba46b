import { currencyColumn, type KnownColumn } from '../../../dataverse/rows/dense-column.ts'
import type { Cursor } from '../../../dataverse/rows/cursor.ts'
import { denseRows, type DenseRows, type LabelValues } from '../../../dataverse/rows/dense-rows.ts'
import type { RecordsRead } from '../../../dataverse/records/records-read.ts'
import type { ReportColumn, ReportResult } from '../../../reports/definition.ts'
import { reportText } from '../../reports/report-text.ts'
import { isOrdered, resized } from '../../fitting/row-window.ts'
import { nextOfText } from '../../fitting/way-on.ts'
import { bytesForRows, fitDense } from '../../tool/result.ts'
import type { ToolContext, ToolOutcome } from '../../tool/tool.ts'
import { visibleTexts } from '../../../dataverse/records/visible-text.ts'

export type DenseReport = Omit<ReportResult, 'columns' | 'rows' | 'records' | 'goOn' | 'behind' | 'drawing'> & {
  readonly columns: readonly DenseReportColumn[]
  readonly rows: DenseRows['rows']
  /** What stands behind labels: a choice's number, a record's `entity/id`. */
  readonly values?: LabelValues
  readonly cursor?: string
}

export type DenseReportColumn = {
  readonly name: string
  readonly title: string
  readonly kind: ReportColumn['kind'] | 'currency'
  readonly currency?: string
}

/** As a cursor of a report is at most, more or less. */
const CURSOR_BYTES = 1_500

/** A result as a tool tells it: as many rows as the budget has room for, and the way to the rest where there is one. */
export async function denseReport(own: ReportResult, context: ToolContext): Promise<ToolOutcome<DenseReport>> {
  const result = await drawn(own, context)
  const { columns, rows, goOn, notes, more, records, behind, ...rest } = result
  const dense = denseRows(visibleTexts(rows), columns.map(knownColumn))
  const told = columnsOf(dense, result)
  const frame = { ...rest, notes, columns: told, cursor: goOn ? 'x'.repeat(CURSOR_BYTES) : '' }
  const { rows: fitted, labels, next } = fitDense(dense, bytesForRows(context.limits.resultBytes, frame), false)
  const left = rows.length - fitted.length
  const seal = async (shown: number, expected: number): Promise<string | undefined> => {
    const at = more || shown < rows.length ? goOn?.(shown) : undefined
    return at && (await context.cursors.seal(await sized(at, more ? expected : rows.length - shown, context)))
  }
  const cursor = await seal(fitted.length, next)
  const { report: slug, title, asOf, parameters, reading, totals, picture, timeZone, currency, recordLink } = rest
  const report: DenseReport = {
    report: slug,
    title,
    asOf,
    ...(timeZone !== undefined && { timeZone }),
    ...(currency !== undefined && { currency }),
    parameters,
    reading,
    notes: [...notes, ...leftNote(left, cursor, result)],
    totals,
    more: more || left > 0,
    columns: told,
    rows: fitted,
    ...(Object.keys(labels).length > 0 && { values: labels }),
    picture,
    ...(recordLink !== undefined && { recordLink }),
    ...(cursor !== undefined && { cursor }),
  }
  const read = records.map((of) => firstOf(of, rows.length, fitted.length))
  const text = await reportText(report, async (shown) =>
    shown.shown < fitted.length ? await seal(shown.shown, nextOfText(next, shown)) : cursor,
  )
  return { structured: report, rows: fitted.length, records: read, text, ...(behind && { behind }) }
}

/** With the picture that is asked for, and words of it. */
async function drawn({ drawing, ...result }: ReportResult, { picture: wanted }: ToolContext): Promise<ReportResult> {
  const own = result.picture
  const picture = wanted === undefined ? own : (await import('../show/drawn-as.ts')).drawnAs(wanted, own)
  return { ...result, picture, reading: [...result.reading, ...(drawing?.(picture.kind) ?? [])] }
}

/** In a page of as many rows as will fit, where rows keep their places. */
async function sized(at: Cursor, expected: number, { metadata }: ToolContext): Promise<Cursor> {
  return isOrdered(at.query, await metadata.entities()) ? resized(at, expected) : at
}

/** One id a row, in their order; where they are fewer or more, which of them fitted is not known, and all are named. */
function firstOf(read: RecordsRead, all: number, fitted: number): RecordsRead {
  const { ids } = read
  return { ...read, ids: ids.length === all ? ids.slice(0, fitted) : ids }
}

/** Amounts in base currency are plain numbers; others carry their sign, by which their currency is found. */
function knownColumn({ key, kind }: ReportColumn): KnownColumn {
  return kind === 'money' ? { name: key, kind } : { name: key }
}

/** A column beside amounts says the currency of each; where there is none, they are in that of the report. */
function columnsOf({ columns }: DenseRows, { columns: defined, currency }: ReportResult): readonly DenseReportColumn[] {
  const names = new Set(columns.map(({ name }) => name))
  return columns.map(({ name, currency: own }) => {
    const beside = defined.find(({ key }) => currencyColumn(key) === name)
    const fallback = beside ? currencyColumn(beside.title) : name
    const { title = fallback, kind = beside ? 'currency' : 'text' } = defined.find(({ key }) => key === name) ?? {}
    const isOfReport = kind === 'money' && !names.has(currencyColumn(name))
    const of = own ?? (isOfReport ? currency : undefined)
    return { name, title, kind, ...(of !== undefined && { currency: of }) }
  })
}

function leftNote(left: number, cursor: string | undefined, { totals, more }: ReportResult): string[] {
  if (left === 0) return []
  // Of a list without totals no more is read than may fit.
  if (more && totals.length === 0 && cursor !== undefined)
    return ['Rows that did not fit were left out. query_crm with the cursor goes on.']
  const way =
    cursor === undefined ? 'Use query_crm with fewer columns for the rest.' : 'query_crm with the cursor goes on.'
  const were = left === 1 ? 'row did not fit and was' : 'rows did not fit and were'
  return [`${left} ${were} left out; the totals count them. ${way}`]
}
