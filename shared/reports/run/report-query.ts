import type { Query } from '../../dataverse/query/model/query.ts'
import { readFetch } from '../../dataverse/query/from-fetchxml/parse-fetch.ts'
import { guardedQuery, resolveVisible, type Visible } from '../../dataverse/column-security/resolve-visible.ts'
import type { ResolveDeps } from '../../dataverse/query/resolve/resolve-query.ts'
import { writeFetch } from '../../dataverse/query/to-wire/write-fetch.ts'
import { withFreshNames } from '../../dataverse/metadata/cache/fresh-names.ts'
import type { Entity } from '../../dataverse/metadata/model.ts'
import { withOptions } from '../../dataverse/web-api/url.ts'
import { bindParameters } from './bind.ts'
import { isBuiltIn } from '../catalogue/built-in.ts'
import type { ParameterValues } from '../check/check-parameters.ts'
import type { ReportDefinition } from '../definition.ts'

/** One query of a report, ready to be sent. */
export type ReportQuery = Visible & {
  readonly part?: string
  readonly entity: Entity
  readonly fetch: Query
  /** Below the API's root. */
  readonly path: string
  /** Most rows to show; one more is asked for, so that "more" can be told truthfully. */
  readonly top: number
}

const MOST_ROWS = 5_000

/**
 * Binds, reads and writes the queries of a report; names are compared with metadata unless the report is built in.
 * @throws QueryError for what the definition has wrong, or names that this organization does not have
 */
export async function reportQueries(
  definition: ReportDefinition,
  values: ParameterValues,
  deps: ResolveDeps,
  { maxTop, unreadable }: { readonly maxTop: number; readonly unreadable: readonly string[] },
): Promise<readonly ReportQuery[]> {
  return await Promise.all(
    definition.queries.map(async ({ part, fetchxml }) => {
      const written = readFetch(bindParameters(fetchxml, values, unreadable), () => undefined)
      const {
        query: fetch,
        entity,
        hidden,
        withheld,
      } = isBuiltIn(definition)
        ? await asItStands(written, deps)
        : await withFreshNames(deps.metadata, (metadata) => resolveVisible(written, { ...deps, metadata }))
      const top = Math.min(fetch.top ?? fetch.count ?? maxTop, MOST_ROWS - 1)
      const asked = fetch.aggregate ? fetch : withTop(fetch, top + 1)
      return {
        entity,
        fetch: asked,
        hidden,
        withheld,
        top,
        ...(part !== undefined && { part }),
        path: withOptions(entity.entitySet, { fetchXml: writeFetch(asked) }),
      }
    }),
  )
}

/** Names of a report that is built in are what they say; what of them the person may see is another matter. */
async function asItStands(
  written: Query,
  { metadata }: ResolveDeps,
): Promise<Visible & { readonly query: Query; readonly entity: Entity }> {
  const entity = await metadata.entity(written.entity.name)
  return { ...(await guardedQuery(written, metadata)), entity }
}

function withTop({ count: _count, page: _page, ...fetch }: Query, top: number): Query {
  return { ...fetch, top, returnTotal: false }
}
