import type { Cursor, FetchXmlCursor, ODataCursor } from './cursor.ts'
import { fetchPath } from '../query/to-wire/first-page.ts'
import { nextPaging } from '../query/to-wire/paging.ts'
import { parseFetch } from '../query/from-fetchxml/parse-fetch.ts'
import { Page } from './rows.ts'
import type { WebApi } from '../web-api/web-api.ts'

/** Dataverse counts to 5,000 and stops; then the total is capped. */
export type Total = { readonly total: number; readonly capped: boolean }

export type ReadPage = {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** Where the next page begins; absent on the last one. */
  readonly next?: Cursor
  /** Where the query asked for it. */
  readonly total?: Total
}

/** With the annotations that say where it goes on. */
const FetchXmlPage = Page.loose()

/** Reads the page that a cursor stands at, in one request. */
export async function readPage(api: WebApi, at: Cursor): Promise<ReadPage> {
  return at.kind === 'odata' ? await readODataPage(api, at) : await readFetchXmlPage(api, at)
}

async function readODataPage(api: WebApi, at: ODataCursor): Promise<ReadPage> {
  const page = await api.get(at.path, Page, { pageSize: at.pageSize })
  const link = page['@odata.nextLink']
  const total = totalOf(page, page['@odata.count'])
  return {
    rows: page.value,
    ...(link !== undefined && { next: { ...at, path: api.pathOf(link), skip: 0 } }),
    ...(total && { total }),
  }
}

async function readFetchXmlPage(api: WebApi, at: FetchXmlCursor): Promise<ReadPage> {
  const { entitySet, page: number, cookie, pageSize, count } = at
  const paging = { page: number, count: pageSize, ...(cookie !== undefined && { cookie }), returnTotal: count }
  const path = fetchPath(parseFetch(at.xml).fetch, { entitySet }, paging)
  const page = await api.get(path, FetchXmlPage)
  const { cookie: _used, ...rest } = at
  const next = nextPaging(page, number)
  const total = totalOf(page, page['@Microsoft.Dynamics.CRM.totalrecordcount'])
  return {
    rows: page.value,
    ...(next && { next: { ...rest, ...next, count: false, skip: 0 } }),
    ...(total && { total }),
  }
}

/** Without having been asked for a total, Dataverse says -1. */
function totalOf(page: Page, total: number | undefined): Total | undefined {
  if (total === undefined || total < 0) return undefined
  return { total, capped: page['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'] ?? false }
}
