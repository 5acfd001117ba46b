import { kindOf, type ColumnKind } from '../../dataverse/query/model/column-kind.ts'
import type { OutputColumn } from '../../dataverse/query/model/output-column.ts'
import type { Cursor } from '../../dataverse/rows/cursor.ts'
import type { ExpansionPlan } from '../../dataverse/rows/expansion-plan.ts'
import type { ToolContext } from '../tool/tool.ts'
import { isOrdered, resized } from './row-window.ts'

/**
 * Bytes that a cell takes at least in lists as they are, with its comma: one that is mostly empty costs nobody a
 * second call, as too small a first page would.
 */
const CELL: Readonly<Record<ColumnKind, number>> = {
  text: 14,
  number: 4,
  date: 14,
  choice: 9,
  choices: 9,
  'yes-no': 5,
  lookup: 16,
  id: 39,
  table: 9,
  parties: 30,
  other: 10,
}
const MEMO = 25
/** `null` and a comma. */
const EMPTY = 5
/** Brackets and a comma around a row. */
const AROUND = 3
/** What stands around rows in the smallest result. */
const FRAME = 500
/** Of rows that come with each row. */
const LIST = 60

export type Rows = {
  readonly columns: readonly OutputColumn[]
  readonly expansions: readonly Pick<ExpansionPlan, 'kind' | 'names'>[]
}

/**
 * The page that a list begins with, made to hold as many rows as may fit, where rows keep their places.
 * @param least rows that it holds at least
 */
export async function sizedPage(
  at: Cursor,
  columns: readonly OutputColumn[],
  { metadata, limits }: Pick<ToolContext, 'metadata' | 'limits'>,
  least = 1,
): Promise<Cursor> {
  if (!isOrdered(at.query, await metadata.entities())) return at
  const expected = expectedRows({ columns, expansions: at.expansions }, limits.resultBytes)
  return resized(at, Math.max(expected, least))
}

/** Rows of these columns that fit into `bytes`, rather too many than too few. */
export function expectedRows({ columns, expansions }: Rows, bytes: number): number {
  const cells = columns.reduce((sum, column) => sum + cellBytes(column), 0)
  const beside = expansions.reduce((sum, { kind, names }) => sum + (kind === 'rows' ? LIST : EMPTY * names.length), 0)
  return Math.max(1, Math.ceil((bytes - FRAME) / (AROUND + cells + beside)))
}

function cellBytes({ column, aggregate }: OutputColumn): number {
  if (aggregate !== undefined) return CELL.number
  if (column.type === 'Memo') return MEMO
  return CELL[kindOf(column)]
}
