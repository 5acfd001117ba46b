import type { DenseColumn, DenseRows, LabelValues } from '../../dataverse/rows/dense-rows.ts'
import { nextRows } from '../fitting/next-rows.ts'
import { cutBytes } from './plain-text.ts'
import { RECORD_TEXTS } from './record-texts.ts'
import { visible } from '../../dataverse/records/visible-text.ts'

/** Bytes of the text beside a structured result; many clients show their model nothing else. */
export const TEXT_BYTES = 8_192
/** Without the sentence that stands below the texts of records. */
const OWN_BYTES = TEXT_BYTES - RECORD_TEXTS.length - 2
/** Few rows have room for longer cells. */
const LONGEST_CELL = [
  { rows: 3, characters: 2_000 },
  { rows: 20, characters: 240 },
  { rows: Infinity, characters: 80 },
] as const
const SHORTEST_CELL = 10
/** A list of rows may be longer than one text. */
const OF_A_LIST = 4
/** Of the sentence below a table. */
const NOTE_BYTES = 120

/** What a text says beside its table. */
export type TextParts = {
  readonly heading: string
  /** What was counted, understood and left out: before the rows. */
  readonly first: readonly string[]
  readonly columns: readonly DenseColumn[]
  readonly rows: DenseRows['rows']
  readonly labels: LabelValues
  readonly last: readonly string[]
  /** Bytes to leave for what is yet to be said. */
  readonly reserved: number
}

export type ReadableText = {
  /** @param said goes behind the heading, in the bytes that were reserved */
  readonly with: (said: string) => string
  /** Rows that its table shows. */
  readonly shown: number
  /** Rows that a text like this one has room for. */
  readonly next: number
}

/** Heading, notes, table and what its columns and labels mean, within {@link TEXT_BYTES}. */
export function readableText({ heading, first, columns, rows, labels, last, reserved }: TextParts): ReadableText {
  const roomBeside = (parts: readonly string[]): number =>
    OWN_BYTES - reserved - Buffer.byteLength([heading, ...first, ...parts, ''].filter(isSaid).join('\n\n')) - 4
  const beside = [columnsLine(columns), ...last]
  // Many columns leave a row no room beside their meanings, and a row that is cut off would never be seen.
  const isWide = Buffer.byteLength(denseTable(columns, rows.slice(0, 1), 0).text) > roomBeside(beside)
  const [meanings, after] = isWide ? ['', []] : [columnsLine(columns), last]
  const left = roomBeside([meanings, ...after])
  const table = denseTable(columns, rows, left)
  const behind = labelsLine(labels)
  const isRoom = behind !== '' && Buffer.byteLength(table.text) + Buffer.byteLength(behind) + 4 <= left
  const parts = [...first, meanings, table.text, isRoom ? behind : '', ...after].filter(isSaid)
  const whole = (said: string): string => [`${heading}${said}`, ...parts].join('\n\n')
  return { shown: table.shown, next: table.next, with: (said) => cutBytes(whole(said), OWN_BYTES) }
}

function isSaid(part: string): boolean {
  return part !== ''
}

/** What the cells of columns are, where they are not plain: `estimatedvalue: money in GBP`. */
function columnsLine(columns: readonly DenseColumn[]): string {
  const told = columns.flatMap((column) => meaningsOf(column))
  return told.length > 0 ? `Columns: ${told.join('; ')}` : ''
}

/** Rows in a cell have columns of their own: `tasks.actualend: time in UTC`. */
function meaningsOf({ name, kind, currency, columns = [] }: DenseColumn): readonly string[] {
  const what = kind === 'time' ? 'time in UTC' : kind
  const isPlain = what === undefined || kind === 'id' || kind === 'currency'
  return [
    ...(isPlain ? [] : [`${name}: ${what}${currency ? ` in ${currency}` : ''}`]),
    ...columns.flatMap((column) => meaningsOf({ ...column, name: `${name}.${column.name}` })),
  ]
}

function labelsLine(labels: LabelValues): string {
  const told = Object.entries(labels).map(([column, of]) => {
    return `${column}: ${Object.entries(of)
      .map(([label, behind]) => `${label} = ${behind}`)
      .join(', ')}`
  })
  return told.length > 0 ? `Behind the labels: ${told.join('; ')}` : ''
}

export type Table = {
  readonly text: string
  /** Rows in it. */
  readonly shown: number
  /** Rows that one like it has room for, rather too many than too few. */
  readonly next: number
}

