import type { Metadata } from '../../dataverse/metadata/model.ts'
import type { ResolveDeps } from '../../dataverse/query/resolve/resolve-query.ts'
import type { NamedRows } from '../../dataverse/query/resolve/values/asked.ts'
import { clockOf } from '../../dataverse/query/resolve/values/clock.ts'
import type { WebApi } from '../../dataverse/web-api/web-api.ts'
import { checkParameters } from '../check/check-parameters.ts'
import type { ReportDefinition, ReportResult } from '../definition.ts'
import { isoInZone, zoneOf } from '../../dataverse/local-time.ts'
import { disabledOwnerReads, unreadOwners, withDisabledOwners } from '../rows/disabled-owners.ts'
import { withoutWithheld } from '../rows/without-withheld.ts'
import { answerOf, readAll, type Answer, type AnswerDeps, type Results } from './answers.ts'
import { reportQueries, type LeftOut, type ReportQuery } from './report-query.ts'
import { resultOf } from './report-result.ts'
import { teamReads, teamSentences } from './team-rows.ts'

export type RunReportDeps = {
  readonly dataverse: WebApi
  readonly metadata: Metadata
  /** Epoch milliseconds. */
  readonly now: () => number
  /** The environment's origin. */
  readonly dataverseUrl: string
  readonly limits: {
    /** Most rows of a list that says no number itself. */
    readonly maxTop: number
    /** Epoch milliseconds: when the answer must be there. */
    readonly deadline: number
  }
  readonly namedRows: NamedRows
  /** Dataverse `systemuserid` of whoever asks. */
  readonly systemUserId: string
  /** Told the logical name of the table asked for. */
  readonly about?: (subject: { readonly entity: string }) => void
}

/** What the words of a definition or a view are read by. */
export function resolveDepsOf({ metadata, namedRows, now, systemUserId }: RunReportDeps): ResolveDeps {
  return {
    metadata,
    clock: async () => clockOf(await metadata.person(), now()),
    person: { systemUserId },
    rows: namedRows,
    notation: 'fetchxml',
  }
}

/**
 * Runs a report as the signed-in person: one request, however many queries it has, once the person and the tables are
 * known; before, up to three more.
 * @throws QueryError for parameters that it does not take; DataverseError
 */
export async function runReport(
  definition: ReportDefinition,
  parameters: Readonly<Record<string, unknown>>,
  deps: RunReportDeps,
): Promise<ReportResult> {
  const values = checkParameters(definition, parameters)
  const { metadata, now, limits, dataverse, dataverseUrl } = deps
  const resolveDeps = resolveDepsOf(deps)
  const [person, { queries, left: hidden }, teams] = await Promise.all([
    metadata.person(),
    reportQueries(definition, values, resolveDeps, limits),
    teamReads(definition, values, resolveDeps),
  ])
  if (queries[0]) deps.about?.({ entity: queries[0].entity.name })
  const instant = now()
  const [zone, clock] = [zoneOf(person.timeZone.name), clockOf(person, instant)]
  const results = await readAll({ queries, teams: teams?.reads ?? [], owners: disabledOwnerReads(queries) }, dataverse)
  const { answers, left } = await answersOf(queries, results, definition, { dataverse, now, limits, zone })
  const base = person.organization.baseCurrency?.code
  return resultOf(withoutWithheld(definition, queries), {
    values,
    answers,
    left: [...hidden, ...left],
    person,
    zone,
    clock,
    asOf: isoInZone(instant, zone.iana),
    dataverseUrl,
    beside: {
      reading: teams ? teamSentences(teams, results.teams, base) : [],
      notes: unreadOwners(results.owners),
    },
  })
}

async function answersOf(
  queries: readonly ReportQuery[],
  results: Results,
  definition: ReportDefinition,
  { limits, ...deps }: Omit<AnswerDeps, 'deadline'> & Pick<RunReportDeps, 'limits'>,
): Promise<{ readonly answers: readonly Answer[]; readonly left: readonly LeftOut[] }> {
  const answers: Answer[] = []
  const left: LeftOut[] = []
  for (const [at, query] of queries.entries()) {
    const result = results.queries[at]
    if (!result) continue
    const answer = await answerOf(query, result, definition, { ...deps, deadline: limits.deadline })
    if ('reason' in answer) left.push(answer)
    else answers.push({ ...answer, rows: withDisabledOwners(answer.rows, query, results.owners) })
  }
  return { answers, left }
}
