import * as z from 'zod'
import type { Read } from '../../web-api/web-api.ts'
import type { TablePart } from './table-part.ts'
import { cellsOf, searchedColumnsOf } from './view-xml.ts'

/** Values of `savedquery.querytype`. */
const PUBLIC_VIEW = 0
const QUICK_FIND = 4

const View = z.object({
  querytype: z.int(),
  isdefault: z.boolean().nullish(),
  layoutxml: z.string().nullish(),
  fetchxml: z.string().nullish(),
})

/** The columns of the default public view, and those that quick find searches in. */
export function viewsRead(entity: string): Read<TablePart> {
  const wanted = `(querytype eq ${PUBLIC_VIEW} and isdefault eq true or querytype eq ${QUICK_FIND})`
  const filter = encodeURIComponent(`returnedtypecode eq '${entity}' and ${wanted}`)
  return {
    path: `savedqueries?$select=${Object.keys(View.shape).join(',')}&$filter=${filter}`,
    schema: z.object({ value: z.array(View) }).transform(({ value }) => ({
      viewColumns: cellsOf(viewOf(value, PUBLIC_VIEW)?.layoutxml ?? ''),
      quickFindColumns: searchedColumnsOf(viewOf(value, QUICK_FIND)?.fetchxml ?? ''),
    })),
  }
}

function viewOf(views: readonly z.output<typeof View>[], type: number): z.output<typeof View> | undefined {
  const ofType = views.filter(({ querytype }) => querytype === type)
  return ofType.find(({ isdefault }) => isdefault === true) ?? ofType[0]
}
