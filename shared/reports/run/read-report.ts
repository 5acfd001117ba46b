import { DataverseError } from '../../dataverse/errors.ts'
import { Page } from '../../dataverse/rows/rows.ts'
import type { Read, ReadResult, WebApi } from '../../dataverse/web-api/web-api.ts'
import type { ParameterValues } from '../check/check-parameters.ts'
import type { ReportDefinition } from '../definition.ts'
import { isTooManyToAggregate } from '../rows/aggregate-here.ts'
import { neededTables } from './bind.ts'
import { reportQueries, type ReportQuery } from './report-query.ts'
import { resolveDepsOf, type RunReportDeps } from './report-deps.ts'

export const ANSWER = Page.loose()
export type PageOfRows = ReturnType<(typeof ANSWER)['parse']>

/** The queries of a report, and the tables that they do without, as the person may not read them. */
export type Asked = { readonly queries: readonly ReportQuery[]; readonly unreadable: readonly string[] }

export type ReadReport = Asked & { readonly results: readonly ReadResult<PageOfRows>[] }

/** The queries as the person may ask them, as far as that is known without asking Dataverse for it. */
export async function askReport(
  definition: ReportDefinition,
  values: ParameterValues,
  deps: RunReportDeps,
): Promise<Asked> {
  const needed = tablesOf(definition, values)
  const unreadable = needed.length > 0 ? await deps.metadata.unreadable(needed, { ifKnown: true }) : []
  return await without(unreadable, definition, values, deps)
}

/**
 * One request, however many queries there are. Where it is refused for a table that the report can do without, that is
 * found out, which a warm worker then knows, and the rest is asked.
 * @throws DataverseError
 */
export async function readReport(
  asked: Asked,
  definition: ReportDefinition,
  values: ParameterValues,
  deps: RunReportDeps,
): Promise<ReadReport> {
  try {
    return { ...asked, results: await readQueries(asked.queries, deps.dataverse) }
  } catch (error) {
    if (!(error instanceof DataverseError) || error.status !== 403) throw error
    const unreadable = await deps.metadata.unreadable(tablesOf(definition, values))
    if (unreadable.length <= asked.unreadable.length) throw error
    const again = await without(unreadable, definition, values, deps)
    return { ...again, results: await readQueries(again.queries, deps.dataverse) }
  }
}

async function without(
  unreadable: readonly string[],
  definition: ReportDefinition,
  values: ParameterValues,
  deps: RunReportDeps,
): Promise<Asked> {
  const { maxTop } = deps.limits
  const queries = await reportQueries(definition, values, resolveDepsOf(deps), { maxTop, unreadable })
  return { queries, unreadable }
}

function tablesOf({ queries }: ReportDefinition, values: ParameterValues): string[] {
  return [...new Set(queries.flatMap(({ fetchxml }) => neededTables(fetchxml, values)))]
}

async function readQueries(
  queries: readonly ReportQuery[],
  dataverse: WebApi,
): Promise<readonly ReadResult<PageOfRows>[]> {
  const reads: Read<PageOfRows>[] = queries.map(({ path }) => ({ path, schema: ANSWER }))
  const [first, ...others] = reads
  if (first && others.length === 0) return [await readOne(first, dataverse)]
  const results = await dataverse.batch(reads)
  for (const result of results) if (!result.ok && result.error.status === 403) throw result.error
  return results
}

async function readOne({ path }: Read<PageOfRows>, dataverse: WebApi): Promise<ReadResult<PageOfRows>> {
  return await dataverse.get(path, ANSWER).then(
    (value) => ({ ok: true, value }) as const,
    (error: unknown) => {
      if (isTooManyToAggregate(error)) return { ok: false, error: error as DataverseError } as const
      throw error
    },
  )
}
