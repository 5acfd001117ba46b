import type { Given, ReportCase } from './report-case.ts'
import { daysAgo, ifOwned, ownerName } from './report-case.ts'

const counted = (title: string, rows: string): string => `select count(*) as "${title}" from (${rows})`

/** Accounts that are told by a condition on another table, by its column that names the account. */
const accountsOf = (column: string, table: string, where: string): string =>
  `select ${column} from ${table} where ${column} is not null and (${where})`

/** The accounts that something happened at, by what it regards and by who took part. */
function touchedAccounts({ days, direct }: Given): string {
  const recent = `select activityid from activitypointer where local(modifiedon) >= ${daysAgo(days)} and modifiedon < now_utc()`
  const regarded = `select regardingobjectid from activitypointer where activityid in (${recent})`
  const parties = `select partyid from activityparty where activityid in (${recent})`
  const own = accountsOf('regardingobjectid', 'activitypointer', `activityid in (${recent})`)
  if (direct === true) return own
  return [
    own,
    accountsOf('partyid', 'activityparty', `activityid in (${recent})`),
    accountsOf('customerid', 'opportunity', `opportunityid in (${regarded})`),
    accountsOf('parentaccountid', 'opportunity', `opportunityid in (${regarded})`),
    accountsOf('customerid', 'incident', `incidentid in (${regarded})`),
    accountsOf('parentcustomerid', 'contact', `contactid in (${regarded}) or contactid in (${parties})`),
  ].join(' union ')
}

const quiet = (given: Given): string =>
  `select accountid as name, account.name as "name/label", ownerid, ${ownerName('account')}, modifiedon from account
    where statecode = 0${ifOwned(given)} and accountid not in (${touchedAccounts(given)})`

/** Overdue, or due by the end of the last of the days. */
const due = (given: Given): string =>
  `select activityid as subject, subject as "subject/label", ${ownerName('activitypointer')}, activitytypecode, scheduledend, regardingobjectid, ownerid from activitypointer
    where statecode in (0, 3) and local(scheduledend) < date(today(), '+1 day', '+${String(given['days'])} days')${ifOwned(given)}
    order by scheduledend, activityid`

const newLeads = (given: Given): string =>
  `local(createdon) >= ${daysAgo(given['days'])} and createdon < now_utc()${ifOwned(given)}`

const ranked = (given: Given): string =>
  `select accountid as name, account.name as "name/label", ${ownerName('account')}, industrycode, revenue, revenue_base, ownerid from account
    where statecode = 0 and revenue_base is not null${ifOwned(given)} order by revenue_base desc, accountid`

/** From the day of creation to today, in days. */
const AGE = '(julianday(today()) - julianday(date(local(createdon))))'

export const otherCases: readonly ReportCase[] = [
  {
    slug: 'accounts-no-activity',
    asked: [
      { top: 500 },
      { direct: true, top: 500 },
      { days: 1, top: 500 },
      { days: 365, owner: 'me' },
      { owner: 'me', direct: true, top: 500 },
    ],
    defaults: { days: 30, direct: false, owner: 'anyone', top: 50 },
    rows: quiet,
    byName: 'name/label',
    period: {
      column: 'modifiedon of activitypointer',
      dates: ({ days }) => `${daysAgo(days)} || ' to now'`,
    },
    totals: (given) => counted('Accounts', quiet(given)),
  },
  {
    slug: 'my-activities-due',
    asked: [
      { top: 500 },
      { days: 1, owner: 'me-or-my-teams', top: 500 },
      { days: 365, top: 500 },
      { owner: 'my-teams' },
    ],
    defaults: { days: 7, owner: 'me', top: 50 },
    period: { column: 'scheduledend', dates: ({ days }) => `'until ' || date(today(), '+${String(days)} days')` },
    rows: due,
    totals: (given) => counted('Activities', due(given)),
  },
  {
    slug: 'new-leads-by-source',
    asked: [{ days: 1 }, { days: 365 }, { owner: 'me' }],
    defaults: { days: 30, owner: 'anyone' },
    rows: (given) =>
      `select leadsourcecode as source, count(*) as leads from lead where ${newLeads(given)} group by leadsourcecode`,
    totals: (given) =>
      `select count(*) as "Leads", count(distinct coalesce(leadsourcecode, -1)) as "Sources" from lead
        where ${newLeads(given)}`,
    descending: 'leads',
    period: { column: 'createdon', dates: ({ days }) => `${daysAgo(days)} || ' to now'` },
    sums: { count: 'leads' },
  },
  {
    slug: 'top-accounts-by-revenue',
    asked: [{ top: 1 }, { top: 500 }, { owner: 'me', top: 500 }],
    defaults: { top: 10, owner: 'anyone' },
    rows: ranked,
    totals: (given) => counted('Accounts', ranked(given)),
  },
  {
    slug: 'open-cases-by-priority-and-age',
    asked: [{ owner: 'me' }],
    defaults: { owner: 'anyone' },
    rows: (given) =>
      `select case when ${AGE} <= 7 then 'up to 7 days' when ${AGE} <= 30 then '8 to 30 days'
          when ${AGE} <= 90 then '31 to 90 days' else 'over 90 days' end as part,
        prioritycode as priority, count(*) as cases
        from incident where statecode = 0${ifOwned(given)} group by part, priority
        order by min(${AGE}) > 7, min(${AGE}) > 30, min(${AGE}) > 90, priority nulls last`,
    totals: (given) => `select count(*) as "Cases" from incident where statecode = 0${ifOwned(given)}`,
    period: {
      column: 'createdon',
      dates:
        () => `'up to 7 days ' || ${daysAgo(7)} || ' to now; 8 to 30 days ' || ${daysAgo(30)} || ' to ' || ${daysAgo(8)}
        || '; 31 to 90 days ' || ${daysAgo(90)} || ' to ' || ${daysAgo(31)} || '; over 90 days until ' || ${daysAgo(91)}`,
    },
    sums: { count: 'cases' },
  },
]
