import * as z from 'zod'
import { isRefusal } from '../../dataverse/web-api/coalesce.ts'
import { withOptions } from '../../dataverse/web-api/url.ts'
import type { Read, ReadResult, WebApi } from '../../dataverse/web-api/web-api.ts'

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
const Text = z.string().nullish()
const View = z.object({
  savedqueryid: z.string().optional(),
  userqueryid: z.string().optional(),
  name: z.string(),
  returnedtypecode: z.string(),
  fetchxml: Text,
  layoutxml: Text,
})
type View = z.output<typeof View>
const Views = z.object({ value: z.array(View) })

/** The views that the person may read and that match, without their queries; own ones first. One request. */
export async function readViewNames(api: WebApi, filter: string | undefined): Promise<readonly ViewName[]> {
  return (await readBoth(api, filter, '')).map(({ fetchxml: _xml, layoutxml: _layout, ...view }) => view)
}

/** The same with their queries. */
export async function readViews(api: WebApi, filter: string): Promise<readonly SavedView[]> {
  return await readBoth(api, filter, ',fetchxml,layoutxml')
}

/** A condition on a text, e.g. `name eq 'O''Brien'`. */
export function isText(column: string, text: string): string {
  return `${column} eq '${text.replaceAll("'", "''")}'`
}

/** `{id}` in a filter stands for the id column, which the two kinds do not share. */
async function readBoth(api: WebApi, filter: string | undefined, more: string): Promise<SavedView[]> {
  const read = (set: string, id: string): Read<z.output<typeof Views>> => {
    const $filter = [VISIBLE, ...(filter === undefined ? [] : [`(${filter.replaceAll('{id}', id)})`])].join(' and ')
    const $select = `${id},name,returnedtypecode${more}`
    return { path: withOptions(set, { $select, $filter, $orderby: 'name' }), schema: Views }
  }
  const [own, everybody] = await api.batch([read('userqueries', 'userqueryid'), read('savedqueries', 'savedqueryid')])
  return [...toViews(own, true), ...toViews(everybody, false)]
}

/** A role may lack the privilege to read one kind; the other is still there. */
function toViews(result: ReadResult<z.output<typeof Views>>, isOwn: boolean): SavedView[] {
  if (!result.ok) {
    if (isRefusal(result.error)) return []
    throw result.error
  }
  return result.value.value.map((view: View) => ({
    id: view.userqueryid ?? view.savedqueryid ?? '',
    name: view.name,
    entity: view.returnedtypecode,
    isOwn,
    fetchxml: view.fetchxml ?? '',
    layoutxml: view.layoutxml ?? '',
  }))
}
