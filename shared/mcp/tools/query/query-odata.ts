import { entityRead } from '../../../dataverse/metadata/entity-read.ts'
import { withFreshNames } from '../../../dataverse/metadata/cache/fresh-names.ts'
import type { Column } from '../../../dataverse/metadata/model.ts'
import { buildOdataQuery } from '../../../dataverse/odata/query.ts'
import { countRows } from '../../../dataverse/rows/count-rows.ts'
import { usualProperties } from '../../../dataverse/metadata/usual-columns.ts'
import { withOptions } from '../../../dataverse/web-api/url.ts'
import type { ToolContext } from '../../tool/tool.ts'
import type { Listing } from './list-page.ts'
import type { QueryArguments } from './query-crm.ts'

/** The first page of a query by OData options; no string of the model's is sent as it came. */
export async function startOData(name: string, args: QueryArguments, context: ToolContext): Promise<Listing> {
  const entity = await context.metadata.entity(name)
  context.about({ entity: entity.name })
  const { filter, orderby, expand, count, top } = args
  const asked = { ...(filter !== undefined && { filter }), ...(orderby !== undefined && { orderby }) }
  const query = await withFreshNames(context.metadata, async (metadata) => {
    const table = await metadata.table(entity)
    const select = args.select ?? usualProperties(table)
    return await buildOdataQuery({ table, select, count, ...asked, ...(expand && { expand }) }, metadata)
  })
  const columns = [...query.columns.map(({ property, type }) => ({ key: property, type })), { key: entity.idColumn }]
  const apply = `${query.filter === undefined ? '' : `filter(${query.filter})/`}aggregate($count as rows)`
  return {
    entity,
    at: { kind: 'odata', entity: entity.name, columns, path: query.path, pageSize: top, skip: 0 },
    interpreted: [...entityRead(name, entity), ...query.interpreted],
    notes: args.select ? [] : [chosenNote(query.columns)],
    countAll: () => countRows(context.dataverse, withOptions(entity.entitySet, { $apply: apply })),
  }
}

function chosenNote(columns: readonly Column[]): string {
  return `No columns were asked for; these were chosen: ${columns.map(({ name }) => name).join(', ')}.`
}
