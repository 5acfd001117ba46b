import type { Metadata } from '../../dataverse/metadata/model.ts'
import { clockOf } from '../../dataverse/query/resolve/values/clock.ts'
import { checkParameters } from '../check/check-parameters.ts'
import type { ReportDefinition, ReportResult } from '../definition.ts'
import { isoInZone, zoneOf } from '../../dataverse/local-time.ts'
import { unreadOwners, withDisabledOwners } from '../rows/disabled-owners.ts'
import { withoutWithheld } from '../rows/without-withheld.ts'
import { inOwnWords } from '../terms/in-reports.ts'
import { answerOf, type Answer, type AnswerDeps, type Results } from './answers.ts'
import { askReport, readReport } from './read-report.ts'
import type { RunReportDeps } from './report-deps.ts'
import type { LeftOut, ReportQuery } from './report-query.ts'
import { resultOf } from './report-result.ts'
import { teamSentences } from './team-rows.ts'
import { wholeOf } from './whole-list.ts'

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
  deps.about?.({ parameters: values })
  const { metadata, now, dataverseUrl } = deps
  const [person, asked] = await Promise.all([metadata.person(), askReport(definition, values, deps)])
  const instant = now()
  const [zone, clock] = [zoneOf(person.timeZone.name), clockOf(person, instant)]
  const { queries, results, teams, left: hidden, unreadable, terms } = await readReport(asked, definition, values, deps)
  const { answers, left } = await answersOf(queries, results, definition, { ...deps, zone })
  const base = person.organization.baseCurrency?.code
  const shown = Object.entries(values).filter(([name]) => !terms.idle.includes(name))
  return resultOf(withoutWithheld(inOwnWords(definition, terms), queries), {
    values: Object.fromEntries(shown),
    answers,
    left: [...hidden, ...left],
    person,
    zone,
    clock,
    asOf: isoInZone(instant, zone.iana),
    dataverseUrl,
    beside: {
      reading: [
        ...new Set(queries.flatMap(({ said }) => said)),
        ...terms.reading,
        ...(teams ? teamSentences(teams, results.teams, base) : []),
      ],
      unread: await unreadTables(unreadable, metadata),
      notes: unreadOwners(results.owners),
    },
  })
}

/** What was not looked at changes what the rows mean. */
async function unreadTables(names: readonly string[], metadata: Metadata): Promise<string[]> {
  const tables = await Promise.all(names.map((name) => metadata.entity(name)))
  return tables.map(({ name, pluralLabel }) => `${pluralLabel ?? name} are not looked at: you may not read them.`)
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
    else {
      const whole = answer.more ? wholeOf(results.wholes.get(query), query, definition) : undefined
      answers.push({ ...answer, whole, rows: withDisabledOwners(answer.rows, query, results.owners) })
    }
  }
  return { answers, left }
}
