import type { Given, ReportCase } from './report-case.ts'
import { OWN, daysAgo, ifMine, ownerName } from './report-case.ts'

const counted = (title: string, rows: string, { top }: Given): string =>
  `select count(*) as "${title}" from (${rows} limit ${String(top)})`

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
    where statecode = 0${ifMine(given)} and accountid not in (${touchedAccounts(given)})`

/** Overdue, or due by the end of the last of the days. */
const due = ({ days }: Given): string =>
  `select activityid as subject, subject as "subject/label", ${ownerName('activitypointer')}, activitytypecode, scheduledend, regardingobjectid, ownerid from activitypointer
    where ${OWN} and statecode in (0, 3) and local(scheduledend) < date(today(), '+1 day', '+${String(days)} days')
    order by scheduledend, activityid`

const newLeads = (given: Given): string =>
  `local(createdon) >= ${daysAgo(given['days'])} and createdon < now_utc()${ifMine(given)}`

const ranked = (given: Given): string =>
  `select accountid as name, account.name as "name/label", ${ownerName('account')}, industrycode, revenue, revenue_base, ownerid from account
    where statecode = 0 and revenue_base is not null${ifMine(given)} order by revenue_base desc, accountid`

/** From the day of creation to today, in days. */
const AGE = '(julianday(today()) - julianday(date(local(createdon))))'

export const otherCases: readonly ReportCase[] = [
  {
    slug: 'accounts-no-activity',
    asked: [
      { top: 500 },
      { direct: true, top: 500 },
      { days: 1, top: 500 },
      { days: 365, mine: true },
      { mine: true, direct: true, top: 500 },
    ],
    defaults: { days: 30, direct: false, mine: false, top: 50 },
    rows: quiet,
    byName: 'name/label',
    totals: (given) => counted('Accounts', quiet(given), given),
  },
  {
    slug: 'my-activities-due',
    asked: [{ top: 500 }, { days: 1, top: 500 }, { days: 365, top: 500 }],
    defaults: { days: 7, top: 50 },
    rows: due,
    totals: (given) => counted('Activities', due(given), given),
  },
  {
    slug: 'new-leads-by-source',
    asked: [{ days: 1 }, { days: 365 }, { mine: true }],
    defaults: { days: 30, mine: false },
    rows: (given) =>
      `select leadsourcecode as source, count(*) as leads from lead where ${newLeads(given)} group by leadsourcecode`,
    totals: (given) =>
      `select count(*) as "Leads", count(distinct coalesce(leadsourcecode, -1)) as "Sources" from lead
        where ${newLeads(given)}`,
    descending: 'leads',
  },
  {
    slug: 'top-accounts-by-revenue',
    asked: [{ top: 1 }, { top: 500 }, { mine: true, top: 500 }],
    defaults: { top: 10, mine: false },
    rows: ranked,
    totals: (given) => counted('Accounts', ranked(given), given),
  },
  {
    slug: 'open-cases-by-priority-and-age',
    asked: [{ mine: true }],
    defaults: { mine: false },
    rows: (given) =>
      `select case when ${AGE} <= 7 then 'up to 7 days' when ${AGE} <= 30 then '8 to 30 days'
          when ${AGE} <= 90 then '31 to 90 days' else 'over 90 days' end as part,
        prioritycode as priority, count(*) as cases
        from incident where statecode = 0${ifMine(given)} group by part, priority
        order by min(${AGE}) > 7, min(${AGE}) > 30, min(${AGE}) > 90, priority nulls last`,
    totals: (given) => `select count(*) as "Cases" from incident where statecode = 0${ifMine(given)}`,
  },
]
