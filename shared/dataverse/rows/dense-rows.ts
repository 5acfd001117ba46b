import { cellsOf, isObject, isReference, type Behind, type CellColumn, type KnownColumn } from './dense-column.ts'
import type { CompactRow } from './rows.ts'

/** A column of a result; `columns` are those of the rows that its cells list. */
export type DenseColumn = CellColumn & { readonly columns?: readonly DenseColumn[] }

export type DenseRows = {
  readonly columns: readonly DenseColumn[]
  /** A cell for each column: a label, a number, a text, `null`, or a list of such rows. */
  readonly rows: readonly (readonly unknown[])[]
  /** Of each column with labels, by its name: what stands behind them in each row. */
  readonly behind: ReadonlyMap<string, LabelsOfRows>
}

/** Labels of a column with what stands behind them, row by row. */
type LabelsOfRows = {
  readonly areIds: boolean
  readonly byRow: readonly (readonly (readonly [label: string, behind: Behind])[])[]
}

/** What stands behind labels: by column, by label. */
export type LabelValues = Readonly<Record<string, Readonly<Record<string, Behind>>>>

type Made = { readonly column: DenseColumn; readonly cells: readonly unknown[]; readonly behind: DenseRows['behind'] }

/**
 * Compact rows as columns once and rows as arrays: the columns that are known first, in their order and even where no
 * row has a value there; then whatever else the rows hold, and the id of the row. The row behind an expanded lookup becomes columns of its own.
 */
export function denseRows(rows: readonly CompactRow[], known: readonly KnownColumn[] = []): DenseRows {
  const listed = new Set(known.map(({ name }) => name))
  const others = new Set<string>()
  for (const row of rows) for (const name of Object.keys(row)) if (!listed.has(name)) others.add(name)
  const last = known.at(-1)?.kind === 'id' ? known.slice(-1) : []
  const first = known.slice(0, known.length - last.length)
  const columns = [...first, ...Array.from(others, (name): KnownColumn => ({ name })), ...last]
  const made = columns.flatMap((column) =>
    columnsOf(
      column,
      rows.map((row) => ownValue(row, column.name)),
    ),
  )
  return {
    columns: made.map(({ column }) => column),
    rows: rows.map((_row, at) => made.map(({ cells }) => cells[at] ?? null)),
    behind: new Map(made.flatMap(({ behind }) => [...behind])),
  }
}

/** What stands behind the labels of the first `count` rows, or of choices alone. */
export function labelValues({ behind }: DenseRows, count: number, withIds: boolean): LabelValues {
  const columns = [...behind].flatMap(([name, { areIds, byRow }]) => {
    const labels = areIds && !withIds ? [] : byRow.slice(0, count).flat()
    return labels.length > 0 ? [[name, Object.fromEntries(labels)] as const] : []
  })
  return Object.fromEntries(columns)
}

function ownValue(row: CompactRow, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : undefined
}

function columnsOf(known: KnownColumn, values: readonly unknown[]): readonly Made[] {
  const isListed = known.below !== undefined
  if (!isListed && !values.some(holdsMore)) return plainColumns(known, values)
  if (values.some((value) => Array.isArray(value) && (isListed || value.some(isObject)))) return [listOf(known, values)]
  const rows = values.map((value) => (isObject(value) && isObject(value['row']) ? value['row'] : undefined))
  const isBare = (value: unknown): boolean => isObject(value) && !isReference(value) && isObject(value['row'])
  const own = values.map((value) => (isBare(value) ? undefined : value))
  const isExpanded = rows.some((row) => row !== undefined)
  const isNothing = isExpanded || (isListed && known.kind === undefined)
  const plain = isNothing && own.every((value) => value === undefined) ? [] : plainColumns(known, own)
  return isExpanded ? [...plain, ...expandedColumns(known, rows)] : plain
}

function holdsMore(value: unknown): boolean {
  return Array.isArray(value) || (isObject(value) && value['row'] !== undefined)
}

function plainColumns(known: KnownColumn, values: readonly unknown[]): readonly Made[] {
  return cellsOf(known, values).map(({ column, cells, behind }) => {
    if (behind.every((one) => one === undefined)) return { column, cells, behind: NOTHING }
    const byRow = behind.map((one, at) => (one === undefined ? [] : [[String(cells[at]), one] as const]))
    return { column, cells, behind: new Map([[column.name, { areIds: values.some(isReference), byRow }]]) }
  })
}

const NOTHING: DenseRows['behind'] = new Map()

/** The row behind a lookup: `lookup.column` for each of its columns. */
function expandedColumns({ name, below }: KnownColumn, rows: readonly (CompactRow | undefined)[]): readonly Made[] {
  const {
    columns,
    rows: dense,
    behind,
  } = denseRows(
    rows.map((row) => row ?? {}),
    below,
  )
  return columns.map((column, at) => {
    const labels = behind.get(column.name)
    const full = `${name}.${column.name}`
    return {
      column: { ...column, name: full },
      cells: dense.map((row) => row[at]),
      behind: new Map(labels ? [[full, labels]] : []),
    }
  })
}

/** A list in each cell: the rows of all cells have their columns told once. */
function listOf({ name, below }: KnownColumn, values: readonly unknown[]): Made {
  const lists = values.map((value) => (Array.isArray(value) ? value.map((item) => itemOf(name, item)) : undefined))
  const all = denseRows(
    lists.flatMap((list) => list ?? []),
    below,
  )
  const starts = startsOf(lists)
  const slice = <T>(of: readonly T[], at: number): readonly T[] =>
    of.slice(starts[at] ?? 0, (starts[at] ?? 0) + (lists[at]?.length ?? 0))
  const behind = [...all.behind].map(([column, { areIds, byRow }]) => {
    return [`${name}.${column}`, { areIds, byRow: lists.map((_list, at) => slice(byRow, at).flat()) }] as const
  })
  return {
    column: { name, columns: all.columns },
    cells: lists.map((list, at) => (list === undefined ? null : slice(all.rows, at))),
    behind: new Map(behind),
  }
}

function startsOf(lists: readonly (readonly unknown[] | undefined)[]): readonly number[] {
  let next = 0
  return lists.map((list) => {
    const start = next
    next += list?.length ?? 0
    return start
  })
}

/** A party is a reference with more beside it, and no column has its name. */
function itemOf(name: string, item: unknown): CompactRow {
  if (!isObject(item)) return { [name]: item }
  if (!isReference(item)) return item
  const { id, label, entity, ...rest } = item
  return { [name]: { id, label, entity }, ...rest }
}
