import type { Query } from '../query.ts'
import { condition, fetch, filter } from '../query.ts'

const value = (name: string, aggregate: string, alias: string, more = ''): string =>
  `<attribute name="${name}" aggregate="${aggregate}" alias="${alias}"${more}/>`
const group = (name: string, alias: string, more = ''): string =>
  `<attribute name="${name}" groupby="true" alias="${alias}"${more}/>`

const ask = (name: string, entity: string, inner: string, sql: string, ordered = false): Query => ({
  name,
  entity,
  fetchXml: fetch(entity, inner, 'aggregate="true"'),
  sql,
  ...(ordered && { ordered: true }),
})

const whole: readonly Query[] = [
  ask('count', 'opportunity', value('opportunityid', 'count', 'n'), 'select count(*) as n from opportunity'),
  ask(
    'countcolumn leaves nulls out',
    'opportunity',
    value('estimatedvalue', 'countcolumn', 'n'),
    'select count(estimatedvalue) as n from opportunity',
  ),
  ask(
    'countcolumn of distinct values',
    'account',
    value('industrycode', 'countcolumn', 'n', ' distinct="true"'),
    'select count(distinct industrycode) as n from account',
  ),
  ask(
    'sum, avg, min and max',
    'opportunity',
    value('estimatedvalue_base', 'sum', 's') +
      value('estimatedvalue_base', 'avg', 'a') +
      value('estimatedvalue_base', 'min', 'low') +
      value('estimatedvalue_base', 'max', 'high'),
    'select coalesce(sum(estimatedvalue_base), 0) as s, avg(estimatedvalue_base) as a, min(estimatedvalue_base) as low, max(estimatedvalue_base) as high from opportunity',
  ),
  ask(
    'min and max of dates',
    'opportunity',
    value('estimatedclosedate', 'min', 'first') + value('modifiedon', 'max', 'last'),
    'select min(estimatedclosedate) as first, max(modifiedon) as last from opportunity',
  ),
  ask(
    'a sum of no rows is nought',
    'opportunity',
    value('estimatedvalue', 'sum', 's') +
      value('opportunityid', 'count', 'n') +
      filter(condition('name', 'eq', 'nobody’s')),
    'select 0 as s, 0 as n',
  ),
  ask(
    'a secured column sums to nought without the profile',
    'account',
    value('creditlimit_base', 'sum', 's') + value('creditlimit', 'countcolumn', 'n'),
    'select coalesce(sum(creditlimit_base), 0) as s, count(creditlimit) as n from account',
  ),
]

/** Rows have currencies of their own: what is aggregated of their money is its twin in the base currency. */
const money: readonly Query[] = [
  ask(
    'sum, avg, min and max of money in currencies of its own',
    'opportunity',
    value('estimatedvalue', 'sum', 's') +
      value('estimatedvalue', 'avg', 'a') +
      value('estimatedvalue', 'min', 'low') +
      value('estimatedvalue', 'max', 'high') +
      value('estimatedvalue', 'countcolumn', 'n'),
    'select coalesce(sum(estimatedvalue_base), 0) as s, round(avg(estimatedvalue_base), 4) as a, min(estimatedvalue_base) as low, max(estimatedvalue_base) as high, count(estimatedvalue) as n from opportunity',
  ),
  ask(
    'sum of a link’s money, by state',
    'account',
    `${group('statecode', 'state')}<link-entity name="opportunity" from="parentaccountid" to="accountid" alias="o">${value('estimatedvalue', 'sum', 'total')}</link-entity>`,
    'select a.statecode as state, coalesce(sum(o.estimatedvalue_base), 0) as total from account a join opportunity o on o.parentaccountid = a.accountid group by a.statecode',
  ),
  ask(
    'groups of only nulls: the sum is nought, the average is absent',
    'opportunity',
    group('statecode', 'state') + value('actualvalue', 'sum', 's') + value('actualvalue', 'avg', 'a'),
    'select statecode as state, coalesce(sum(actualvalue_base), 0) as s, round(avg(actualvalue_base), 4) as a from opportunity group by statecode',
  ),
  ask(
    'by text, with and without accents',
    'account',
    group('address1_city', 'city') +
      value('accountid', 'count', 'n') +
      filter(condition('address1_city', 'begins-with', 'Ko')),
    "select address1_city as city, count(*) as n from account where address1_city like 'Ko%' group by fold(address1_city)",
  ),
]