/** Rows as a table for people, and for models that are shown no structured result: as many as `bytes` have room for. */
export function denseTable(columns: readonly DenseColumn[], rows: DenseRows['rows'], bytes: number): Table {
  if (columns.length === 0 || rows.length === 0) return { text: '', shown: 0, next: 1 }
  const longest = LONGEST_CELL.find((limit) => rows.length <= limit.rows)?.characters ?? 0
  const lines = [lineOf(columns.map(titleOf)), lineOf(columns.map(() => '---'))]
  const room = bytes - NOTE_BYTES - Buffer.byteLength(lines.join('\n'))
  const sizes: number[] = []
  let left = room
  let isCut = false
  let shown = 0
  for (const row of rows) {
    // A table without a row would lead a reader of texts nowhere.
    const line = shown > 0 ? rowLine(row, longest) : firstLine(row, longest, left)
    sizes.push(Buffer.byteLength(line.text) + 1)
    left -= sizes.at(-1) ?? 0
    if (left < 0 && shown > 0) break
    isCut ||= line.isCut
    lines.push(line.text)
    shown += 1
  }
  const note = isCut ? ['', 'Cells that end in … are cut: get_record gives the whole text.'] : []
  const next = nextRows({ sizes, given: shown, isCut: shown < rows.length, bytes: room, used: room - left })
  return { text: [...lines, ...note].join('\n'), shown, next }
}

type Line = { readonly text: string; readonly isCut: boolean }

function rowLine(row: readonly unknown[], longest: number): Line {
  let isCut = false
  const kept = row.map((cell) => {
    const text = readable(cell)
    const most = Array.isArray(cell) ? longest * OF_A_LIST : longest
    isCut ||= text.length > most
    return cut(text, most)
  })
  return { text: lineOf(kept), isCut }
}

function firstLine(row: readonly unknown[], longest: number, bytes: number): Line {
  for (let characters = longest; ; characters = Math.floor(characters / 2)) {
    const line = rowLine(row, characters)
    if (characters < SHORTEST_CELL || Buffer.byteLength(line.text) <= bytes) return line
  }
}

function titleOf({ name, columns }: DenseColumn): string {
  return cellText(columns ? `${name} (${columns.map((column) => column.name).join(', ')})` : name)
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1).toWellFormed()}…` : text
}

/** A list of rows: their cells by commas, the rows by semicolons. */
function readable(value: unknown): string {
  return cellText(Array.isArray(value) ? value.map((row) => listed(row)).join('; ') : plain(value))
}

function listed(row: unknown): string {
  return Array.isArray(row)
    ? row.map((cell) => (Array.isArray(cell) ? listed(cell) : plain(cell))).join(', ')
    : plain(row)
}

function plain(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : typeof value === 'number' ? `${value}` : JSON.stringify(value)
}

/** Any blanks but single spaces. */
const BLANKS = / {2}|[^\S ]/
/** What may have to be changed: all but printable ASCII, and the bar. */
const ODD = /[^ -{}~]/

/** A backslash of the text's own before a bar would take the escape from it. */
function cellText(text: string): string {
  if (!ODD.test(text) && !text.includes('  ')) return text
  const seen = visible(text)
  const line = BLANKS.test(seen) ? seen.replaceAll(/\s+/g, ' ') : seen
  return line.includes('|') ? line.replaceAll('\\', '\\\\').replaceAll('|', '\\|') : line
}

export type RecordParts = Omit<TextParts, 'rows' | 'labels' | 'last' | 'reserved'> & {
  readonly record: Readonly<Record<string, unknown>>
  readonly values: LabelValues
}

/** One record, a line for each of its columns, within {@link TEXT_BYTES}. */
export function readableRecord({ heading, first, columns, record, values }: RecordParts): string {
  const frame = [heading, ...first, columnsLine(columns)].filter((part) => part !== '').join('\n\n')
  const lines = Object.entries(record).map(([name, value]) => {
    const list = columns.find((column) => column.name === name && column.columns)
    return `${list ? titleOf(list) : cellText(name)}: ${readable(value)}`
  })
  const behind = labelsLine(values)
  let left = OWN_BYTES - NOTE_BYTES - Buffer.byteLength(frame)
  const told = lines.filter((line) => (left -= Buffer.byteLength(line) + 1) >= 0)
  const more = lines.length - told.length
  const note = more > 0 ? [`${more} columns did not fit into this text: name them in select.`] : []
  const isRoom = behind !== '' && Buffer.byteLength(behind) + 2 <= left
  return [frame, told.join('\n'), ...note, ...(isRoom ? [behind] : [])].filter((part) => part !== '').join('\n\n')
}
