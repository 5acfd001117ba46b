import { DataverseError } from '../../dataverse/errors.ts'
import type { ParameterValues } from '../check/check-parameters.ts'
import type { ReportDefinition } from '../definition.ts'
import { disabledOwnerReads } from '../rows/disabled-owners.ts'
import { readAll, type Results } from './answers.ts'
import { neededTables } from './bind.ts'
import { resolveDepsOf, type RunReportDeps } from './report-deps.ts'
import { reportQueries, type LeftOut, type ReportQuery } from './report-query.ts'
import { teamReads, type TeamReads } from './team-rows.ts'
import { reportTerms, type ReportTerms } from '../terms/in-reports.ts'

/** What a report asks, and the tables that it does without, as the person may not read them. */
export type AskedReport = {
  readonly queries: readonly ReportQuery[]
  readonly left: readonly LeftOut[]
  readonly teams: TeamReads | undefined
  readonly unreadable: readonly string[]
  readonly terms: ReportTerms
}

export type ReadReport = AskedReport & { readonly results: Results }

/** The queries as the person may ask them, as far as that is known without asking Dataverse for it. */
export async function askReport(
  definition: ReportDefinition,
  values: ParameterValues,
  deps: RunReportDeps,
): Promise<AskedReport> {
  const needed = tablesOf(definition, values)
  const [unreadable, terms] = await Promise.all([
    needed.length > 0 ? deps.metadata.unreadable(needed, { ifKnown: true }) : [],
    reportTerms(definition, deps.metadata),
  ])
  return await askWithout({ unreadable, terms }, definition, values, deps)
}

/**
 * One request, however many queries there are. Where it is refused for a table that the report can do without, that is
 * found out, which a warm worker then knows, and the rest is asked.
 * @throws DataverseError
 */
export async function readReport(
  asked: AskedReport,
  definition: ReportDefinition,
  values: ParameterValues,
  deps: RunReportDeps,
): Promise<ReadReport> {
  const needed = tablesOf(definition, values)
  try {
    const results = await readAsked(asked, definition, deps)
    const refusal = results.queries.flatMap((result) => (result.ok ? [] : [result.error])).find(isForbidden)
    if (refusal && needed.length > 0) throw refusal
    return { ...asked, results }
  } catch (error) {
    if (!isForbidden(error) || needed.length === 0) throw error
    const unreadable = await deps.metadata.unreadable(needed)
    if (unreadable.length <= asked.unreadable.length) throw error
    const again = await askWithout({ unreadable, terms: asked.terms }, definition, values, deps)
    return { ...again, results: await readAsked(again, definition, deps) }
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof DataverseError && error.status === 403
}

async function askWithout(
  { unreadable, terms }: Pick<AskedReport, 'unreadable' | 'terms'>,
  definition: ReportDefinition,
  values: ParameterValues,
  deps: RunReportDeps,
): Promise<AskedReport> {
  const resolveDeps = resolveDepsOf(deps)
  const { maxTop } = deps.limits
  const [{ queries, left }, teams] = await Promise.all([
    reportQueries(definition, values, resolveDeps, { maxTop, unreadable, terms }),
    teamReads(definition, values, resolveDeps, { unreadable, terms }),
  ])
  const [first] = queries
  const fetches = queries.map(({ fetch }) => ({ query: fetch }))
  deps.about?.({ queries: fetches, ...(first && { entity: first.entity.name }) })
  return { queries, left, teams, unreadable, terms }
}

function tablesOf({ queries }: ReportDefinition, values: ParameterValues): string[] {
  return [...new Set(queries.flatMap(({ fetchxml }) => neededTables(fetchxml, values)))]
}

async function readAsked(
  { queries, teams }: AskedReport,
  definition: ReportDefinition,
  { dataverse }: RunReportDeps,
): Promise<Results> {
  const owners = disabledOwnerReads(queries)
  return await readAll({ definition, queries, teams: teams?.reads ?? [], owners }, dataverse)
}
