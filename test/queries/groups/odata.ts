import { varietyAccountId } from '../../sandbox/dataverse/seed/variety/customers.ts'
import type { ODataOptions, Query } from '../query.ts'

const PARENT = varietyAccountId('Tidewater UK')

/** A filter over one table, and the same in SQL. */
function where(name: string, entity: string, text: string, condition: string): Query {
  return {
    name: `${name}: ${text}`,
    entity,
    odata: { select: `${entity}id`, filter: text },
    sql: `select ${entity}id from ${entity} x where ${condition}`,
  }
}

const comparisons: readonly Query[] = [
  where('eq', 'account', "name eq 'ALLCAPS timber'", "fold(name) = 'allcaps timber'"),
  where(
    'eq, a doubled apostrophe',
    'account',
    "name eq 'O''Mara & O''Neill Yachts'",
    "name = 'O''Mara & O''Neill Yachts'",
  ),
  where('eq of a number', 'account', 'numberofemployees eq 34', 'numberofemployees = 34'),
  where('eq of money', 'account', 'revenue eq 114700.5', 'revenue = 114700.5'),
  where('eq of a boolean', 'account', 'creditonhold eq true', 'creditonhold = 1'),
  where('eq of a lookup', 'account', `_parentaccountid_value eq ${PARENT}`, `parentaccountid = '${PARENT}'`),
  where('eq of a quoted GUID', 'account', `accountid eq '${PARENT}'`, `accountid = '${PARENT}'`),
  where('eq of a date', 'opportunity', 'estimatedclosedate eq 2026-12-01', "estimatedclosedate = '2026-12-01'"),
  where('ne beside ne null', 'account', 'industrycode ne 5 and industrycode ne null', 'industrycode <> 5'),
  where('gt', 'account', 'numberofemployees gt 100', 'numberofemployees > 100'),
  where('ge', 'opportunity', 'modifiedon ge 2026-11-20T10:35:00Z', "modifiedon >= '2026-11-20T10:35:00Z'"),
  where(
    'lt',
    'opportunity',
    'createdon lt 2026-10-01T01:00:00%2B01:00'.replace('%2B', '+'),
    "createdon < '2026-10-01T00:00:00Z'",
  ),
  where('le', 'opportunity', 'estimatedvalue le 10000.5', 'estimatedvalue <= 10000.5'),
  where('eq null', 'opportunity', 'estimatedclosedate eq null', 'estimatedclosedate is null'),
  where('ne null of a lookup', 'account', '_parentaccountid_value ne null', 'parentaccountid is not null'),
  where('two columns', 'opportunity', 'actualvalue eq estimatedvalue', 'actualvalue = estimatedvalue'),
  where('two columns, ordered', 'opportunity', 'budgetamount lt estimatedvalue', 'budgetamount < estimatedvalue'),
  where('a secured column', 'account', 'creditlimit ge 20000', 'creditlimit >= 20000'),
]

const logic: readonly Query[] = [
  where(
    'and before or',
    'account',
    'statecode eq 1 or creditonhold eq true and donotemail eq true',
    'statecode = 1 or (creditonhold = 1 and donotemail = 1)',
  ),
  where(
    'parentheses',
    'account',
    '(statecode eq 1 or creditonhold eq true) and donotemail eq true',
    '(statecode = 1 or creditonhold = 1) and donotemail = 1',
  ),
  where('not', 'account', 'not (statecode eq 0) and name ne null', 'statecode <> 0'),
  where('not of a function', 'account', "not contains(name,'a') and name ne null", "name not like '%a%'"),
]

const text: readonly Query[] = [
  where('contains', 'account', "contains(name,'OAK')", "name like '%oak%'"),
  where('contains an apostrophe', 'account', "contains(name,'''N')", "instr(fold(name), '''n') > 0"),
  where('contains an umlaut', 'account', "contains(name,'ÖL')", "instr(letters(name), 'ol') > 0"),
  where('contains without the umlaut', 'account', "contains(name,'holz')", "instr(letters(name), 'holz') > 0"),
  where('startswith with an accent too many', 'account', "startswith(name,'tïdé')", "name like 'tide%'"),
  where('eq without the umlaut, with a blank', 'account', "address1_city eq 'Koln '", "fold(address1_city) = 'koln'"),
  where('contains with a wildcard', 'account', "contains(name,'under_score')", "name like '%under_score%'"),
  {
    ...where(
      'contains with a bracketed wildcard',
      'account',
      "contains(name,'under[_]score')",
      "instr(fold(name), 'under_score') > 0",
    ),
    toolSql: "select accountid from account where instr(fold(name), 'under[_]score') > 0",
  },
  where('startswith', 'account', "startswith(name,'tide')", "name like 'tide%'"),
  where('endswith', 'account', "endswith(name,'LTD')", "name like '%ltd'"),
  where('endswith of a text that is null at times', 'contact', "endswith(jobtitle,'er')", "jobtitle like '%er'"),
]

