import { QueryError } from '../../../../dataverse/errors.ts'
import { readOptions } from '../../../../dataverse/query/from-odata/read-options.ts'
import type { Note } from '../../../../dataverse/query/model/query.ts'
import { shown } from '../../../../dataverse/query/say/refusals.ts'
import type { Analysis } from '../../model.ts'
import { answerColumns, namesOf, type Shown } from './columns.ts'
import { columnMeant, withStandIns } from './stand-ins.ts'

export type AnswerOrder = { readonly by: Shown; readonly descending: boolean }

/** Reads an order of groups by columns of the answer. @throws QueryError `invalid_orderby` */
export function parseOrders(text: string, analysis: Analysis, note: Note): AnswerOrder[] {
  const columns = answerColumns(analysis)
  // A path is one of the answer's columns here, and no way to another row.
  const orderby = withStandIns(text, analysis, columns).replaceAll('/', '.')
  return readOptions(analysis.entity, { orderby }, note).entity.orders.map(({ attribute = '', descending }) => {
    const column = columnMeant(columns, attribute)
    if (column) return { by: column.shows, descending }
    throw new QueryError(
      'invalid_orderby',
      `The answer has no column "${shown(attribute)}" to order by.`,
      `Write: ${columns.at(-1)?.name ?? 'count'} desc. Columns: ${namesOf(columns, ['group', 'measure'])}.`,
    )
  })
}
