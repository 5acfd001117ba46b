import type { DenseColumn } from '../../dataverse/rows/dense-rows.ts'
import { formatTime, formatValue } from '../../reports/rows/format.ts'
import { plainLine } from '../tool/plain-text.ts'
import { readableText, type ReadableText } from '../tool/readable-text.ts'
import type { DenseReport } from '../tools/report/dense-report.ts'

const LONGEST_TITLE = 200
/** What a cursor and the words around it take in a text at most. */
const CURSOR_BYTES = 2_000

/**
 * A result as a person reads it where no picture is shown: time, totals and what was counted, then the rows.
 * @param goOn gives a cursor of query_crm for the rows behind those that the text shows
 */
export async function reportText(
  report: DenseReport,
  goOn: (text: Pick<ReadableText, 'shown' | 'next'>) => Promise<string | undefined>,
): Promise<string> {
  const { columns, currency, more, rows, totals, reading, notes, timeZone = 'Etc/UTC' } = report
  const shown = rows.map((row) =>
    columns.map(({ kind, currency: own }, at) => formatValue(row[at], kind, { currency: own, timeZone })),
  )
  const zone = report.timeZone ?? 'UTC'
  const base = currency === undefined ? '' : `, base currency ${currency}`
  const title = `**${plainLine(report.title, LONGEST_TITLE)}**, as of ${formatTime(report.asOf, timeZone)} (${zone})${base}`
  const text = readableText({
    heading: [title, ...reading, ...notes, ...totals.map((total) => `${total.title}: ${total.text}`)].join('\n'),
    first: [],
    columns: columns.map(textColumn),
    rows: shown,
    labels: report.values ?? {},
    last: [],
    reserved: CURSOR_BYTES,
  })
  if (rows.length === 0) return text.with('')
  const cursor = await goOn(text)
  const part = text.shown < rows.length ? `, of which this text shows ${text.shown}` : ''
  const way = cursor === undefined ? '' : `: query_crm goes on with {"cursor":"${cursor}"}`
  return text.with(`\n${rows.length} ${rows.length === 1 ? 'row' : 'rows'}${part}${more ? `, more exist` : ''}${way}`)
}

/** A sign that is no code of a currency stands above the column, as the amounts in it have none. */
function textColumn({ title, kind, currency }: DenseReport['columns'][number]): DenseColumn {
  if (kind !== 'money' || currency === undefined) return { name: title }
  return { name: title, kind, currency }
}