const paths: readonly Query[] = [
  where(
    'a column of a lookup’s row',
    'account',
    "startswith(primarycontactid/fullname,'a')",
    "primarycontactid in (select contactid from contact where fullname like 'a%')",
  ),
  where(
    'two lookups away',
    'contact',
    "parentcustomerid_account/owninguser/fullname eq 'Callum Fraser'",
    "parentcustomerid in (select a.accountid from account a join systemuser u on u.systemuserid = a.owninguser where u.fullname = 'Callum Fraser')",
  ),
  where(
    'a number of a lookup’s row',
    'contact',
    'parentcustomerid_account/numberofemployees ge 100',
    'parentcustomerid in (select accountid from account where numberofemployees >= 100)',
  ),
  where(
    'any',
    'account',
    'opportunity_parent_account/any(o:o/statecode eq 1)',
    'exists (select 1 from opportunity o where o.parentaccountid = x.accountid and o.statecode = 1)',
  ),
  where(
    'any without a condition',
    'account',
    'contact_customer_accounts/any()',
    'exists (select 1 from contact c where c.parentcustomerid = x.accountid)',
  ),
  where(
    'not any',
    'account',
    'not opportunity_parent_account/any(o:o/statecode eq 0)',
    'not exists (select 1 from opportunity o where o.parentaccountid = x.accountid and o.statecode = 0)',
  ),
  where(
    'all, of those that have some',
    'account',
    'opportunity_parent_account/any() and opportunity_parent_account/all(o:o/statecode eq 0)',
    'exists (select 1 from opportunity o where o.parentaccountid = x.accountid) and not exists (select 1 from opportunity o where o.parentaccountid = x.accountid and o.statecode <> 0)',
  ),
  where(
    'any with a path',
    'account',
    "opportunity_parent_account/any(o:o/parentcontactid/lastname eq 'Patel')",
    "exists (select 1 from opportunity o join contact c on c.contactid = o.parentcontactid where o.parentaccountid = x.accountid and c.lastname = 'Patel')",
  ),
  where(
    'any of a many-to-many',
    'systemuser',
    "teammembership_association/any(t:t/name eq 'Key Accounts')",
    "exists (select 1 from teammembership m join team t on t.teamid = m.teamid where m.systemuserid = x.systemuserid and t.name = 'Key Accounts')",
  ),
  where(
    'any of parties',
    'email',
    'email_activity_parties/any(p:p/participationtypemask eq 4)',
    'exists (select 1 from activityparty p where p.activityid = x.activityid and p.participationtypemask = 4)',
  ),
].map((query) =>
  query.entity === 'email'
    ? {
        ...query,
        odata: { ...('odata' in query && query.odata), select: 'activityid' },
        sql: query.sql.replace('emailid', 'activityid'),
      }
    : query,
)

const call = (name: string, entity: string, column: string, values: string, condition: string, more = ''): Query =>
  where(
    name,
    entity,
    `Microsoft.Dynamics.CRM.${name}(PropertyName='${column}',PropertyValues=[${values}])${more}`,
    condition,
  )
const functions: readonly Query[] = [
  call('In', 'account', 'industrycode', '"5","6","23"', 'industrycode in (5, 6, 23)'),
  call(
    'In',
    'account',
    'name',
    `"O'Mara & O'Neill Yachts","100% oak"`,
    "fold(name) in ('o''mara & o''neill yachts', '100% oak')",
  ),
  call('NotIn', 'account', 'industrycode', '"5","9"', 'industrycode not in (5, 9)', ' and industrycode ne null'),
  call('Between', 'account', 'numberofemployees', '"34","68"', 'numberofemployees between 34 and 68'),
  call(
    'NotBetween',
    'account',
    'revenue',
    '"110000","400000"',
    'revenue not between 110000 and 400000',
    ' and revenue ne null',
  ),
  call(
    'ContainValues',
    'contact',
    'hp_interests',
    '"12","2"',
    "',' || hp_interests || ',' like '%,2,%' or ',' || hp_interests || ',' like '%,12,%'",
  ),
  call(
    'DoesNotContainValues',
    'contact',
    'hp_interests',
    '"1","3"',
    "hp_interests is not null and ',' || hp_interests || ',' not like '%,1,%' and ',' || hp_interests || ',' not like '%,3,%'",
    ' and hp_interests ne null',
  ),
]

