/** A saved chart, the view that it is run over, and the same in SQL: columns are named as those of the answer. */
export type ChartCase = {
  readonly chart: string
  /** Without one, the table's default view. */
  readonly view?: string
  readonly sql: string
  /** The order of the rows is a part of the answer. */
  readonly isOrdered?: boolean
  readonly picture: Readonly<Record<string, string>>
}

const OPEN_DEALS = 'opportunity where statecode = 0'
const OPEN_CASES = 'incident where statecode = 0'
const OPEN_LEADS = 'lead where statecode = 0'
const ACTIVE_ACCOUNTS = 'account where statecode = 0'
const WEEK = `strftime('%Y', day) || '-W' || printf('%02d',
  (strftime('%j', day) - 1 + strftime('%w', strftime('%Y-01-01', day))) / 7 + 1)`
const quarterOf = (date: string): string => `((strftime('%m', ${date}) + 2) / 3)`

const sum = (column: string, as = `${column}_sum`): string => `round(coalesce(sum(${column}_base), 0), 4) as ${as}`

/** What the organisation's charts show over the view that Dynamics 365 opens their table with. */
export const CHART_CASES: readonly ChartCase[] = [
  {
    chart: 'Sales Pipeline',
    sql: `select salesstage, ${sum('estimatedvalue')} from ${OPEN_DEALS} group by salesstage`,
    picture: { kind: 'funnel', label: 'salesstage', value: 'estimatedvalue_sum' },
  },
  {
    chart: 'Won by Month',
    sql: `select strftime('%Y-%m', actualclosedate) as actualclosedate_month, ${sum('actualvalue')} from ${OPEN_DEALS} group by 1`,
    picture: { kind: 'columns', label: 'actualclosedate_month', value: 'actualvalue_sum' },
  },
  {
    chart: 'Cases by Priority',
    sql: `select prioritycode, count(*) as incidentid_count from ${OPEN_CASES} group by 1`,
    picture: { kind: 'bars', label: 'prioritycode', value: 'incidentid_count' },
  },
  {
    chart: 'Accounts by Industry',
    sql: `select industrycode, count(*) as accountid_count from ${ACTIVE_ACCOUNTS} group by 1`,
    picture: { kind: 'bars', label: 'industrycode', value: 'accountid_count' },
  },
  {
    chart: 'Top 5 Customers',
    sql: `select customerid, ${sum('estimatedvalue')} from ${OPEN_DEALS} group by 1 order by 2 desc limit 5`,
    isOrdered: true,
    picture: { kind: 'bars', label: 'customerid', value: 'estimatedvalue_sum' },
  },
  {
    chart: 'Estimated vs. Actual Revenue',
    sql: `select strftime('%Y-%m', actualclosedate) as actualclosedate_month, ${sum('estimatedvalue')}, ${sum('actualvalue')}
      from ${OPEN_DEALS} group by 1`,
    picture: { kind: 'columns', label: 'actualclosedate_month', value: 'estimatedvalue_sum' },
  },
  {
    chart: 'Activities by Type and Priority',
    sql: `select activitytypecode, prioritycode, count(*) as subject_count from activitypointer group by 1, 2`,
    picture: { kind: 'stacked', label: 'activitytypecode', value: 'subject_count', series: 'prioritycode' },
  },
  {
    chart: 'Cases by Day and Priority',
    sql: `select date(local(createdon)) as createdon_day, prioritycode, count(*) as incidentid_count
      from ${OPEN_CASES} group by 1, 2`,
    picture: { kind: 'stacked', label: 'createdon_day', value: 'incidentid_count', series: 'prioritycode' },
  },
  {
    chart: 'Lead Generation Rate',
    sql: `select substr(createdon, 1, 7) as createdon_month, count(leadid) as leadid_countcolumn
      from ${OPEN_LEADS} group by 1 order by 1 limit 5`,
    isOrdered: true,
    picture: { kind: 'lines', label: 'createdon_month', value: 'leadid_countcolumn' },
  },
  {
    chart: 'Leads by Rating',
    sql: `select leadqualitycode, count(*) as fullname_count from ${OPEN_LEADS} group by 1`,
    picture: { kind: 'bars', label: 'leadqualitycode', value: 'fullname_count' },
  },
  {
    chart: 'Deals by Industry of the Customer',
    sql: `select industrycode, count(*) as opportunityid_count from opportunity d
      left join account a on a.accountid = d.parentaccountid where d.statecode = 0 group by 1`,
    picture: { kind: 'bars', label: 'industrycode', value: 'opportunityid_count' },
  },
  {
    chart: 'Urgent Cases by Owner',
    sql: `select ownerid, count(*) as incidentid_count from ${OPEN_CASES} and prioritycode = 1 group by 1`,
    picture: { kind: 'bars', label: 'ownerid', value: 'incidentid_count' },
  },
  {
    chart: 'Deals by Fiscal Quarter',
    sql: `select 'FY' || strftime('%Y', estimatedclosedate) || '-P' || ${quarterOf('estimatedclosedate')}
        as estimatedclosedate_fiscal_period, count(*) as opportunityid_count from ${OPEN_DEALS} group by 1`,
    picture: { kind: 'lines', label: 'estimatedclosedate_fiscal_period', value: 'opportunityid_count' },
  },
  {
    chart: 'Average Deal by Quarter and Owner',
    sql: `select strftime('%Y', estimatedclosedate) || '-Q' || ${quarterOf('estimatedclosedate')} as estimatedclosedate_quarter,
        ownerid, round(avg(estimatedvalue_base), 4) as estimatedvalue_avg from ${OPEN_DEALS} group by 1, 2`,
    picture: { kind: 'lines', label: 'estimatedclosedate_quarter', value: 'estimatedvalue_avg', series: 'ownerid' },
  },
  {
    chart: 'People Reached by Week',
    sql: `select ${WEEK} as createdon_week, count(distinct ownerid) as ownerid_countcolumn
      from (select date(local(createdon)) as day, ownerid from activitypointer) group by 1`,
    picture: { kind: 'columns', label: 'createdon_week', value: 'ownerid_countcolumn' },
  },
  {
    chart: 'Credit by Industry',
    sql: `select industrycode, ${sum('creditlimit')} from ${ACTIVE_ACCOUNTS} group by 1`,
    picture: { kind: 'columns', label: 'industrycode', value: 'creditlimit_sum' },
  },
  {
    chart: 'Largest Deals',
    sql: `select opportunityid as name, estimatedvalue from ${OPEN_DEALS} order by estimatedvalue desc, opportunityid limit 10`,
    isOrdered: true,
    picture: { kind: 'columns', label: 'name', value: 'estimatedvalue' },
  },
]

