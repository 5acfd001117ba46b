import { QueryError } from '../../dataverse/errors.ts'
import { KEPT_CODE } from '../../dataverse/hiding/refusals.ts'
import type { Query } from '../../dataverse/query/model/query.ts'
import { readFetch } from '../../dataverse/query/from-fetchxml/parse-fetch.ts'
import { parseXml } from '../../dataverse/query/from-fetchxml/xml.ts'
import { guardedQuery, resolveVisible, type Visible } from '../../dataverse/column-security/resolve-visible.ts'
import type { ResolveDeps } from '../../dataverse/query/resolve/resolve-query.ts'
import { writeFetch } from '../../dataverse/query/to-wire/write-fetch.ts'
import { withFreshNames } from '../../dataverse/metadata/cache/fresh-names.ts'
import type { Entity } from '../../dataverse/metadata/model.ts'
import { withOptions } from '../../dataverse/web-api/url.ts'
import { bindParameters } from './bind.ts'
import { isBuiltIn } from '../catalogue/built-in.ts'
import type { ParameterValues } from '../check/check-parameters.ts'
import type { ReportDefinition, ReportSource } from '../definition.ts'
import { namesIn, withDates, type ReportTerms } from '../terms/in-reports.ts'

/** One query of a report, ready to be sent. */
export type ReportQuery = Visible & {
  readonly part?: string
  readonly totalsOnly: boolean
  readonly entity: Entity
  readonly fetch: Query
  /** Below the API's root. */
  readonly path: string
  /** What the terms mean that it was asked with. */
  readonly said: readonly string[]
  /** Most rows to show; one more is asked for, so that "more" can be told truthfully. */
  readonly top: number
}

/** A query that only totals are made of, and that its person cannot be given. */
export type LeftOut = { readonly part: string; readonly reason: string }

const MOST_ROWS = 5_000

export type Asking = {
  readonly maxTop: number
  /** Logical names of tables that the queries do without, where they can. */
  readonly unreadable?: readonly string[]
  readonly sources?: readonly ReportSource[]
  readonly terms: ReportTerms
}

/**
 * Binds, reads and writes the queries of a report; names are compared with metadata unless the report is built in.
 * @throws QueryError for what the definition has wrong, or names that this organization does not have
 */
export async function reportQueries(
  definition: ReportDefinition,
  values: ParameterValues,
  deps: ResolveDeps,
  { maxTop, unreadable = [], sources = definition.queries, terms }: Asking,
): Promise<{ readonly queries: readonly ReportQuery[]; readonly left: readonly LeftOut[] }> {
  const read = await Promise.all(
    sources.map(async (source) => {
      try {
        return await reportQuery(source, { definition, values, maxTop, unreadable, terms }, deps)
      } catch (error) {
        const isHidden = error instanceof QueryError && [KEPT_CODE, 'hidden_column'].includes(error.code)
        if (isHidden && source.totalsOnly === true) return { part: source.part ?? '', reason: error.message }
        throw error
      }
    }),
  )
  return {
    queries: read.flatMap((one) => ('fetch' in one ? [one] : [])),
    left: read.flatMap((one) => ('reason' in one ? [one] : [])),
  }
}

type Asked = Required<Omit<Asking, 'sources'>> & {
  readonly definition: ReportDefinition
  readonly values: ParameterValues
}

async function reportQuery(
  { part, fetchxml, totalsOnly = false }: ReportSource,
  { definition, values, maxTop, unreadable, terms }: Asked,
  deps: ResolveDeps,
): Promise<ReportQuery> {
  const bound = withDates(bindParameters(fetchxml, values, unreadable, terms.asTerm), terms.dates)
  const written = readFetch(bound, () => undefined)
  const isAsItStands = isBuiltIn(definition) && !namesIn(parseXml(fetchxml)).some(terms.asTerm)
  const { query, entity, hidden, withheld, masked, interpreted } = isAsItStands
    ? await asItStands(written, deps)
    : await withFreshNames(deps.metadata, (metadata) => resolveVisible(written, { ...deps, metadata }))
  const top = Math.min(query.top ?? query.count ?? maxTop, MOST_ROWS - 1)
  const fetch = query.aggregate ? query : withTop(query, top + 1)
  const path = pathOf(entity, fetch)
  const visible = { hidden, withheld, masked, said: interpreted.filter(saysTerm) }
  return { ...visible, entity, fetch, top, totalsOnly, path, ...(part !== undefined && { part }) }
}

/** Where a query of a table is asked, below the API's root. */
export function pathOf({ entitySet }: Pick<Entity, 'entitySet'>, fetch: Query): string {
  return withOptions(entitySet, { fetchXml: writeFetch(fetch) })
}

/** Names of a report that is built in are what they say; what of them the person may see is another matter. */
async function asItStands(
  written: Query,
  { metadata }: ResolveDeps,
): Promise<Visible & { readonly query: Query; readonly entity: Entity; readonly interpreted: readonly string[] }> {
  const entity = await metadata.entity(written.entity.name)
  return { ...(await guardedQuery(written, metadata)), entity, interpreted: [] }
}

function withTop({ count: _count, page: _page, ...fetch }: Query, top: number): Query {
  return { ...fetch, top, returnTotal: false }
}

function saysTerm(sentence: string): boolean {
  return sentence.startsWith('"') && sentence.includes('" means: ')
}