const shaped = (
  name: string,
  entity: string,
  odata: ODataOptions,
  sql: string,
  more: Pick<Query, 'ordered' | 'flatten'> = {},
): Query => ({ name, entity, odata, sql, ...more })

const shapes: readonly Query[] = [
  shaped(
    '$top of two orders',
    'opportunity',
    { select: 'name', orderby: 'estimatedvalue desc,opportunityid', top: 9 },
    'select opportunityid from opportunity order by estimatedvalue desc, opportunityid limit 9',
    { ordered: true },
  ),
  shaped(
    'an order by choice is one of numbers',
    'opportunity',
    { select: 'statuscode', orderby: 'statuscode,opportunityid desc' },
    'select opportunityid, statuscode from opportunity order by statuscode, opportunityid desc',
    { ordered: true },
  ),
  shaped(
    'an order by lookup is one of names',
    'systemuser',
    { select: 'fullname', orderby: '_businessunitid_value desc,systemuserid' },
    'select u.systemuserid from systemuser u left join raw_businessunit b on b.businessunitid = u.businessunitid order by b.name desc, u.systemuserid',
    { ordered: true },
  ),
  shaped(
    'columns with null among them',
    'account',
    { select: 'name,revenue,creditlimit,_parentaccountid_value,creditonhold' },
    'select accountid, name, revenue, creditlimit, parentaccountid as _parentaccountid_value, creditonhold from account',
  ),
  shaped(
    '$expand of a lookup',
    'account',
    { select: 'name', expand: 'primarycontactid($select=fullname),parentaccountid($select=name)' },
    'select a.accountid, c.fullname as "primarycontactid/fullname", p.name as "parentaccountid/name" from account a left join contact c on c.contactid = a.primarycontactid left join account p on p.accountid = a.parentaccountid',
  ),
  shaped(
    '$expand hides secured columns too',
    'contact',
    { select: 'fullname', expand: 'parentcustomerid_account($select=creditlimit)' },
    'select c.contactid, a.creditlimit as "parentcustomerid_account/creditlimit" from contact c left join account a on a.accountid = c.parentcustomerid',
  ),
  shaped(
    '$expand of a collection, filtered',
    'account',
    { select: 'name', expand: 'opportunity_parent_account($select=name;$filter=statecode eq 0)' },
    'select a.accountid, o.opportunityid as "opportunity_parent_account/opportunityid", o.name as "opportunity_parent_account/name" from account a join opportunity o on o.parentaccountid = a.accountid where o.statecode = 0',
    { flatten: 'opportunity_parent_account' },
  ),
  shaped(
    '$expand of a many-to-many',
    'team',
    { select: 'name', expand: 'teammembership_association($select=fullname)' },
    'select t.teamid, u.fullname as "teammembership_association/fullname" from team t join teammembership m on m.teamid = t.teamid join systemuser u on u.systemuserid = m.systemuserid',
    { flatten: 'teammembership_association' },
  ),
  shaped(
    '$expand in $expand',
    'opportunity',
    { select: 'name', expand: 'parentaccountid($select=name;$expand=primarycontactid($select=fullname))' },
    'select o.opportunityid, a.name as "parentaccountid/name", c.fullname as "parentaccountid/primarycontactid/fullname" from opportunity o left join account a on a.accountid = o.parentaccountid left join contact c on c.contactid = a.primarycontactid',
  ),
]

/** What each person may read, table by table. */
const TABLES = [
  'account',
  'contact',
  'lead',
  'opportunity',
  'incident',
  'quote',
  'salesorder',
  'connection',
  'competitor',
  'product',
  'systemuser',
  'team',
  'businessunit',
  'role',
  'transactioncurrency',
] as const
const ACTIVITIES = ['task', 'email', 'phonecall', 'appointment', 'activitypointer'] as const

export const odataQueries: readonly Query[] = [...comparisons, ...logic, ...text, ...paths, ...functions, ...shapes]
export const tableQueries: readonly Query[] = [
  ...TABLES.map((entity) =>
    shaped(`all of ${entity}`, entity, { select: `${entity}id` }, `select ${entity}id from ${entity}`),
  ),
  ...ACTIVITIES.map((entity) =>
    shaped(`all of ${entity}`, entity, { select: 'subject' }, `select activityid, subject from ${entity}`),
  ),
]
