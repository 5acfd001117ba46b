import { labelValues, type DenseColumn, type DenseRows, type LabelValues } from '../../dataverse/rows/dense-rows.ts'
import { nextRows } from '../fitting/next-rows.ts'
import { withoutMarkup } from './markup.ts'

const SMALLEST_BUDGET = 1_000
const SHORTER_AND_SHORTER = [2_000, 500, 100] as const
const FEWER = 0.9
const TOO_LARGE = '… [too large: select fewer columns]'

type ReadableRow = Record<string, unknown>

/** Bytes left for rows, once the frame around them has its own. */
export function bytesForRows(resultBytes: number, frame: unknown): number {
  return Math.max(SMALLEST_BUDGET, resultBytes - sizeOf(frame))
}

/**
 * A row with the words of its mails and notes, which are what is asked for and a fraction of the mark-up that holds
 * them. A label stays as it is: by it is found what stands behind it.
 */
export function plainRow(
  row: readonly unknown[],
  { columns, behind }: Pick<DenseRows, 'columns' | 'behind'>,
): readonly unknown[] {
  return withCells(row, (cell, at) => plainCell(cell, columns[at], columns[at]?.name ?? '', behind))
}

/** The row itself where no cell becomes another. */
function withCells(row: readonly unknown[], cellOf: (cell: unknown, at: number) => unknown): readonly unknown[] {
  let made: unknown[] | undefined
  for (let at = 0; at < row.length; at += 1) {
    const cell = cellOf(row[at], at)
    if (cell !== row[at]) (made ??= [...row])[at] = cell
  }
  return made ?? row
}

function plainCell(cell: unknown, column: DenseColumn | undefined, name: string, behind: DenseRows['behind']): unknown {
  if (typeof cell === 'string') return behind.has(name) ? cell : withoutMarkup(cell)
  if (!Array.isArray(cell) || column?.columns === undefined) return cell
  const { columns } = column
  return cell.map((row: readonly unknown[]) =>
    row.map((one, at) => plainCell(one, columns[at], `${name}.${columns[at]?.name ?? ''}`, behind)),
  )
}

type TakenRows = {
  readonly rows: readonly (readonly unknown[])[]
  /** Bytes of these rows as JSON. */
  readonly size: number
  /** Bytes of each row that was looked at, with its comma. */
  readonly sizes: readonly number[]
}

/** As many of the first rows as fit. The first one always does: its long texts are cut, and then its last cells left out. */
function takeRows(dense: DenseRows, bytes: number): TakenRows {
  const rows: (readonly unknown[])[] = []
  const sizes: number[] = []
  let [taken, looked] = [0, 0]
  for (const marked of dense.rows) {
    const row = plainRow(marked, dense)
    const kept = sizes.length === 0 ? fitCells(row, bytes) : withCells(row, shortenLong)
    const size = sizeOf(kept) + 1
    sizes.push(size)
    looked += size
    if (looked <= bytes || rows.length === 0) {
      rows.push(kept)
      taken += size
    }
    // Those behind say what the next rows are like.
    if (looked > bytes && sizes.length >= 2 * rows.length) break
  }
  // Brackets, and one comma less than there are rows.
  return { rows, sizes, size: rows.length === 0 ? 2 : taken + 1 }
}

const shortenLong = (cell: unknown): unknown => shorten(cell, SHORTER_AND_SHORTER[0])

function fitCells(row: readonly unknown[], bytes: number): readonly unknown[] {
  for (const longest of SHORTER_AND_SHORTER) {
    const shortened = row.map((cell) => shorten(cell, longest))
    if (sizeOf(shortened) <= bytes) return shortened
  }
  const cells = row.map((cell) => shorten(cell, SHORTER_AND_SHORTER[2]))
  for (let at = cells.length - 1; at > 0 && sizeOf(cells) > bytes; at -= 1) {
    if (sizeOf(cells[at]) > sizeOf(TOO_LARGE)) cells[at] = TOO_LARGE
  }
  return cells
}

/**
 * What is told with one row, of at most `bytes` as JSON: with its long texts cut, and then its last columns left out,
 * until one is left.
 */
export function fitRow<Told>(row: ReadableRow, bytes: number, tell: (row: ReadableRow) => Told): Told {
  const names = Object.keys(row)
  for (const longest of SHORTER_AND_SHORTER) {
    const told = tell(Object.fromEntries(names.map((name) => [name, shorten(row[name], longest)])))
    if (sizeOf(told) <= bytes) return told
  }
  const entries = names.map((name): [string, unknown] => [name, shorten(row[name], SHORTER_AND_SHORTER[2])])
  let told = tell(Object.fromEntries(entries))
  while (entries.length > 1 && sizeOf(told) > bytes) {
    entries.pop()
    told = tell(Object.fromEntries(entries))
  }
  return told
}

function shorten(value: unknown, longest: number): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => shorten(one, longest))
  if (typeof value !== 'string' || value.length <= longest) return value
  return `${value.slice(0, longest).toWellFormed()}… [${value.length - longest} more characters]`
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

export type FittedRows = Pick<DenseRows, 'columns' | 'rows'> & {
  readonly labels: LabelValues
  /** Columns of lookups whose ids are not among the labels, as rows come first. */
  readonly withoutIds: readonly string[]
  /** Rows that an answer like this one has room for, rather too many than too few. */
  readonly next: number
}

/** As many rows as fit, with what stands behind their labels: ids of lookups where they fit, or first where `ids` asks. */
export function fitDense(dense: DenseRows, bytes: number, ids: boolean): FittedRows {
  const { columns } = dense
  const taken = takeRows(dense, bytes - sizeOf(labelValues(dense, dense.rows.length, false)))
  let { rows, size } = taken
  let labels = labelValues(dense, rows.length, true)
  if (ids) {
    while (rows.length > 1 && size + sizeOf(labels) > bytes) {
      rows = rows.slice(0, Math.floor(rows.length * FEWER))
      size = sizeOf(rows)
      labels = labelValues(dense, rows.length, true)
    }
  }
  const choices = labelValues(dense, rows.length, false)
  const used = size + sizeOf(ids ? labels : choices)
  const next = nextRows({ sizes: taken.sizes, given: rows.length, isCut: rows.length < dense.rows.length, bytes, used })
  if (ids || size + sizeOf(labels) <= bytes) return { columns, rows, labels, withoutIds: [], next }
  return { columns, rows, next, labels: choices, withoutIds: Object.keys(labels).filter((name) => !(name in choices)) }
}