type View = { readonly name: string; readonly entity: string; readonly inside: string; readonly fetch?: string }

const attribute = (name: string): string => `<attribute name="${name}" />`
const WON = '<filter><condition attribute="statecode" operator="eq" value="1" /></filter>'

/** Views that a chart is run over beside the default one: each joins or compares in another way. */
export const VIEWS: readonly View[] = [
  { name: 'Every deal', entity: 'opportunity', inside: attribute('name') },
  { name: 'Won deals', entity: 'opportunity', inside: attribute('name') + WON },
  {
    name: 'Deals of busy customers',
    entity: 'opportunity',
    // An alias that the chart has, too.
    inside: `<link-entity name="account" from="accountid" to="parentaccountid" link-type="inner" alias="aa">${attribute('name')}<filter><condition attribute="industrycode" operator="not-null" /></filter></link-entity>`,
  },
  {
    name: 'Deals of nobody',
    entity: 'opportunity',
    inside: `<filter><condition entityname="a_1" attribute="accountid" operator="null" /></filter><link-entity name="account" from="accountid" to="parentaccountid" link-type="outer" alias="a_1">${attribute('name')}</link-entity>`,
  },
  {
    name: 'Accounts with deals',
    entity: 'account',
    inside: `<link-entity name="opportunity" from="parentaccountid" to="accountid" link-type="inner" alias="deal">${WON.replace('value="1"', 'value="0"')}</link-entity>`,
    fetch: ' distinct="true"',
  },
  {
    name: 'Accounts and what they buy',
    entity: 'account',
    inside: `<link-entity name="opportunity" from="parentaccountid" to="accountid" link-type="outer" alias="deal">${attribute('name')}</link-entity>`,
  },
]

const DEALS_OVER: readonly (readonly [view: string, from: string])[] = [
  ['Every deal', 'opportunity where 1'],
  ['Won deals', 'opportunity where statecode = 1'],
  [
    'Deals of busy customers',
    'opportunity where parentaccountid in (select accountid from account where industrycode is not null)',
  ],
  [
    'Deals of nobody',
    'opportunity where not exists (select 1 from account where accountid = opportunity.parentaccountid)',
  ],
]
const ACCOUNTS_OVER: readonly (readonly [view: string, from: string])[] = [
  ['Accounts with deals', 'account where accountid in (select parentaccountid from opportunity where statecode = 0)'],
  ['Accounts and what they buy', 'account where 1'],
]

/** The same charts over other views of their tables. */
export const OVER_VIEWS: readonly ChartCase[] = [
  ...DEALS_OVER.flatMap(([view, from]): ChartCase[] => [
    {
      chart: 'Estimated vs. Actual Revenue',
      view,
      sql: `select strftime('%Y-%m', actualclosedate) as actualclosedate_month, ${sum('estimatedvalue')}, ${sum('actualvalue')}
        from ${from} group by 1`,
      picture: { kind: 'columns', label: 'actualclosedate_month', value: 'estimatedvalue_sum' },
    },
    {
      chart: 'Deals by Industry of the Customer',
      view,
      sql: `select industrycode, count(*) as opportunityid_count from (select * from ${from}) d
        left join account a on a.accountid = d.parentaccountid group by 1`,
      picture: { kind: 'bars', label: 'industrycode', value: 'opportunityid_count' },
    },
  ]),
  ...ACCOUNTS_OVER.map(([view, from]): ChartCase => {
    return {
      chart: 'Accounts by Industry',
      view,
      sql: `select industrycode, count(*) as accountid_count from ${from} group by 1`,
      picture: { kind: 'bars', label: 'industrycode', value: 'accountid_count' },
    }
  }),
]
