import { createFindings } from '../../../dataverse/column-security/findings.ts'
import type { Entity } from '../../../dataverse/metadata/model.ts'
import type { OutputColumn } from '../../../dataverse/query/model/output-column.ts'
import type { Cursor } from '../../../dataverse/rows/cursor.ts'
import type { DenseRows } from '../../../dataverse/rows/dense-rows.ts'
import type { ExpansionPlan } from '../../../dataverse/rows/expansion-plan.ts'
import { expandRows } from '../../../dataverse/rows/expand-rows.ts'
import { nestLinks } from '../../../dataverse/rows/nest-links.ts'
import { listedRecords } from '../../../dataverse/records/linked-records.ts'
import { expandedRecords, type RecordsRead } from '../../../dataverse/records/records-read.ts'
import { readPage, type ReadPage, type Total } from '../../../dataverse/rows/pages.ts'
import type { Beside } from '../../../dataverse/web-api/read-beside.ts'
import type { CompactRow } from '../../../dataverse/rows/rows.ts'
import { shownColumns } from '../../../dataverse/rows/shown-columns.ts'
import { leftOfTop } from '../../fitting/row-window.ts'
import type { ToolContext } from '../../tool/tool.ts'
import { denseOf } from './known-columns.ts'
import { tiesOf } from './ties.ts'

/** What is listed, from where on, and what the model is to be told of how its call was understood. */
export type Listing = {
  readonly entity: Entity
  readonly at: Cursor
  readonly interpreted: readonly string[]
  readonly notes: readonly string[]
  /** How many rows there are in all, asked only where the page's own count is not the whole truth. */
  readonly countAll?: () => Promise<Total>
  /** Goes with the page in one request; what it tells is one more reading of the call. */
  readonly beside?: Beside
  /** The caller said how many rows: where they are cut off is a part of the answer. */
  readonly isCutByCaller?: boolean
}

export type ReadList = {
  readonly page: ReadPage
  readonly dense: DenseRows
  /** Rows that were read and not given before: those of it, and what is beyond the caller's own page. */
  readonly left: number
  readonly total: Total | undefined
  /** Whether each row has its id, so that it can be linked to. */
  readonly hasIds: boolean
  /** Logical names of the columns of the entity itself that the rows have. */
  readonly ownColumns: readonly string[]
  /** Whether ids were left out as nobody asked for so many. */
  readonly withoutIds: boolean
  /** Keys of texts that anybody may have written. */
  readonly memos: readonly string[]
  readonly notes: readonly string[]
  /** Ids of the first so many of its rows, and of those that came with them. */
  readonly recordsOf: (shown: number) => Promise<readonly RecordsRead[]>
}

/** Most rows whose ids are given unasked. */
export const MOST_IDS = 100

/** Reads one page of a listing: one request, and one more for lists of related rows. */
export async function readList(context: ToolContext, listing: Listing): Promise<ReadList> {
  const { at, entity } = listing
  const ties = listing.isCutByCaller === true && at.top === undefined ? tiesOf(at, entity) : undefined
  const page = await readPage(context.dataverse, entity, at, { peek: ties?.peek, beside: listing.beside })
  const columns = await shownColumns(at, context.metadata)
  const ranked = ties ? await shownColumns({ ...at, query: ties.peek }, context.metadata) : []
  const own = ties ? ties.asAsked(page.rows) : page.rows
  const findings = createFindings()
  const expanding = { api: context.dataverse, metadata: context.metadata, findings }
  const listed = own.slice(at.skip, at.skip + leftOfTop(at))
  const rows = await expandRows(nestLinks(listed, at.expansions), entity, at.expansions, expanding)
  const isId = ({ key, aggregate }: OutputColumn): boolean => key === entity.idColumn && aggregate === undefined
  const withoutIds = isLong(rows.length, at, page) && !at.ids && columns.some(isId)
  const shown = withoutIds ? columns.filter((column) => !isId(column)) : columns
  return {
    page,
    left: Math.max(0, own.length - at.skip),
    dense: await denseOf(
      withoutIds ? rows.map((row) => without(row, entity.idColumn)) : rows,
      shown,
      { entity, query: at.query, expansions: at.expansions },
      context.metadata,
    ),
    total: await totalOf(page.total, listing),
    hasIds: shown.some(isId),
    ownColumns: shown.flatMap(({ column, link }) => (link === undefined ? [column.name] : [])),
    withoutIds,
    memos: columns.filter(({ column }) => column.type === 'Memo').map(({ key }) => key),
    recordsOf: async (shown) => [
      ...(await listedRecords(listed.slice(0, shown), at.query, context.metadata)),
      ...(await expandedRecords(rows.slice(0, shown), entity, at.expansions.filter(isReadAfter), context.metadata)),
    ],
    notes: [...(ties?.notes(page.rows, page.beyond, ranked) ?? []), ...findings.sentences()],
  }
}

/** Of a list that is read in parts it is not known how long it is. */
function isLong(rows: number, at: Cursor, { next }: ReadPage): boolean {
  return rows > MOST_IDS || (at.top !== undefined && leftOfTop(at) > MOST_IDS && next !== undefined)
}

/** Those of links came with the rows themselves. */
function isReadAfter({ kind }: ExpansionPlan): boolean {
  return kind !== 'link'
}

function without(row: CompactRow, key: string): CompactRow {
  const { [key]: _id, ...rest } = row
  return rest
}

async function totalOf(counted: Total | undefined, { countAll }: Listing): Promise<Total | undefined> {
  return counted?.capped && countAll ? await countAll() : counted
}
