import * as z from 'zod'
import type { WebApi } from '../../dataverse/web-api/web-api.ts'
import { isText, readEverybodys, readSaved, type Saved, type SavedTables } from './read-saved.ts'

/** A view that somebody saved in Dynamics 365. */
export type ViewName = {
  readonly id: string
  readonly name: string
  /** Logical name of the table that it shows. */
  readonly entity: string
  /** `own`: of the person, or shared with them; else everybody's. */
  readonly isOwn: boolean
}

export type SavedView = ViewName & { readonly fetchxml: string; readonly layoutxml: string }

const VISIBLE = 'querytype eq 0 and statecode eq 0'
const VIEWS: SavedTables = {
  own: { set: 'userqueries', id: 'userqueryid', rule: VISIBLE },
  everybody: { set: 'savedqueries', id: 'savedqueryid', rule: VISIBLE },
}
const NAMES = ['name', 'returnedtypecode']
const WHOLE = [...NAMES, 'fetchxml', 'layoutxml']
const Text = z.string().nullish()
const View = z.object({ name: z.string(), returnedtypecode: z.string(), fetchxml: Text, layoutxml: Text })

/** The views that the person may read and that match, without their queries; own ones first. One request. */
export async function readViewNames(api: WebApi, filter: string | undefined): Promise<readonly ViewName[]> {
  return (await readSaved(api, VIEWS, { schema: View, columns: NAMES, filter })).map(viewName)
}

/** The same with their queries. */
export async function readViews(api: WebApi, filter: string): Promise<readonly SavedView[]> {
  return (await readSaved(api, VIEWS, { schema: View, columns: WHOLE, filter })).map(toView)
}

/** The view that Dynamics 365 opens a table with; undefined where it has none that the person may read. One request. */
export async function readDefaultView(api: WebApi, entity: string): Promise<SavedView | undefined> {
  const filter = `isdefault eq true and ${isText('returnedtypecode', entity)}`
  const [view] = await readEverybodys(api, VIEWS.everybody, { schema: View, columns: WHOLE, filter })
  return view && toView(view)
}

type Read = Saved<z.output<typeof View>>

function viewName({ id, isOwn, row }: Read): ViewName {
  return { id, name: row.name, entity: row.returnedtypecode, isOwn }
}

function toView(read: Read): SavedView {
  const { fetchxml, layoutxml } = read.row
  const { id, name, entity, isOwn } = viewName(read)
  return { id, name, entity, isOwn, fetchxml: fetchxml ?? '', layoutxml: layoutxml ?? '' }
}
