import type { ReportResult } from '../../reports/definition.ts'
import { formatTime, formatValue } from '../../reports/rows/format.ts'
import { plainLine } from '../tool/plain-text.ts'
import { readableText } from '../tool/result.ts'

const LONGEST_TITLE = 200

/** A result as a person reads it where no picture is shown: time, totals and how to read them, then rows and what they leave out. */
export function reportText(result: ReportResult): string {
  const { columns, currency, more, rows, totals, reading, notes } = result
  const shown = rows.map((row) =>
    Object.fromEntries(columns.map((column) => [column.title, formatValue(row[column.key], column, result)])),
  )
  const heading = [
    `**${plainLine(result.title, LONGEST_TITLE)}**, as of ${formatTime(result.asOf, result.timeZone ?? 'Etc/UTC')} (${result.timeZone ?? 'UTC'})${currency === undefined ? '' : `, base currency ${currency}`}`,
    ...totals.map(({ title, text }) => `${title}: ${text}`),
    ...(reading.length > 0 ? ['', reading.join(' ')] : []),
  ]
  const count = `${rows.length} rows${more ? ', more exist' : ''}`
  return readableText(heading.join('\n'), shown, [...(rows.length > 0 ? [count] : []), ...notes])
}
