import type { Chosen } from './draw/choices.ts'
import { drawPicture } from './draw/chart.ts'
import type { OnMark } from './draw/marks.ts'
import { element } from './element.ts'
import { asOfText, type Formats, formatsFor } from './format.ts'
import type { Report } from './report.ts'
import type { Answer } from './answers/list.ts'
import { opening } from './answers/list.ts'
import { drawTable, type OnCell, type OpenRecord } from './table.ts'
import type { Talk } from './words/words.ts'

export type Reader = {
  readonly talk: Talk
  /** Absent where the host opens no links: records are then named, not linked. */
  readonly open?: OpenRecord | undefined
  /** What the person chose of this report's pictures. */
  readonly chosen: Chosen
  /** Absent where the rows behind a mark cannot be asked for. */
  readonly onMark?: OnMark | undefined
  readonly onCell?: OnCell | undefined
}

/** A whole report: totals first, then the picture, the rows, and what is not in them. */
export function drawReport(
  report: Report & Partial<Pick<Answer, 'records'>>,
  { talk, open, chosen, onMark, onCell }: Reader,
): HTMLElement[] {
  const formats = opening(formatsFor(report, talk), report.records)
  const title = report.title === '' ? talk.text('report') : report.title
  const picture = drawPicture(report, { talk, formats, chosen, onMark })
  return [
    element('h1', { dir: 'auto' }, title),
    ...drawAbout(report, talk),
    ...drawTotals(report, formats, talk),
    ...(picture ? [picture] : []),
    ...(report.rows.length > 0 ? [drawTable({ ...report, title }, formats, { talk, open, onCell })] : []),
    ...leftOut(report, talk).map((line) => element('p', { class: 'note', dir: 'auto' }, line)),
    ...(report.reading.length > 0 ? [drawReading(report.reading, talk)] : []),
  ]
}

/** A line instead of a report. */
export function drawMessage(text: string): HTMLElement[] {
  return text.split('\n').map((line) => element('p', { class: 'message', dir: 'auto' }, line))
}

function drawAbout({ asOf, timeZone, currency, parameters }: Report, talk: Talk): HTMLElement[] {
  const asked = Object.entries(parameters).map(([name, value]) =>
    typeof value === 'boolean' ? `${name}: ${talk.text(value ? 'yes' : 'no')}` : `${name}: ${value}`,
  )
  const rest = [...(currency === undefined ? [] : [talk.text('amountsIn', { currency })]), ...asked]
  const [before = '', after = ''] = talk.text('asOf').split('{time}')
  const time =
    asOf === undefined
      ? []
      : [[before, element('time', { datetime: asOf }, asOfText(asOf, timeZone, talk.locale)), after]]
  const parts = [...time, ...rest.map((text) => [text])]
  if (parts.length === 0) return []
  return [element('p', { class: 'about' }, ...parts.flatMap((part, at) => (at === 0 ? part : [' · ', ...part])))]
}

/** The figures over all rows: as a report writes them, or by the column that they are of. */
function drawTotals({ totals, overall, columns, rows }: Report, formats: Formats, talk: Talk): HTMLElement[] {
  const [first = []] = rows
  const written = (at: number, value: number): string => formats.whole(value, first, at)
  const told = totals.map(({ title, text, value }) => {
    const at = columns.findIndex((column) => column.title === title)
    const isForeign = talk.language !== 'en' && value !== undefined && at >= 0
    return { title, text: isForeign ? written(at, value) : text }
  })
  const over = columns.flatMap(({ name, title }, at) => {
    const value = overall.get(name)
    return value === undefined ? [] : [{ title, text: written(at, value) }]
  })
  const figures = [...told, ...over].map(({ title, text }) =>
    element('div', {}, element('dt', { dir: 'auto' }, title), element('dd', {}, text)),
  )
  return figures.length > 0 ? [element('dl', {}, ...figures)] : []
}

function leftOut({ rows, more, notes }: Report, talk: Talk): string[] {
  const none = rows.length === 0 && notes.length === 0 ? [talk.text('noRows')] : []
  return [...none, ...(more ? [talk.count('moreRows', rows.length)] : []), ...notes]
}

function drawReading(reading: readonly string[], talk: Talk): HTMLElement {
  const items = reading.map((line) => element('li', { dir: 'auto' }, line))
  return element('details', {}, element('summary', {}, talk.text('howToRead')), element('ul', {}, ...items))
}
