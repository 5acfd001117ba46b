import type { Given, ReportCase } from './report-case.ts'
import { OWN, daysAgo, ifMine, ownerName } from './report-case.ts'

const OPEN = 'statecode = 0'
const MONTH = "date(today(), 'start of month')"
const DEAL = `opportunityid as name, opportunity.name as "name/label", customerid, estimatedvalue, estimatedvalue_base,
  estimatedclosedate, ownerid, ${ownerName('opportunity')}`

const listed = (where: string, columns: string, order: string): string =>
  `select ${DEAL}, ${columns} from opportunity where ${where} order by ${order}, opportunityid`
const listTotals = (rows: string, { top }: Given): string => totals(`(${rows} limit ${String(top)})`)
const totals = (rows: string): string =>
  `select coalesce(sum(estimatedvalue_base), 0) as "Base value", count(*) as "Opportunities" from ${rows}`

const myOpen = (): string => listed(`${OPEN} and ${OWN}`, 'salesstage, closeprobability', 'estimatedclosedate')

const closing = (given: Given): string =>
  listed(
    `${OPEN} and estimatedclosedate >= ${MONTH} and estimatedclosedate < date(${MONTH}, '+1 month')${ifMine(given)}`,
    'closeprobability',
    'estimatedclosedate',
  )

const quietOnly = ({ days }: Given): string =>
  ` and opportunityid not in (select regardingobjectid from activitypointer where regardingobjectid is not null
    and local(modifiedon) >= ${daysAgo(days)} and modifiedon < now_utc())`

const stalled = (given: Given): string =>
  listed(
    `${OPEN} and local(modifiedon) < ${daysAgo(given['days'])}${ifMine(given)}${given['direct'] === true ? '' : quietOnly(given)}`,
    'modifiedon, salesstage',
    'modifiedon',
  )

/** What is counted and added up of open opportunities. */
const SUMS = 'count(*) as opportunities, coalesce(sum(estimatedvalue_base), 0) as total'

/**
 * The whole of this month, and from today's midnight so many months on, counted from tomorrow as Dataverse counts:
 * a day that the month then lacks is its last.
 */
const forecast = (given: Given): string =>
  `${OPEN} and estimatedclosedate >= ${MONTH} and (estimatedclosedate < date(${MONTH}, '+1 month')
    or estimatedclosedate < date(today(), '+1 day', '+${String(given['months'])} months', 'floor'))${ifMine(given)}`

const QUARTER = "date(today(), 'start of month', '-' || ((strftime('%m', today()) - 1) % 3) || ' months')"
const closed = (given: Given): string =>
  `statecode in (1, 2) and actualclosedate >= ${QUARTER} and actualclosedate < date(${QUARTER}, '+3 months')${ifMine(given)}`

export const opportunityCases: readonly ReportCase[] = [
  {
    slug: 'my-open-opportunities',
    asked: [{ top: 1 }, { top: 500 }],
    defaults: { top: 50 },
    rows: myOpen,
    totals: (given) => listTotals(myOpen(), given),
  },
  {
    slug: 'closing-this-month',
    asked: [{ mine: true }, { top: 500 }, { mine: true, top: 2 }],
    defaults: { mine: false, top: 50 },
    rows: closing,
    totals: (given) => listTotals(closing(given), given),
  },
  {
    slug: 'stalled-opportunities',
    asked: [
      { days: 1, top: 500 },
      { days: 365, top: 500 },
      { mine: true, top: 500 },
      { days: 90, mine: true, top: 3 },
      { direct: true, top: 500 },
    ],
    defaults: { days: 30, direct: false, mine: false, top: 50 },
    rows: stalled,
    totals: (given) => listTotals(stalled(given), given),
  },
  {
    slug: 'pipeline-by-stage',
    asked: [{ mine: true }],
    defaults: { mine: false },
    rows: (given) =>
      `select salesstage as stage, ${SUMS} from opportunity where ${OPEN}${ifMine(given)}
        group by salesstage order by salesstage nulls last`,
    totals: (given) => totals(`opportunity where ${OPEN}${ifMine(given)}`),
  },
  {
    slug: 'team-pipeline',
    asked: [],
    defaults: {},
    rows: () =>
      `select ownerid as owner, ${ownerName('opportunity', 'owner')}, ${SUMS} from opportunity where ${OPEN} group by ownerid`,
    totals: () =>
      `select coalesce(sum(estimatedvalue_base), 0) as "Base value", count(*) as "Opportunities",
        count(distinct ownerid) as "Owners" from opportunity where ${OPEN}`,
    descending: 'total',
  },
  {
    slug: 'forecast-by-month',
    asked: [{ mine: true }, { months: 1 }, { months: 24 }, { months: 24, mine: true }],
    defaults: { months: 6, mine: false },
    rows: (given) =>
      `select strftime('%Y-%m', estimatedclosedate) as month, ${SUMS} from opportunity where ${forecast(given)}
        group by month order by month`,
    totals: (given) => totals(`opportunity where ${forecast(given)}`),
  },
  {
    slug: 'won-lost-this-quarter',
    asked: [{ mine: true }],
    defaults: { mine: false },
    rows: (given) =>
      `select statecode as state, count(*) as opportunities, coalesce(sum(actualvalue_base), 0) as total from opportunity
        where ${closed(given)} group by statecode order by statecode`,
    totals: (given) =>
      `select 1.0 * sum(statecode = 1) / count(*) as "Win rate by number",
        iif((sum(statecode = 2) > 0 and sum(iif(statecode = 2, actualvalue_base, null)) is null)
          or (sum(statecode = 1) > 0 and sum(iif(statecode = 1, actualvalue_base, null)) is null), null,
          sum(iif(statecode = 1, actualvalue_base, 0)) / sum(actualvalue_base)) as "Win rate by value",
        count(*) as "Opportunities" from opportunity where ${closed(given)}`,
  },
]
