import { countRows } from '../../../dataverse/rows/count-rows.ts'
import { QueryError } from '../../../dataverse/errors.ts'
import { buildFetchQuery, type BuiltFetchQuery } from '../../../dataverse/query/to-wire/first-page.ts'
import { countFetch } from '../../../dataverse/query/to-wire/count.ts'
import { withFreshNames } from '../../../dataverse/metadata/cache/fresh-names.ts'
import { writeFetch } from '../../../dataverse/query/to-wire/write-fetch.ts'
import { usualColumns } from '../../../dataverse/metadata/usual-columns.ts'
import { withOptions } from '../../../dataverse/web-api/url.ts'
import type { ToolContext } from '../../tool/tool.ts'
import type { Listing } from './list-page.ts'
import type { QueryArguments } from './query-crm.ts'

/** The first page of a query by FetchXML; what is sent is written anew from its tree. */
export async function startFetchXml(xml: string, args: QueryArguments, context: ToolContext): Promise<Listing> {
  refuseBoth(args)
  const { dataverse } = context
  const query = await withFreshNames(context.metadata, (metadata) =>
    buildFetchQuery({ xml, metadata, top: args.top, defaults: usualColumns }),
  )
  const { entity, fetch, paging, columns } = query
  context.about({ entity: entity.name })
  const count = (args.count || fetch.returnTotal) && !fetch.aggregate
  const counting = count ? countFetch(fetch, entity) : undefined
  const asked = columns.map(({ key, column, aggregate }) => ({ key, type: aggregate ? 'Aggregate' : column.type }))
  const id = fetch.aggregate || fetch.distinct ? [] : [{ key: entity.idColumn }]
  return {
    entity,
    at: {
      kind: 'fetchxml',
      entity: entity.name,
      entitySet: entity.entitySet,
      columns: [...asked, ...id],
      xml: writeFetch({ ...fetch, returnTotal: false }),
      page: paging.page,
      pageSize: paging.count,
      skip: 0,
      count,
    },
    interpreted: [...query.interpreted, ...(await otherEntity(args.entity, query, context))],
    notes: [],
    ...(counting && {
      countAll: () => countRows(dataverse, withOptions(entity.entitySet, { fetchXml: writeFetch(counting) })),
    }),
  }
}

/** Leaving one of the two out silently would answer another question than the one asked. */
function refuseBoth({ select, filter, orderby, expand }: QueryArguments): void {
  const given = Object.entries({ select, filter, orderby, expand }).filter(([, value]) => value !== undefined)
  if (given.length === 0) return
  const names = given.map(([name]) => name).join(', ')
  throw new QueryError(
    'invalid_arguments',
    `fetchxml says all of the query, so ${names} cannot be given beside it.`,
    `Put ${names} into the FetchXML, or leave fetchxml out.`,
  )
}

async function otherEntity(named: string | undefined, query: BuiltFetchQuery, context: ToolContext): Promise<string[]> {
  if (named === undefined) return []
  const entity = await context.metadata.entity(named)
  return entity.name === query.entity.name ? [] : [`The entity of the FetchXML was used: ${query.entity.name}.`]
}
