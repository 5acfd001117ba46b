import type { Figures } from './figures.ts'
import { MOST_MEMORY, verdictOf } from './limits.ts'

const GAP = 2
const NAME_WIDTH = 50 - GAP
const CELL_WIDTH = 14 - GAP

type Row = readonly [name: string, cells: readonly string[]]

export const ms = (milliseconds: number): string =>
  `${milliseconds < 100 ? milliseconds.toFixed(1) : milliseconds.toFixed(0)} ms`
export const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MB`

/** For JSON and English, four characters are about one token of OpenAI's models. */
export const tokens = (bytes: number): string => `~${Math.round(bytes / 4).toLocaleString('en')}`
export const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} KB`

const isFigure = (cell: string) => cell === '' || /^[~-]?\d/.test(cell)
const widest = (least: number, texts: readonly string[]) => Math.max(least, ...texts.map(({ length }) => length))

/** A heading with its columns, then a line for each row; columns are wide enough for all that stands in them, words to the left. */
export function section(title: string, columns: readonly string[], rows: readonly Row[]): string {
  const below = columns.map((_, index) => rows.map(([, cells]) => cells[index] ?? ''))
  const isWords = below.map((cells) => !cells.every(isFigure))
  const widths = below.map((cells, index) => widest(CELL_WIDTH, [columns[index] ?? '', ...cells]))
  const nameWidth = widest(NAME_WIDTH, [title, ...rows.map(([name]) => `  ${name}`)])
  const line = ([name, cells]: Row) => {
    const set = columns.map((_, index) => {
      const cell = cells[index] ?? ''
      return isWords[index] ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)
    })
    return [name.padEnd(nameWidth), ...set].join(' '.repeat(GAP)).trimEnd()
  }
  return ['', line([title, columns]), ...rows.map(([name, cells]) => line([`  ${name}`, cells])), ''].join('\n')
}

const rows = <T>(values: Readonly<Record<string, T>>, cells: (value: T, name: string) => string[]): Row[] =>
  Object.entries(values).map(([name, value]) => [name, cells(value, name)])

function memoryCells(bytes: number, name: string): string[] {
  const most = MOST_MEMORY[name]
  if (most === undefined) return [megabytes(bytes)]
  return [megabytes(bytes), `${bytes <= most ? 'at most' : 'OVER'} ${megabytes(most)}`]
}

/** All that was measured, for a terminal. */
export function reportOf({ node, cores, ratios, milliseconds, requests, bytes, memory }: Figures): string {
  const counts = ['reads', 'writes', 'entra', 'dataverse'] as const
  return [
    `Node ${node}, ${cores} cores. Client and stand-ins share one process.\n`,
    section(
      'Ratios, ours to',
      ['', 'demanded'],
      rows(ratios, (value, name) => [value.toFixed(2), verdictOf(name, value)]),
    ),
    section(
      'Times on this machine',
      ['median'],
      rows(milliseconds, (value) => [ms(value)]),
    ),
    section(
      'Requests caused',
      counts,
      rows(requests, (value) => counts.map((name) => String(value[name]))),
    ),
    section(
      'Sizes',
      ['', 'tokens'],
      rows(bytes, (value) => [kilobytes(value), tokens(value)]),
    ),
    section('Memory of the worker', ['', 'demanded'], rows(memory, memoryCells)),
  ].join('')
}
