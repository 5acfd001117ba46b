import type { Entity } from '../metadata/model.ts'
import type { Query } from '../query/model/query.ts'
import { fetchPath } from '../query/to-wire/first-page.ts'
import { nextPaging, type NextPage } from '../query/to-wire/paging.ts'
import type { WebApi } from '../web-api/web-api.ts'
import type { Cursor } from './cursor.ts'
import { readBeside, type Beside } from '../web-api/read-beside.ts'
import { Page } from './rows.ts'

/** Dataverse counts to 5,000 and stops; then the total is capped. */
export type Total = { readonly total: number; readonly capped: boolean }

export type ReadPage = {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** Where the next page begins; absent where nobody can go on. */
  readonly next?: Cursor
  /** There are more rows, which no page leads to. */
  readonly isCutOff: boolean
  /** There are more rows, and the query itself says that it ends before them. */
  readonly isEnded: boolean
  /** The first row after the page, where it was looked at. */
  readonly beyond?: Readonly<Record<string, unknown>>
  /** Where the query asked for it. */
  readonly total?: Total
  /** What was read beside it tells. */
  readonly said: readonly string[]
}

/** Rows that pages without a cookie reach. */
export const REACHED_BY_NUMBER = 50_000

/** With the annotations that say where it goes on. */
const AnnotatedPage = Page.loose()

export type PageReading = {
  /** The page's query for one row more, to see what is cut off. */
  readonly peek?: Query | undefined
  /** Goes with the page in one request. */
  readonly beside?: Beside | undefined
  /** Annotations of the values that are of use, beside those that say where it goes on; absent: all. */
  readonly annotations?: readonly string[] | undefined
}

/**
 * Which say where a list goes on, and how fresh metadata is.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/page-results
 */
const OF_PAGES = ['fetchxmlpagingcookie', 'morerecords', 'globalmetadataversion'].map(
  (name) => `Microsoft.Dynamics.CRM.${name}`,
)

/**
 * Reads the page that a cursor stands at, in one request.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/page-results
 */
export async function readPage(
  api: WebApi,
  entity: Pick<Entity, 'entitySet'>,
  at: Cursor,
  { peek, beside, annotations }: PageReading = {},
): Promise<ReadPage> {
  const { query, page: number, cookie, pageSize, count } = at
  const size = peek ? pageSize + 1 : pageSize
  const paging = { page: number, count: size, ...(cookie !== undefined && { cookie }), returnTotal: count }
  const read = {
    path: fetchPath(peek ?? query, entity, paging),
    schema: AnnotatedPage,
    ...(annotations && { annotations: [...OF_PAGES, ...annotations] }),
  }
  const { answer, said } = await readBeside(api, read, beside)
  const left = (query.top ?? Infinity) - (number - 1) * pageSize
  const beyond = answer.value[pageSize]
  const next = peek ? behindPeek(beyond, number) : nextPaging(answer, number)
  const following = left > pageSize ? next : undefined
  const isCutOff = following !== undefined && !isReached(following, pageSize)
  const total = totalOf(answer)
  return {
    rows: answer.value.slice(0, Math.max(0, Math.min(left, pageSize))),
    ...(following && !isCutOff && { next: behindPage(at, following) }),
    isCutOff,
    isEnded: left <= pageSize && (next !== undefined || answer.value.length > left),
    said,
    ...(beyond && { beyond }),
    ...(total && { total }),
  }
}

function behindPage({ cookie: _cookie, ...at }: Cursor, following: NextPage): Cursor {
  return { ...at, ...following, skip: 0, count: false }
}

/** The cookie of a longer page leads behind the row that was only looked at: pages are counted instead. */
function behindPeek(beyond: unknown, page: number): NextPage | undefined {
  return beyond === undefined ? undefined : { page: page + 1 }
}

function isReached({ page, cookie }: NextPage, pageSize: number): boolean {
  return cookie !== undefined || (page - 1) * pageSize < REACHED_BY_NUMBER
}

/** Without having been asked for a total, Dataverse says -1. */
function totalOf(answer: Page): Total | undefined {
  const total = answer['@Microsoft.Dynamics.CRM.totalrecordcount']
  if (total === undefined || total < 0) return undefined
  const capped = answer['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'] ?? false
  return { total, capped }
}
