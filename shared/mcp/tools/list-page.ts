import type * as z from 'zod'
import { encodeCursor, type Cursor } from '../../dataverse/cursor.ts'
import type { Entity } from '../../dataverse/entities.ts'
import { compactRow, Page } from '../../dataverse/rows.ts'
import { recordLinkTemplate } from '../../dataverse/record-link.ts'
import { bytesForRows, readableText, takeWithin } from '../result.ts'
import { withNotes } from '../row-schemas.ts'
import type { ToolContext, ToolOutcome } from '../tool.ts'

type PageAnswer = z.output<typeof Page>

export type ListedPage = {
  entity: string
  rows: Record<string, unknown>[]
  returned: number
  more: boolean
  total?: number
  totalIsCapped?: boolean
  cursor?: string
  recordLink: string
  notes?: string[]
}

/** Reads one page of an entity (one request) and gives as much of it as fits, with a cursor to the rest. */
export async function listPage(
  context: ToolContext,
  entity: Entity,
  at: Cursor,
  notes: readonly string[],
): Promise<ToolOutcome<ListedPage>> {
  const page = await context.dataverse.get(at.path, Page, { pageSize: at.pageSize })
  const available = page.value.slice(at.skip).map(compactRow)
  const next = nextPage(context, page, at.pageSize)
  const frame = { ...frameOf(context, entity, page), cursor: longest(encodeCursor(at), next), notes }
  const rows = takeWithin(available, bytesForRows(context.limits.resultBytes, frame))
  const trimmed = available.length - rows.length
  const cursor = trimmed > 0 ? encodeCursor({ ...at, skip: at.skip + rows.length }) : next
  const allNotes = [...notes, ...trimmedNote(trimmed), ...cappedNote(page)]
  const structured = withNotes(
    {
      ...frameOf(context, entity, page),
      rows,
      returned: rows.length,
      more: cursor !== undefined,
      ...(cursor !== undefined && { cursor }),
    },
    allNotes,
  )
  const heading = `${entity.name}: ${rows.length} rows${cursor === undefined ? '' : ', more exist (go on with the cursor)'}`
  return { structured, rows: rows.length, text: readableText(heading, rows, allNotes) }
}

function frameOf(
  context: ToolContext,
  entity: Entity,
  page: PageAnswer,
): Pick<ListedPage, 'entity' | 'recordLink' | 'total' | 'totalIsCapped'> {
  const total = page['@odata.count']
  return {
    entity: entity.name,
    recordLink: recordLinkTemplate(context.dataverseUrl, entity),
    ...(total !== undefined && total >= 0 && { total, totalIsCapped: isCapped(page) }),
  }
}

function nextPage(context: ToolContext, page: PageAnswer, pageSize: number): string | undefined {
  const link = page['@odata.nextLink']
  return link === undefined ? undefined : encodeCursor({ path: context.dataverse.pathOf(link), pageSize, skip: 0 })
}

function longest(first: string, second = ''): string {
  return first.length > second.length ? first : second
}

/** Dataverse counts to 5,000 and stops. */
function isCapped(page: PageAnswer): boolean {
  return page['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'] ?? false
}

function cappedNote(page: PageAnswer): string[] {
  return isCapped(page) ? ['There are more rows than the total says: counting stops there.'] : []
}

function trimmedNote(trimmed: number): string[] {
  if (trimmed === 0) return []
  return [
    `${trimmed} rows of this page did not fit and follow with the cursor; select fewer columns to get more at once.`,
  ]
}
