import type { Entity, Person } from '../../dataverse/metadata/model.ts'
import type { CompactRow } from '../../dataverse/rows/rows.ts'
import type { ReadResult } from '../../dataverse/web-api/web-api.ts'
import { aggregateHere, isTooManyToAggregate } from '../rows/aggregate-here.ts'
import { checkParameters, type ParameterValues } from '../check/check-parameters.ts'
import type { ReportDefinition, ReportResult } from '../definition.ts'
import { canGroup } from '../rows/group-rows.ts'
import { isoInZone, zoneOf, type Zone } from '../../dataverse/local-time.ts'
import { askReport, readReport, type PageOfRows } from './read-report.ts'
import type { RunReportDeps } from './report-deps.ts'
import type { ReportQuery } from './report-query.ts'
import { baseKeys, reportRows } from '../rows/report-rows.ts'
import { sortRows } from '../rows/sort-rows.ts'
import { totalsOf } from '../rows/totals.ts'
import { withoutWithheld } from '../rows/without-withheld.ts'

type Answer = { readonly rows: readonly CompactRow[]; readonly more: boolean; readonly addedUp: number }

const MORE = '@Microsoft.Dynamics.CRM.morerecords'

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
  const { metadata, now } = deps
  const [person, asked] = await Promise.all([metadata.person(), askReport(definition, values, deps)])
  if (asked.queries[0]) deps.about?.({ entity: asked.queries[0].entity.name })
  const zone = zoneOf(person.timeZone.name)
  const asOf = isoInZone(now(), zone.iana)
  const { queries, results, unreadable } = await readReport(asked, definition, values, deps)
  const answers: Answer[] = []
  for (const [at, query] of queries.entries()) {
    const result = results[at]
    if (result) answers.push(await answerOf(query, result, definition, { ...deps, zone }))
  }
  const shown = withoutWithheld(definition, queries)
  const left = await Promise.all(unreadable.map((name) => metadata.entity(name)))
  return resultOf(shown, { values, queries, answers, person, zone, asOf, left, dataverseUrl: deps.dataverseUrl })
}

async function answerOf(
  query: ReportQuery,
  result: ReadResult<PageOfRows>,
  definition: ReportDefinition,
  deps: RunReportDeps & { readonly zone: Zone },
): Promise<Answer> {
  const { fetch, top } = query
  if (result.ok) {
    const { value: raw, '@odata.nextLink': next, [MORE]: more } = result.value
    const shown = fetch.aggregate ? raw : raw.slice(0, top)
    const rest = shown.length < raw.length || (fetch.aggregate && (next !== undefined || more === true))
    return { rows: reportRows(shown, query, definition), more: rest, addedUp: 0 }
  }
  if (!isTooManyToAggregate(result.error) || !canGroup(fetch, deps.zone.known)) throw result.error
  const { rows, read } = await aggregateHere(query, definition, { ...deps, deadline: deps.limits.deadline })
  return { rows: reportRows(rows, query, definition), more: false, addedUp: read }
}

type Run = {
  readonly values: ParameterValues
  readonly queries: readonly ReportQuery[]
  readonly answers: readonly Answer[]
  readonly person: Person
  readonly zone: Zone
  readonly asOf: string
  /** Tables that the person may not read and that the report did without. */
  readonly left: readonly Entity[]
  readonly dataverseUrl: string
}

function resultOf(definition: ReportDefinition, run: Run): ReportResult {
  const { values, queries, answers, person, zone, asOf, dataverseUrl } = run
  const found = answers.flatMap(({ rows }) => rows)
  const rows = definition.sort ? sortRows(found, definition.sort) : found
  const more = answers.some((answer) => answer.more)
  const base = new Set(queries.flatMap(({ fetch }) => [...baseKeys(fetch)]))
  const amounts = definition.columns.some(({ key, kind }) => kind === 'money' && base.has(key))
  const currency = amounts ? person.organization.baseCurrency?.code : undefined
  const notes = notesOf(definition, run, rows.length)
  return {
    report: definition.slug,
    title: definition.title,
    asOf,
    timeZone: zone.iana,
    ...(currency !== undefined && { currency }),
    parameters: values,
    columns: definition.columns,
    totals: totalsOf(definition.totals, rows, { currency, more }),
    rows,
    more,
    picture: definition.picture,
    reading: [
      ...definition.reading,
      ...(currency === undefined ? [] : [`The base currency of the organization is ${currency}.`]),
    ],
    ...(definition.columns.some(({ kind }) => kind === 'record') && { recordLink: linkTemplate(dataverseUrl) }),
    notes,
  }
}

function notesOf({ empty }: ReportDefinition, { answers, queries, zone, left }: Run, rows: number): string[] {
  const addedUp = answers.reduce((sum, answer) => sum + answer.addedUp, 0)
  const unknown = zone.name === undefined ? 'unknown' : `"${zone.name.slice(0, 60)}", which is unknown here`
  return [
    ...left.map(({ name, pluralLabel }) => `${pluralLabel ?? name} are not looked at: you may not read them.`),
    ...new Set(queries.flatMap(({ hidden }) => hidden)),
    ...(rows === 0 ? [empty] : []),
    ...(addedUp > 0
      ? [`More than 50,000 rows: Dynamics 365 does not total as many, so ${addedUp} rows were read and added up here.`]
      : []),
    ...(zone.known ? [] : [`The time zone of the person is ${unknown}: times are in UTC.`]),
  ]
}

/** For every record of a report, of whatever table: its id and entity go where they stand in braces. */
function linkTemplate(dataverseUrl: string): string {
  return `${dataverseUrl}/main.aspx?pagetype=entityrecord&etn={entity}&id={id}`
}
