import type { Person } from '../../dataverse/metadata/model.ts'
import type { Zone } from '../../dataverse/local-time.ts'
import type { Clock } from '../../dataverse/query/resolve/values/clock.ts'
import type { ParameterValues } from '../check/check-parameters.ts'
import type { Owner, ReportDefinition, ReportResult } from '../definition.ts'
import { rowsOfMonths } from '../rows/every-month.ts'
import { baseKeys } from '../rows/report-rows.ts'
import { sortRows } from '../rows/sort-rows.ts'
import { totalsOf } from '../rows/totals.ts'
import type { Answer } from './answers.ts'
import { periodSentences } from './period-sentences.ts'
import type { LeftOut } from './report-query.ts'

export type Run = {
  readonly values: ParameterValues
  readonly answers: readonly Answer[]
  readonly left: readonly LeftOut[]
  readonly person: Person
  readonly zone: Zone
  readonly clock: Clock
  readonly asOf: string
  readonly dataverseUrl: string
  /** Of rows of teams, of tables that were not looked at, and what could not be read of owners. */
  readonly beside: {
    readonly reading: readonly string[]
    readonly unread: readonly string[]
    readonly notes: readonly string[]
  }
}

/** What is told of a report that ran: the period and what was counted first. */
export function resultOf(definition: ReportDefinition, run: Run): ReportResult {
  const { values, answers, zone, clock, asOf, dataverseUrl, beside } = run
  const shown = answers.filter(({ query }) => !query.totalsOnly)
  const found = rowsOfMonths(shown, definition, clock)
  const rows = definition.sort ? sortRows(found, definition.sort) : found
  const more = shown.some((answer) => answer.more)
  const currency = currencyOf(definition, run)
  return {
    report: definition.slug,
    title: definition.title,
    asOf,
    timeZone: zone.iana,
    ...(currency !== undefined && { currency }),
    parameters: values,
    reading: [
      ...periodSentences(
        shown.map(({ query }) => query),
        clock,
      ),
      ...ownerSentences(definition, values),
      ...beside.reading,
      ...definition.reading,
      ...(currency === undefined ? [] : [`The base currency of the organization is ${currency}.`]),
    ],
    notes: notesOf(definition, run, rows.length),
    totals: totalsOf(definition.totals, { rows, answers, currency, more, whole: wholeOf(shown) }),
    columns: definition.columns,
    rows,
    records: shown.flatMap(({ records }) => records),
    more,
    picture: definition.picture,
    ...(definition.columns.some(({ kind }) => kind === 'record') && { recordLink: linkTemplate(dataverseUrl) }),
    ...goOnOf(definition, shown),
  }
}

/** Where there is one list alone: of rows of several, some may be groups. */
function wholeOf([only, ...others]: readonly Answer[]): Answer['whole'] {
  return others.length > 0 ? undefined : only?.whole
}

/** Rows of one query go on as that query; groups, and rows put together or in another order here, do not. */
function goOnOf({ sort }: ReportDefinition, [only, ...others]: readonly Answer[]): Pick<ReportResult, 'goOn'> {
  if (!only || others.length > 0 || only.query.fetch.aggregate || sort) return {}
  const { fetch, top } = only.query
  const { top: _top, ...query } = fetch
  const at = { query, expansions: [], page: 1, pageSize: top, count: false, ids: false }
  return { goOn: (behind) => ({ ...at, skip: behind }) }
}

const OWNED_BY: Readonly<Record<string, string | undefined>> = {
  me: 'the signed-in person, as "mine" means in Dynamics 365,',
  'my-teams': 'teams of the signed-in person',
  'me-or-my-teams': 'the signed-in person or teams of theirs',
} satisfies Record<Exclude<Owner, 'anyone'>, string>

function ownerSentences({ parameters }: ReportDefinition, values: ParameterValues): string[] {
  return parameters.flatMap(({ type, name }) => {
    const by = type === 'owner' ? OWNED_BY[String(values[name])] : undefined
    return by === undefined ? [] : [`Only rows owned by ${by} are counted.`]
  })
}

/** That of the amounts, where any is in the base currency. */
function currencyOf({ columns, totals }: ReportDefinition, { answers, person }: Run): string | undefined {
  const base = new Set(answers.flatMap(({ query }) => [...baseKeys(query.fetch)]))
  const amounts = columns.some(({ key, kind }) => kind === 'money' && base.has(key))
  const summed = totals.some((total) => total.kind === 'sum' && total.format === 'money' && base.has(total.of))
  return amounts || summed ? person.organization.baseCurrency?.code : undefined
}

function notesOf({ empty, totals }: ReportDefinition, run: Run, rows: number): string[] {
  const { answers, left, zone, beside } = run
  const addedUp = answers.reduce((sum, answer) => sum + answer.addedUp, 0)
  const unknown = zone.name === undefined ? 'unknown' : `"${zone.name.slice(0, 60)}", which is unknown here`
  const titles = ({ part }: LeftOut): string[] =>
    totals.flatMap((total) => ('part' in total && total.part === part ? [total.title] : []))
  return [
    ...beside.unread,
    ...new Set(answers.flatMap(({ query }) => query.hidden)),
    ...(rows === 0 ? [empty] : []),
    ...left.map((one) => `Left out: ${titles(one).join(', ')}. ${one.reason}`),
    ...beside.notes,
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
