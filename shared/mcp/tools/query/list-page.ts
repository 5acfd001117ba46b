import { zoneOf } from '../../../dataverse/local-time.ts'
import type { Query } from '../../../dataverse/query/model/query.ts'
import type { Cursor } from '../../../dataverse/rows/cursor.ts'
import type { DenseColumn, DenseRows, LabelValues } from '../../../dataverse/rows/dense-rows.ts'
import { REACHED_BY_NUMBER } from '../../../dataverse/rows/pages.ts'
import { recordLinkTemplate } from '../../../dataverse/rows/record-link.ts'
import { wayOn } from '../../fitting/way-on.ts'
import { readableText, type ReadableText } from '../../tool/readable-text.ts'
import { bytesForRows, fitDense, type FittedRows } from '../../tool/result.ts'
import type { ToolContext, ToolOutcome } from '../../tool/tool.ts'
import { manyRelatedNotes } from './many-related.ts'
import { readList, type Listing, type ReadList } from './read-list.ts'

export type ListedPage = {
  entity: string
  returned: number
  more: boolean
  total?: number
  totalIsCapped?: boolean
  notes?: string[]
  interpreted?: string[]
  timeZone?: string
  columns: DenseColumn[]
  rows: (readonly unknown[])[]
  values?: LabelValues
  recordLink?: string
  cursor?: string
}

/** What of the text's bytes a cursor may take. */
const LONGEST_TOLD = 4_000
/** Around a cursor in a text. */
const TOLD_BYTES = 120
const NOTHING = 'No row that you may see matches: there may be others that you may not see.'
const MORE_GROUPS =
  'There are more groups than these: the cursor gives the next ones, and no total of these counts them.'

/** One page of a listing, as much of it as fits, with the way to the rest in both channels. */
export async function listPage(context: ToolContext, started: Listing): Promise<ToolOutcome<ListedPage>> {
  const { at } = started
  const { seal } = context.cursors
  const read = await readList(context, started)
  const listing = { ...started, interpreted: [...started.interpreted, ...read.page.said] }
  const frame = await frameOf(context, listing, read)
  const next = read.page.next && (await seal(read.page.next))
  const longest = longestOf(context, at, read.page.next, next)
  const none = { columns: read.dense.columns, rows: [], labels: {}, withoutIds: lookupsOf(read.dense), next: 0 }
  const around = {
    ...frame,
    cursor: 'x'.repeat(longest),
    notes: notesOf(listing, read, none, true),
    columns: read.dense.columns,
  }
  const fitted = fitDense(read.dense, bytesForRows(context.limits.resultBytes, around), at.ids)
  const { page, left } = read
  const rows = fitted.rows.length
  const isMore = left > rows || page.next !== undefined
  const notes = notesOf(listing, read, fitted, isMore)
  const listed = pageOf(frame, fitted, { notes, isMore: isMore || page.isCutOff || page.isEnded })
  const text = textOf(listed, longest)
  const on = wayOn(at, { page, read: left, rows, next: fitted.next, text }, await context.metadata.entities())
  const sealed = async (way: typeof on.text): Promise<string | undefined> =>
    way && (way === page.next ? next : await seal(way))
  const cursor = await sealed(on.result)
  if (cursor !== undefined) listed.cursor = cursor
  const said = sayWay(listed, text, on.text === on.result ? cursor : await sealed(on.text))
  return { structured: listed, rows, records: await read.recordsOf(rows), memos: read.memos, text: text.with(said) }
}

/** Of the cursors that the answer may end with. One with a cookie holds all that one without has, and more. */
function longestOf({ cursors }: ToolContext, at: Cursor, next: Cursor | undefined, sealed = ''): number {
  const isLonger = next?.cookie !== undefined && at.cookie === undefined
  return isLonger ? sealed.length : Math.max(cursors.lengthOf(at), sealed.length)
}

/** Whose ids may not fit, which a note would say. */
function lookupsOf({ behind }: DenseRows): string[] {
  return [...behind].filter(([, { areIds }]) => areIds).map(([name]) => name)
}

type Frame = Pick<ListedPage, 'entity' | 'total' | 'totalIsCapped' | 'interpreted' | 'timeZone' | 'recordLink'>

async function frameOf(context: ToolContext, { entity, interpreted }: Listing, read: ReadList): Promise<Frame> {
  const { timeZone } = await context.metadata.person()
  const zone = zoneOf(timeZone.name)
  const { total, hasIds, ownColumns } = read
  const frame: Frame = { entity: entity.name }
  if (total) Object.assign(frame, { total: total.total, totalIsCapped: total.capped })
  if (interpreted.length > 0) frame.interpreted = [...interpreted]
  if (zone.known) frame.timeZone = zone.iana
  if (hasIds && read.dense.rows.length > 0)
    frame.recordLink = recordLinkTemplate(context.dataverseUrl, entity, ownColumns)
  return frame
}

