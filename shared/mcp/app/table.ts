import { element } from './element.ts'
import type { Cell, Formats } from './format.ts'
import type { Column, Report, Row } from './report.ts'
import type { Talk } from './words/words.ts'

/** What a click on a figure does; nothing where its rows cannot be shown. @param what the figure, in words */
export type OnCell = (row: number, column: string, what: string) => (() => void) | undefined
/** How a record is opened: the URL is the host's to open, or not. */
export type OpenRecord = (url: string) => void

type Direction = 'ascending' | 'descending'
const NUMBERS: readonly string[] = ['money', 'count', 'number', 'percent']

export type TableReader = {
  readonly talk: Talk
  readonly open?: OpenRecord | undefined
  readonly onCell?: OnCell | undefined
}

/** The report's rows as a table that sorts by each of its headers. */
export function drawTable(report: Report, formats: Formats, reader: TableReader): HTMLElement {
  const { talk } = reader
  const headers = report.columns.map((column) => header(column, talk))
  const body = element('tbody')
  const rows = report.rows.map((row, at) => ({ row, line: drawRow(report, at, formats, reader) }))
  body.append(...rows.map(({ line }) => line))
  headers.forEach((cell, index) => {
    cell.querySelector('button')?.addEventListener('click', () => {
      const direction = turn(headers, index)
      const ordered = rows.toSorted((a, b) =>
        order(formats.cell(a.row, index), formats.cell(b.row, index), direction, formats.locale),
      )
      body.replaceChildren(...ordered.map(({ line }) => line))
    })
  })
  const head = element('thead', {}, element('tr', {}, ...headers))
  const caption = element('caption', {}, talk.text('rowsOf', { title: report.title }))
  const table = element('table', {}, caption, head, body)
  // A region that scrolls must be reachable without a mouse.
  return element('div', { class: 'rows', role: 'region', tabindex: 0, 'aria-label': talk.text('rows') }, table)
}

function header({ title, kind }: Column, talk: Talk): HTMLTableCellElement {
  const named = title === '' && kind === 'currency' ? talk.text('currency') : title
  const button = element('button', { type: 'button', dir: 'auto' }, named)
  return element('th', { scope: 'col', class: alignment(kind) }, button)
}

function alignment(kind: string): string | undefined {
  return NUMBERS.includes(kind) ? 'number' : undefined
}

/** Marks the header that the rows now follow. @returns in which direction */
function turn(headers: readonly HTMLTableCellElement[], index: number): Direction {
  const direction = headers[index]?.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending'
  for (const [at, cell] of headers.entries()) {
    if (at === index) cell.setAttribute('aria-sort', direction)
    else cell.removeAttribute('aria-sort')
  }
  return direction
}

/** Rows without a value stay last, whichever way. */
function order(a: Cell, b: Cell, direction: Direction, locale: string | undefined): number {
  if (a.sort === undefined || b.sort === undefined) return Number(a.sort === undefined) - Number(b.sort === undefined)
  const sign = direction === 'ascending' ? 1 : -1
  if (typeof a.sort === 'number' && typeof b.sort === 'number') return sign * (a.sort - b.sort)
  return sign * String(a.sort).localeCompare(String(b.sort), locale, { numeric: true })
}

function drawRow(report: Report, at: number, formats: Formats, reader: TableReader): HTMLTableRowElement {
  const row: Row = report.rows[at] ?? []
  const name = formats.cell(row, 0).text
  const cells = report.columns.map((column, index) => {
    const cell = formats.cell(row, index)
    const isFigure = index > 0 && NUMBERS.includes(column.kind) && cell.sort !== undefined
    const what = `${name}: ${cell.text}`
    const act = isFigure ? reader.onCell?.(at, column.name, what) : undefined
    const content = [act ? figure(cell.text, what, act, reader.talk) : linked(cell, report.recordLink, reader.open)]
    if (index === 0) return element('th', { scope: 'row', class: alignment(column.kind), dir: 'auto' }, ...content)
    return element('td', { class: alignment(column.kind), dir: 'auto' }, ...content)
  })
  return element('tr', {}, ...cells)
}

function figure(text: string, what: string, act: () => void, talk: Talk): HTMLElement {
  const button = element('button', { type: 'button', class: 'link', 'aria-label': talk.text('behind', { what }) }, text)
  button.addEventListener('click', act)
  return button
}

/** A button that says it is a link: without an address of its own it cannot take the frame anywhere. */
export function linked(
  { text, record }: Cell,
  template: string | undefined,
  open: OpenRecord | undefined,
): Node | string {
  const url = record && template !== undefined ? recordUrl(template, record) : undefined
  if (url === undefined || open === undefined) return text
  const link = element('button', { type: 'button', role: 'link', class: 'link' }, text)
  link.addEventListener('click', () => open(url))
  return link
}

/** The report's template has places for the record's table and id; only a web address is handed to the host. */
function recordUrl(template: string, { id, entity }: NonNullable<Cell['record']>): string | undefined {
  // A template for rows of one table opens no record of another.
  if (!template.includes('{entity}')) return undefined
  const address = template.replace('{entity}', encodeURIComponent(entity)).replace('{id}', encodeURIComponent(id))
  return URL.canParse(address) && new URL(address).protocol === 'https:' ? address : undefined
}