const groups: readonly Query[] = [
  ask(
    'by choice, null among them',
    'opportunity',
    group('salesstage', 'stage') +
      value('estimatedvalue_base', 'sum', 'total') +
      value('opportunityid', 'count', 'n') +
      filter(condition('statecode', 'eq', '0')),
    'select salesstage as stage, coalesce(sum(estimatedvalue_base), 0) as total, count(*) as n from opportunity where statecode = 0 group by salesstage',
  ),
  ask(
    'by owner, largest first',
    'opportunity',
    group('ownerid', 'owner') +
      value('opportunityid', 'count', 'n') +
      '<order alias="n" descending="true"/><order alias="owner"/>',
    'select ownerid as owner, count(*) as n from opportunity group by ownerid',
  ),
  ask(
    'by two columns',
    'account',
    group('statecode', 'state') + group('address1_city', 'city') + value('accountid', 'count', 'n'),
    'select statecode as state, address1_city as city, count(*) as n from account group by statecode, address1_city',
  ),
  ask(
    'by boolean',
    'account',
    group('creditonhold', 'hold') + value('revenue_base', 'max', 'most'),
    'select creditonhold as hold, max(revenue_base) as most from account group by creditonhold',
  ),
  ask(
    'ordered by its count',
    'lead',
    group('leadsourcecode', 'source') + value('leadid', 'count', 'n') + '<order alias="source" descending="true"/>',
    'select leadsourcecode as source, count(*) as n from lead group by leadsourcecode order by leadsourcecode desc',
    true,
  ),
  ask(
    'by a column of a link',
    'contact',
    `<link-entity name="account" from="accountid" to="parentcustomerid" alias="a">${group('industrycode', 'industry')}</link-entity>${value('contactid', 'count', 'n')}`,
    'select a.industrycode as industry, count(*) as n from contact c join account a on a.accountid = c.parentcustomerid group by a.industrycode',
  ),
  ask(
    'a value of an outer link',
    'account',
    `${group('statecode', 'state')}<link-entity name="opportunity" from="parentaccountid" to="accountid" link-type="outer" alias="o">${value('opportunityid', 'countcolumn', 'deals')}${value('estimatedvalue_base', 'sum', 'total')}</link-entity>`,
    'select a.statecode as state, count(o.opportunityid) as deals, coalesce(sum(o.estimatedvalue_base), 0) as total from account a left join opportunity o on o.parentaccountid = a.accountid group by a.statecode',
  ),
  ask(
    'by kind of activity',
    'activitypointer',
    group('activitytypecode', 'kind') + value('activityid', 'count', 'n'),
    'select activitytypecode as kind, count(*) as n from activitypointer group by activitytypecode',
  ),
]

/** Weeks begin on Sunday, and the first holds 1 January. */
const week = (wall: string): string => `(strftime('%U', ${wall}) + (strftime('%w', ${wall}, 'start of year') <> '0'))`
const PARTS: readonly (readonly [grouping: string, part: (wall: string) => string])[] = [
  ['day', (wall) => `(0 + strftime('%d', ${wall}))`],
  ['week', week],
  ['month', (wall) => `(0 + strftime('%m', ${wall}))`],
  ['quarter', (wall) => `((strftime('%m', ${wall}) + 2) / 3)`],
  ['year', (wall) => `(0 + strftime('%Y', ${wall}))`],
]

/** What a part is a part of, which query_crm groups by, too: a month alone comes round again. */
const WIDER: Readonly<Record<string, string>> = { day: '%Y %m', week: '%Y', month: '%Y', quarter: '%Y', year: '' }

/** Dataverse orders by the number alone, query_crm in the order of time: a month would else stand by those of other years. */
const byDate = (name: string, column: string, wall: string, more = '', order: '' | 'asc' | 'desc' = ''): Query[] =>
  PARTS.map(([grouping, part]) => {
    const table = column === 'estimatedclosedate' ? 'opportunity' : 'task'
    const counted = `select ${part(wall)} as part, count(*) as n from ${table} group by 1`
    const wider = `strftime('${WIDER[grouping] ?? ''}', ${wall})`
    const ordered = order && `<order alias="part" descending="${order === 'desc'}"/>`
    return {
      ...ask(
        `${column} by ${grouping}${name}`,
        table,
        group(column, 'part', ` dategrouping="${grouping}"${more}`) + value('createdon', 'countcolumn', 'n') + ordered,
        order ? `${counted} order by 1 ${order}` : counted,
        order !== '',
      ),
      toolSql: `${counted}, ${wider}${order && ` order by ${wider} ${order}, 1 ${order}`}`,
    }
  })

