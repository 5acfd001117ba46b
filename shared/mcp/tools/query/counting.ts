import type { Entity } from '../../../dataverse/metadata/model.ts'
import type { Query } from '../../../dataverse/query/model/query.ts'
import { countFetch } from '../../../dataverse/query/to-wire/count.ts'
import { writeFetch } from '../../../dataverse/query/to-wire/write-fetch.ts'
import { countRows } from '../../../dataverse/rows/count-rows.ts'
import { withOptions } from '../../../dataverse/web-api/url.ts'
import type { ToolContext } from '../../tool/tool.ts'
import type { Listing } from './read-list.ts'

type Counting = Pick<Listing, 'countAll' | 'notes'> & { readonly count: boolean }

const NOT_COUNTED = 'count was left out: the rows are totals or groups, all of which are here unless "more" is true.'

/** How the rows of a resolved query are counted, where somebody asks for it and its rows can be counted. */
export function countingOf(isAsked: boolean, query: Query, entity: Entity, { dataverse }: ToolContext): Counting {
  if (!isAsked || query.aggregate) return { count: false, notes: isAsked ? [NOT_COUNTED] : [] }
  const counting = countFetch(query, entity)
  if (!counting) return { count: true, notes: [] }
  const path = withOptions(entity.entitySet, { fetchXml: writeFetch(counting) })
  return { count: true, notes: [], countAll: () => countRows(dataverse, path) }
}
