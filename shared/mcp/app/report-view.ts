import { drawChart } from './chart.ts'
import { element } from './element.ts'
import { asOfText, formatsFor } from './format.ts'
import type { Report } from './report.ts'
import { drawTable, type OpenRecord } from './table.ts'

export type Reader = {
  /** BCP 47, of the host. */
  readonly locale?: string | undefined
  /** Absent where the host opens no links: records are then named, not linked. */
  readonly open?: OpenRecord | undefined
}

/** A whole report: totals first, then the picture, the rows, and what is not in them. */
export function drawReport(report: Report, { locale, open }: Reader): HTMLElement[] {
  const formats = formatsFor(report, locale)
  const chart = drawChart(report, formats)
  return [
    element('h1', {}, report.title),
    element('p', { class: 'about' }, ...aboutOf(report, locale)),
    ...(report.totals.length > 0 ? [drawTotals(report)] : []),
    ...(chart ? [chart] : []),
    ...(report.rows.length > 0 ? [drawTable(report, formats, open)] : []),
    ...leftOut(report).map((line) => element('p', { class: 'note' }, line)),
    ...(report.reading.length > 0 ? [drawReading(report.reading)] : []),
  ]
}

/** A line instead of a report. */
export function drawMessage(text: string): HTMLElement[] {
  return text.split('\n').map((line) => element('p', { class: 'message' }, line))
}

function aboutOf(report: Report, locale: string | undefined): (Node | string)[] {
  const asked = Object.entries(report.parameters).map(([name, value]) =>
    typeof value === 'boolean' ? `${name}: ${value ? 'yes' : 'no'}` : `${name}: ${value}`,
  )
  const rest = [...(report.currency === undefined ? [] : [`amounts in ${report.currency}`]), ...asked]
  const time = element('time', { datetime: report.asOf }, asOfText(report, locale))
  return ['As of ', time, ...rest.map((text) => ` · ${text}`)]
}

function drawTotals({ totals }: Report): HTMLElement {
  const figures = totals.map(({ title, text }) => element('div', {}, element('dt', {}, title), element('dd', {}, text)))
  return element('dl', {}, ...figures)
}

function leftOut({ rows, more, notes }: Report): string[] {
  const said = rows.length === 1 ? '1 row is shown; more exist.' : `${rows.length} rows are shown; more exist.`
  const none = 'There are no rows.'
  return [...(rows.length === 0 && notes.length === 0 ? [none] : []), ...(more ? [said] : []), ...notes]
}

function drawReading(reading: readonly string[]): HTMLElement {
  const items = reading.map((line) => element('li', {}, line))
  return element('details', {}, element('summary', {}, 'How to read this'), element('ul', {}, ...items))
}
