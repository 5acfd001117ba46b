import type { Given, ReportCase } from './report-case.ts'
import { daysAgo, ifOwned, ownerName } from './report-case.ts'

const OPEN = 'statecode = 0'
const MONTH = "date(today(), 'start of month')"
const DEAL = `opportunityid as name, opportunity.name as "name/label", customerid, estimatedvalue, estimatedvalue_base,
  estimatedclosedate, ownerid, ${ownerName('opportunity')}`

const listed = (where: string, columns: string, order: string): string =>
  `select ${DEAL}, ${columns} from opportunity where ${where} order by ${order}, opportunityid`
/** A list may be cut; its totals are of all of it. */
const listTotals = (rows: string): string => totals(`(${rows})`)
const totals = (rows: string): string =>
  `select coalesce(sum(estimatedvalue_base), 0) as "Base value", count(*) as "Opportunities" from ${rows}`

const myOpen = (given: Given): string =>
  listed(`${OPEN}${ifOwned(given)}`, 'salesstage, closeprobability', 'estimatedclosedate')

const THIS_MONTH = `estimatedclosedate >= ${MONTH} and estimatedclosedate < date(${MONTH}, '+1 month')`
const closing = (given: Given): string =>
  listed(`${OPEN} and ${THIS_MONTH}${ifOwned(given)}`, 'closeprobability', 'estimatedclosedate')
const PAST = ['Already past their date', 'Base value past its date'] as const
const past = (given: Given): string =>
  `select count(*) as "${PAST[0]}", coalesce(sum(estimatedvalue_base), 0) as "${PAST[1]}" from opportunity
    where ${OPEN} and ${THIS_MONTH} and estimatedclosedate < today()${ifOwned(given)}`

const quietOnly = ({ days }: Given): string =>
  ` and opportunityid not in (select regardingobjectid from activitypointer where regardingobjectid is not null
    and local(modifiedon) >= ${daysAgo(days)} and modifiedon < now_utc())`

const stalled = (given: Given): string =>
  listed(
    `${OPEN} and local(modifiedon) < ${daysAgo(given['days'])}${ifOwned(given)}${given['direct'] === true ? '' : quietOnly(given)}`,
    'modifiedon, salesstage',
    'modifiedon',
  )

/** What is counted and added up of open opportunities. */
const SUMS = 'count(*) as opportunities, coalesce(sum(estimatedvalue_base), 0) as total'

/**
 * The end of so many months from today's midnight on, counted from tomorrow as Dataverse counts: a day that the month
 * then lacks is its last.
 */
const horizon = ({ months }: Given): string => `date(today(), '+1 day', '+${String(months)} months', 'floor')`
const ahead = (given: Given): string =>
  `${OPEN} and estimatedclosedate >= today() and estimatedclosedate < ${horizon(given)}${ifOwned(given)}`
const late = (given: Given): string => `${OPEN} and estimatedclosedate < today()${ifOwned(given)}`
/** What is overdue, then every month up to the horizon; nothing where there is neither. */
const forecast = (given: Given): string =>
  `with recursive months(month) as (select strftime('%Y-%m', today())
      union all select strftime('%Y-%m', month || '-01', '+1 month') from months
        where month < strftime('%Y-%m', ${horizon(given)}, '-1 day')),
    ahead as (select strftime('%Y-%m', estimatedclosedate) as month, estimatedvalue_base from opportunity where ${ahead(given)})
  select null as month, ${SUMS} from opportunity where ${late(given)} having count(*) > 0
  union all
  select months.month, count(ahead.month) as opportunities, coalesce(sum(ahead.estimatedvalue_base), 0) as total
    from months left join ahead on ahead.month = months.month
    where exists (select 1 from opportunity where ${late(given)}) or exists (select 1 from ahead)
    group by months.month
  order by month`
const forecastTotals = (where: string, which: string): string =>
  `select coalesce(sum(estimatedvalue_base), 0) as "Base value ${which}", count(*) as "Opportunities ${which}"
    from opportunity where ${where}`

