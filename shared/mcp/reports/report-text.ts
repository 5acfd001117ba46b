import type { ReportResult } from '../../reports/definition.ts'
import { formatTime, formatValue } from '../../reports/rows/format.ts'
import { plainLine } from '../tool/plain-text.ts'
import { readableText } from '../tool/result.ts'

const LONGEST_TITLE = 200

/** A result as a person reads it where no picture is shown: what was counted and what was left out, totals, rows. */
export function reportText(result: ReportResult): string {
  const { columns, currency, more, rows, totals, reading, notes } = result
  const shown = rows.map((row) =>
    Object.fromEntries(columns.map((column) => [column.title, formatValue(row[column.key], column, result)])),
  )
  const heading = [
    `**${plainLine(result.title, LONGEST_TITLE)}**, as of ${formatTime(result.asOf, result.timeZone ?? 'Etc/UTC')} (${result.timeZone ?? 'UTC'})${currency === undefined ? '' : `, base currency ${currency}`}`,
    ...reading,
    ...notes,
    ...totals.map(({ title, text }) => `${title}: ${text}`),
  ]
  const count = `${rows.length} rows${more ? ', more exist' : ''}`
  return readableText(heading.join('\n'), shown, rows.length > 0 ? [count] : [])
}