type Rest = { readonly notes: readonly string[]; readonly isMore: boolean }

/** In the order of reading: what was counted and left out, then the rows, then the way on. */
function pageOf(frame: Frame, { columns, rows, labels }: FittedRows, { notes, isMore }: Rest): ListedPage {
  const { entity, recordLink, ...counted } = frame
  const page: ListedPage = {
    entity,
    returned: rows.length,
    more: isMore,
    ...counted,
    ...(notes.length > 0 && { notes: [...notes] }),
    columns: [...columns],
    rows: [...rows],
  }
  if (Object.keys(labels).length > 0) page.values = labels
  if (recordLink !== undefined) page.recordLink = recordLink
  return page
}

function textOf(page: ListedPage, longest: number): ReadableText {
  const { entity, rows, columns, total, totalIsCapped, values = {}, recordLink } = page
  const counted = total === undefined ? '' : ` of ${total}${totalIsCapped ? ' or more' : ''}`
  return readableText({
    heading: `${entity}: ${rows.length}${counted} ${rows.length === 1 && total === undefined ? 'row' : 'rows'}`,
    first: [...(page.notes ?? []), ...(page.interpreted ?? [])],
    columns,
    rows,
    labels: values,
    last: recordLink === undefined ? [] : [linkLine(recordLink)],
    reserved: Math.min(longest, LONGEST_TOLD) + TOLD_BYTES,
  })
}

function sayWay({ rows }: ListedPage, { shown }: ReadableText, way: string | undefined): string {
  const here = shown < rows.length ? `, of which this text shows ${shown}` : ''
  return way === undefined ? '' : `${here}, more exist: ${nextStep(way)}`
}

/** Cells of an activity's kind have its label, "Phone Call"; a link takes the name behind it, "phonecall". */
function linkLine(recordLink: string): string {
  const kind = recordLink.includes('{activitytypecode}')
    ? ' and for its kind what values, or "Behind the labels", has (phonecall, email, …)'
    : ''
  return `Link to a row, its id${kind} in place of the braces: ${recordLink}`
}

/** In the text too, which is all that many clients show their model. */
function nextStep(cursor: string): string {
  return cursor.length > LONGEST_TOLD ? 'go on with the cursor' : `go on with {"cursor":"${cursor}"}`
}

function notesOf(listing: Listing, read: ReadList, fitted: FittedRows, more: boolean): string[] {
  const { at } = listing
  const { page, dense, total, withoutIds } = read
  const left = dense.rows.length - fitted.rows.length
  const isNothing = at.page === 1 && at.skip === 0 && (dense.rows.length === 0 || isEmptyTotal(at.query, dense.rows))
  return [
    ...(isNothing ? [NOTHING] : []),
    ...(more && at.query.aggregate ? [MORE_GROUPS] : []),
    ...listing.notes,
    ...read.notes,
    ...(left > 0 ? [leftNote(left, at.top === undefined || page.next === undefined)] : []),
    ...(total?.capped ? ['There are more rows than the total says: counting stops there.'] : []),
    ...(page.isCutOff ? [cutOffNote()] : []),
    ...(page.isEnded ? [`More rows match: the query itself ends after ${at.query.top ?? dense.rows.length}.`] : []),
    ...manyRelatedNotes(fitted),
    ...(withoutIds ? ['So many rows come without their ids: "ids": true gives them.'] : []),
    ...(fitted.withoutIds.length > 0 ? [idsNote(fitted.withoutIds)] : []),
  ]
}

function leftNote(left: number, isAll: boolean): string {
  return isAll
    ? `${left} rows of this page did not fit and follow with the cursor.`
    : 'Rows that did not fit follow with the cursor.'
}

/** Totals without groups come as one row, even of nothing. */
function isEmptyTotal({ aggregate, entity }: Query, [row, ...others]: DenseRows['rows']): boolean {
  if (!aggregate || !row || others.length > 0 || entity.attributes.some(({ groupBy }) => groupBy)) return false
  return row.every((cell) => cell === null || cell === 0)
}

function cutOffNote(): string {
  return `Beyond ${REACHED_BY_NUMBER.toLocaleString('en')} rows this order leads no further: narrow the filter, or order by columns of the entity itself.`
}

function idsNote(columns: readonly string[]): string {
  return `The ids behind ${columns.join(', ')} did not fit beside the rows: "ids": true gives them, with fewer rows at once.`
}