const QUARTER = "date(today(), 'start of month', '-' || ((strftime('%m', today()) - 1) % 3) || ' months')"
const closed = (given: Given): string =>
  `statecode in (1, 2) and actualclosedate >= ${QUARTER} and actualclosedate < date(${QUARTER}, '+3 months')${ifOwned(given)}`

export const opportunityCases: readonly ReportCase[] = [
  {
    slug: 'my-open-opportunities',
    asked: [{ top: 1 }, { top: 500 }, { owner: 'me-or-my-teams', top: 500 }, { owner: 'my-teams' }],
    defaults: { owner: 'me', top: 50 },
    rows: myOpen,
    totals: (given) => listTotals(myOpen(given)),
    sums: { amount: 'estimatedvalue_base' },
  },
  {
    slug: 'closing-this-month',
    asked: [{ owner: 'me' }, { top: 500 }, { owner: 'me', top: 2 }],
    defaults: { owner: 'anyone', top: 50 },
    rows: closing,
    totals: (given) => `select * from (${listTotals(closing(given))}), (${past(given)})`,
    period: { column: 'estimatedclosedate', dates: () => `${MONTH} || ' to ' || date(${MONTH}, '+1 month', '-1 day')` },
    sums: { amount: 'estimatedvalue_base' },
  },
  {
    slug: 'stalled-opportunities',
    asked: [
      { days: 1, top: 500 },
      { days: 365, top: 500 },
      { owner: 'me', top: 500 },
      { days: 90, owner: 'me', top: 3 },
      { direct: true, top: 500 },
    ],
    defaults: { days: 30, direct: false, owner: 'anyone', top: 50 },
    rows: stalled,
    totals: (given) => listTotals(stalled(given)),
    period: {
      column: 'modifiedon',
      dates: ({ days }) => `'until ' || date(today(), '-1 day', '-${String(days)} days')`,
    },
    sums: { amount: 'estimatedvalue_base' },
  },
  {
    slug: 'pipeline-by-stage',
    asked: [{ owner: 'me' }],
    defaults: { owner: 'anyone' },
    rows: (given) =>
      `select salesstage as stage, ${SUMS} from opportunity where ${OPEN}${ifOwned(given)}
        group by salesstage order by salesstage nulls last`,
    totals: (given) => totals(`opportunity where ${OPEN}${ifOwned(given)}`),
    sums: { count: 'opportunities', amount: 'total' },
  },
  {
    slug: 'team-pipeline',
    asked: [],
    defaults: {},
    rows: () =>
      `select ownerid as owner, ${ownerName('opportunity', 'owner')}, ${SUMS} from opportunity where ${OPEN} group by ownerid`,
    totals: () =>
      `select coalesce(sum(estimatedvalue_base), 0) as "Base value", count(*) as "Opportunities",
        count(distinct ownerid) as "Owners", count(distinct owningbusinessunit) as "Business units"
        from opportunity where ${OPEN}`,
    descending: 'total',
  },
  {
    slug: 'forecast-by-month',
    asked: [{ owner: 'me' }, { months: 1 }, { months: 24 }, { months: 24, owner: 'my-teams' }],
    defaults: { months: 6, owner: 'anyone' },
    rows: forecast,
    totals: (given) =>
      `select * from (${forecastTotals(ahead(given), 'from today on')}), (${forecastTotals(late(given), 'overdue')})`,
    period: {
      column: 'estimatedclosedate',
      dates: (given) =>
        `'Overdue until ' || date(today(), '-1 day') || '; From today ' || today() || ' to ' || date(${horizon(given)}, '-1 day')`,
    },
    sums: { count: 'opportunities', amount: 'total' },
  },
  {
    slug: 'won-lost-this-quarter',
    asked: [{ owner: 'me' }],
    defaults: { owner: 'anyone' },
    period: {
      column: 'actualclosedate',
      dates: () => `${QUARTER} || ' to ' || date(${QUARTER}, '+3 months', '-1 day')`,
    },
    sums: { count: 'opportunities' },
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