const dates: readonly Query[] = [
  ...byDate(' in order', 'scheduledend', 'local(scheduledend)', '', 'asc'),
  ...byDate(', the latest first', 'estimatedclosedate', 'estimatedclosedate', '', 'desc'),
  ...byDate(' where the person is', 'scheduledend', 'local(scheduledend)'),
  ...byDate(', a date without a time', 'estimatedclosedate', 'estimatedclosedate'),
  ...byDate(
    ' in UTC',
    'scheduledend',
    "replace(replace(scheduledend, 'T', ' '), 'Z', '')",
    ' usertimezone="false"',
  ).slice(0, 1),
  ask(
    'by year and month',
    'opportunity',
    group('actualclosedate', 'year', ' dategrouping="year"') +
      group('actualclosedate', 'month', ' dategrouping="month"') +
      value('actualvalue_base', 'sum', 'won') +
      filter(condition('statecode', 'eq', '1')),
    "select 0 + strftime('%Y', actualclosedate) as year, 0 + strftime('%m', actualclosedate) as month, coalesce(sum(actualvalue_base), 0) as won from opportunity where statecode = 1 group by 1, 2",
  ),
]

const apply = (name: string, entity: string, transformation: string, sql: string): Query => ({
  name: `$apply: ${name}`,
  entity,
  odata: { apply: transformation },
  sql,
})

const applied: readonly Query[] = [
  apply('$count', 'account', 'aggregate($count as n)', 'select count(*) as n from account'),
  apply(
    'sum, average, min and max',
    'opportunity',
    'aggregate(estimatedvalue_base with sum as s,estimatedvalue_base with average as a,estimatedvalue_base with min as low,estimatedvalue_base with max as high)',
    'select coalesce(sum(estimatedvalue_base), 0) as s, avg(estimatedvalue_base) as a, min(estimatedvalue_base) as low, max(estimatedvalue_base) as high from opportunity',
  ),
  apply(
    'countdistinct',
    'account',
    'aggregate(industrycode with countdistinct as n)',
    'select count(distinct industrycode) as n from account',
  ),
  apply(
    'groupby',
    'opportunity',
    'groupby((salesstage),aggregate($count as n,estimatedvalue_base with sum as total))',
    'select salesstage, count(*) as n, coalesce(sum(estimatedvalue_base), 0) as total from opportunity group by salesstage',
  ),
  apply(
    'groupby alone: distinct values',
    'account',
    'groupby((industrycode,statecode))',
    'select distinct industrycode, statecode from account',
  ),
  apply(
    'groupby a lookup',
    'lead',
    'groupby((_ownerid_value),aggregate($count as n))',
    'select ownerid as _ownerid_value, count(*) as n from lead group by ownerid',
  ),
  apply(
    'groupby a column of a lookup’s row',
    'account',
    'groupby((primarycontactid/fullname),aggregate($count as n))',
    'select c.fullname as contact_fullname, count(*) as n from account a left join contact c on c.contactid = a.primarycontactid group by c.fullname',
  ),
  apply(
    'filter before groupby',
    'opportunity',
    'filter(statecode eq 0 and estimatedvalue gt 20000)/groupby((opportunityratingcode),aggregate(estimatedvalue with max as most))',
    'select opportunityratingcode, max(estimatedvalue_base) as most from opportunity where statecode = 0 and estimatedvalue > 20000 group by opportunityratingcode',
  ),
]

const appliedMoney: readonly Query[] = [
  apply(
    'money in currencies of its own',
    'opportunity',
    'groupby((statecode),aggregate(estimatedvalue with sum as s,estimatedvalue with average as a,actualvalue with sum as won))',
    'select statecode, coalesce(sum(estimatedvalue_base), 0) as s, round(avg(estimatedvalue_base), 4) as a, coalesce(sum(actualvalue_base), 0) as won from opportunity group by statecode',
  ),
]

export const aggregateQueries: readonly Query[] = [...whole, ...money, ...groups, ...dates]
export const applyQueries: readonly Query[] = [...applied, ...appliedMoney]
