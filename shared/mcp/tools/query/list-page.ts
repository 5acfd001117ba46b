import { createFindings } from '../../../dataverse/column-security/findings.ts'
import type { Cursor } from '../../../dataverse/rows/cursor.ts'
import { expandRows } from '../../../dataverse/rows/expand-rows.ts'
import { nestLinks } from '../../../dataverse/rows/nest-links.ts'
import type { Entity } from '../../../dataverse/metadata/model.ts'
import { REACHED_BY_NUMBER, readPage, type ReadPage, type Total } from '../../../dataverse/rows/pages.ts'
import type { OutputColumn } from '../../../dataverse/query/model/output-column.ts'
import { compactRows, shownColumn } from '../../../dataverse/rows/rows.ts'
import { shownColumns } from '../../../dataverse/rows/shown-columns.ts'
import { recordLinkTemplate } from '../../../dataverse/rows/record-link.ts'
import { bytesForRows, readableText, takeWithin } from '../../tool/result.ts'
import type { ToolContext, ToolOutcome } from '../../tool/tool.ts'
import { manyRelatedNotes } from './many-related.ts'

/** What of the text's bytes a cursor may take. */
const LONGEST_TOLD = 2_000

export type ListedPage = {
  entity: string
  rows: Record<string, unknown>[]
  returned: number
  more: boolean
  total?: number
  totalIsCapped?: boolean
  cursor?: string
  recordLink?: string
  timeZone?: string
  currency?: string
  baseCurrency?: string
  interpreted?: string[]
  notes?: string[]
}

/** What is listed, from where on, and what the model is to be told of how its call was understood. */
export type Listing = {
  readonly entity: Entity
  readonly at: Cursor
  readonly interpreted: readonly string[]
  readonly notes: readonly string[]
  /** How many rows there are in all, asked only where the page's own count is not the whole truth. */
  readonly countAll?: () => Promise<Total>
}

/** Reads one page of a listing (one request, and one more for lists of related rows) and gives as much of it as fits. */
export async function listPage(context: ToolContext, listing: Listing): Promise<ToolOutcome<ListedPage>> {
  const { at, entity } = listing
  const page = await readPage(context.dataverse, entity, at)
  const total = await totalOf(page.total, listing)
  const columns = await shownColumns(at, context.metadata)
  const own = nestLinks(page.rows.slice(at.skip), at.expansions)
  const findings = createFindings()
  const expanding = { api: context.dataverse, metadata: context.metadata, findings }
  const read = await expandRows(own, entity, at.expansions, expanding)
  const { rows: compact, currency } = compactRows(read, columns.map(shownColumn))
  const next = page.next && (await context.cursors.seal(page.next))
  const here = await context.cursors.seal(at)
  const frame = { ...(await frameOf(context, listing, columns, total)), ...(currency && { currency }) }
  const longest = here.length > (next?.length ?? 0) ? here : next
  const rows = takeWithin(compact, bytesForRows(context.limits.resultBytes, { ...frame, cursor: longest }))
  const trimmed = compact.length - rows.length
  const cursor = trimmed > 0 ? await context.cursors.seal({ ...at, skip: at.skip + rows.length }) : next
  const cut = [...trimmedNote(trimmed), ...cappedNote(total), ...cutOffNote(page), ...manyRelatedNotes(rows)]
  const left = [...findings.sentences(), ...cut]
  const more = cursor !== undefined || page.isCutOff
  const listed = { ...frame, rows, returned: rows.length, more, ...(cursor && { cursor }) }
  const memos = columns.filter(({ column }) => column.type === 'Memo').map(({ key }) => key)
  return { ...outcomeOf(listing, listed, left), memos }
}

function outcomeOf(listing: Listing, listed: ListedPage, left: readonly string[]): ToolOutcome<ListedPage> {
  const notes = [...listing.notes, ...left]
  const { rows, total, totalIsCapped, cursor } = listed
  const counted = total === undefined ? '' : ` of ${total}${totalIsCapped ? ' or more' : ''}`
  const more = cursor === undefined ? '' : `, more exist: ${nextStep(cursor)}`
  const heading = `${listed.entity}: ${rows.length}${counted} rows${more}`
  return {
    structured: { ...listed, ...(notes.length > 0 && { notes }) },
    rows: rows.length,
    text: readableText(heading, rows, [...currencyLine(listed), ...linkLine(listed), ...listing.interpreted, ...notes]),
  }
}

/** In the text too, which is all that many clients show their model. */
function nextStep(cursor: string): string {
  return cursor.length > LONGEST_TOLD ? 'go on with the cursor' : `go on with {"cursor":"${cursor}"}`
}

function linkLine({ recordLink }: ListedPage): string[] {
  if (recordLink === undefined) return []
  const kind = recordLink.includes('{activitytypecode}') ? ' and its kind (phonecall, email, …)' : ''
  return [`Link to a row, its id${kind} in place of the braces: ${recordLink}`]
}

async function totalOf(counted: Total | undefined, { countAll }: Listing): Promise<Total | undefined> {
  return counted?.capped && countAll ? await countAll() : counted
}

type Frame = Omit<ListedPage, 'rows' | 'returned' | 'more' | 'cursor' | 'notes'>

async function frameOf(
  context: ToolContext,
  { entity, interpreted }: Listing,
  columns: readonly OutputColumn[],
  total: Total | undefined,
): Promise<Frame> {
  const { timeZone, organization } = await context.metadata.person()
  const isLinked = columns.some(({ key, aggregate }) => key === entity.idColumn && aggregate === undefined)
  const names = columns.flatMap(({ column, link }) => (link === undefined ? [column.name] : []))
  const inBase = columns.some((column) => shownColumn(column).amount === 'base')
  const base = inBase ? organization.baseCurrency?.code : undefined
  return {
    entity: entity.name,
    ...(isLinked && { recordLink: recordLinkTemplate(context.dataverseUrl, entity, names) }),
    ...(timeZone.name && { timeZone: timeZone.name }),
    ...(base && { baseCurrency: base }),
    ...(total && { total: total.total, totalIsCapped: total.capped }),
    ...(interpreted.length > 0 && { interpreted: [...interpreted] }),
  }
}

/** For the reader of the table, where plain amounts have no sign. */
function currencyLine({ currency, baseCurrency }: Pick<ListedPage, 'currency' | 'baseCurrency'>): string[] {
  const base = baseCurrency ? [`Amounts in columns that end in _base are in ${baseCurrency}.`] : []
  return currency ? [`Amounts are in ${currency}.`, ...base] : base
}

function cappedNote(total: Total | undefined): string[] {
  return total?.capped ? ['There are more rows than the total says: counting stops there.'] : []
}

function cutOffNote({ isCutOff }: ReadPage): string[] {
  if (!isCutOff) return []
  return [
    `Beyond ${REACHED_BY_NUMBER.toLocaleString('en')} rows this order leads no further: narrow the filter, or order by columns of the entity itself.`,
  ]
}

function trimmedNote(trimmed: number): string[] {
  if (trimmed === 0) return []
  return [
    `${trimmed} rows of this page did not fit and follow with the cursor; select fewer columns to get more at once.`,
  ]
}
