import type { Cursor } from '../../../dataverse/rows/cursor.ts'
import type { Entity } from '../../../dataverse/metadata/model.ts'
import { readPage, type Total } from '../../../dataverse/rows/pages.ts'
import { compactRows } from '../../../dataverse/rows/rows.ts'
import { recordLinkTemplate } from '../../../dataverse/rows/record-link.ts'
import { bytesForRows, readableText, takeWithin } from '../../tool/result.ts'
import type { ToolContext, ToolOutcome } from '../../tool/tool.ts'
import { manyRelatedNotes } from './many-related.ts'

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

/** Reads one page of a listing (one request) and gives as much of it as fits, with a cursor to the rest. */
export async function listPage(context: ToolContext, listing: Listing): Promise<ToolOutcome<ListedPage>> {
  const { at } = listing
  const page = await readPage(context.dataverse, at)
  const total = await totalOf(page.total, listing)
  const { rows: compact, currency } = compactRows(page.rows.slice(at.skip), at.columns)
  const next = page.next && (await context.cursors.seal(page.next))
  const here = await context.cursors.seal(at)
  const frame = { ...(await frameOf(context, listing, total)), ...(currency && { currency }) }
  const longest = here.length > (next?.length ?? 0) ? here : next
  const rows = takeWithin(compact, bytesForRows(context.limits.resultBytes, { ...frame, cursor: longest }))
  const trimmed = compact.length - rows.length
  const cursor = trimmed > 0 ? await context.cursors.seal({ ...at, skip: at.skip + rows.length }) : next
  const notes = [...listing.notes, ...trimmedNote(trimmed), ...cappedNote(total), ...manyRelatedNotes(rows)]
  const more = cursor !== undefined
  const structured = {
    ...frame,
    rows,
    returned: rows.length,
    more,
    ...(more && { cursor }),
    ...(notes.length > 0 && { notes }),
  }
  const counted = total ? ` of ${total.total}${total.capped ? ' or more' : ''}` : ''
  const heading = `${listing.entity.name}: ${rows.length}${counted} rows${more ? ', more exist (go on with the cursor)' : ''}`
  return {
    structured,
    rows: rows.length,
    text: readableText(heading, rows, [...currencyLine(frame), ...listing.interpreted, ...notes]),
  }
}

async function totalOf(counted: Total | undefined, { countAll }: Listing): Promise<Total | undefined> {
  return counted?.capped && countAll ? await countAll() : counted
}

type Frame = Omit<ListedPage, 'rows' | 'returned' | 'more' | 'cursor' | 'notes'>

async function frameOf(context: ToolContext, listing: Listing, total: Total | undefined): Promise<Frame> {
  const { entity, at, interpreted } = listing
  const { timeZone, organization } = await context.metadata.person()
  const isLinked = at.columns.some(({ key }) => key === entity.idColumn)
  const inBase = at.columns.some(({ key, type }) => type === 'Money' && key.endsWith('_base'))
  const base = inBase ? organization.baseCurrency?.code : undefined
  return {
    entity: entity.name,
    ...(isLinked && { recordLink: recordLinkTemplate(context.dataverseUrl, entity) }),
    ...(timeZone.name && { timeZone: timeZone.name }),
    ...(base && { baseCurrency: base }),
    ...(total && { total: total.total, totalIsCapped: total.capped }),
    ...(interpreted.length > 0 && { interpreted: [...interpreted] }),
  }
}

/** For the reader of the table, where plain amounts have no sign. */
function currencyLine({ currency, baseCurrency }: Frame): string[] {
  const base = baseCurrency ? [`Amounts in columns that end in _base are in ${baseCurrency}.`] : []
  return currency ? [`Amounts are in ${currency}.`, ...base] : base
}

function cappedNote(total: Total | undefined): string[] {
  return total?.capped ? ['There are more rows than the total says: counting stops there.'] : []
}

function trimmedNote(trimmed: number): string[] {
  if (trimmed === 0) return []
  return [
    `${trimmed} rows of this page did not fit and follow with the cursor; select fewer columns to get more at once.`,
  ]
}
