import type { Query } from '../query.ts'
import { condition, either, fetch, filter } from '../query.ts'

type LinkOptions = { readonly type?: string; readonly alias?: string; readonly inner?: string }
const link = (name: string, from: string, to: string, { type, alias, inner = '' }: LinkOptions = {}): string => {
  const more = `${type === undefined ? '' : ` link-type="${type}"`}${alias === undefined ? '' : ` alias="${alias}"`}`
  return `<link-entity name="${name}" from="${from}" to="${to}"${more}>${inner}</link-entity>`
}
const ids = (entity: string): string => `<attribute name="${entity}id"/>`
const open = filter(condition('statecode', 'eq', '0'))
const openDeals = (type: string, alias?: string): string =>
  link('opportunity', 'parentaccountid', 'accountid', { type, inner: open, ...(alias !== undefined && { alias }) })
const OPEN_DEAL = 'select 1 from opportunity o where o.parentaccountid = a.accountid and o.statecode = 0'

const kinds: readonly Query[] = [
  {
    name: 'inner: one row for each pair, with columns of both',
    entity: 'account',
    fetchXml: fetch(
      'account',
      `<attribute name="name"/>${link('contact', 'parentcustomerid', 'accountid', { alias: 'c', inner: '<attribute name="fullname"/>' })}`,
    ),
    sql: 'select a.accountid, a.name, c.fullname as "c.fullname" from account a join contact c on c.parentcustomerid = a.accountid',
  },
  {
    name: 'outer: accounts without children come once, with nothing',
    entity: 'account',
    fetchXml: fetch(
      'account',
      `${ids('account')}${link('account', 'parentaccountid', 'accountid', { type: 'outer', alias: 'child', inner: '<attribute name="name"/>' })}`,
    ),
    sql: 'select a.accountid, c.name as "child.name" from account a left join account c on c.parentaccountid = a.accountid',
  },
  {
    name: 'outer and entityname null: has none',
    entity: 'account',
    fetchXml: fetch(
      'account',
      `${ids('account')}${filter('<condition entityname="o" attribute="opportunityid" operator="null"/>')}${openDeals('outer', 'o')}`,
    ),
    sql: `select a.accountid from account a where not exists (${OPEN_DEAL})`,
  },
  {
    name: 'a filter after the outer join leaves only what it keeps',
    entity: 'contact',
    fetchXml: fetch(
      'contact',
      `${ids('contact')}${filter('<condition entityname="a" attribute="address1_city" operator="eq" value="Bristol"/>')}${link('account', 'accountid', 'parentcustomerid', { type: 'outer', alias: 'a' })}`,
    ),
    sql: "select c.contactid from contact c join account a on a.accountid = c.parentcustomerid where a.address1_city = 'Bristol'",
  },
  ...['exists', 'in'].map((type): Query => ({
    name: `${type}: each parent once`,
    entity: 'account',
    fetchXml: fetch('account', `${ids('account')}${openDeals(type)}`),
    sql: `select a.accountid from account a where exists (${OPEN_DEAL})`,
  })),
  {
    name: 'matchfirstrowusingcrossapply: each parent once',
    entity: 'account',
    fetchXml: fetch('account', `${ids('account')}${openDeals('matchfirstrowusingcrossapply')}`),
    sql: `select a.accountid from account a where exists (${OPEN_DEAL})`,
  },
  ...(
    [
      ['any', `exists (${OPEN_DEAL})`],
      ['not any', `not exists (${OPEN_DEAL})`],
      ['not all', `exists (${OPEN_DEAL})`],
      [
        'all',
        `not exists (${OPEN_DEAL}) and exists (select 1 from opportunity o where o.parentaccountid = a.accountid)`,
      ],
    ] as const
  ).map(([type, where]): Query => ({
    name: `${type}: related rows in a filter`,
    entity: 'account',
    fetchXml: fetch('account', `${ids('account')}${filter(openDeals(type))}`),
    sql: `select a.accountid from account a where ${where}`,
  })),
  {
    name: 'any beside a condition, under or',
    entity: 'account',
    fetchXml: fetch('account', `${ids('account')}${either(openDeals('any'), condition('creditonhold', 'eq', '1'))}`),
    sql: `select a.accountid from account a where a.creditonhold = 1 or exists (${OPEN_DEAL})`,
  },
]

const TEAM = filter(condition('name', 'eq', 'Key Accounts'))
const paths: readonly Query[] = [
  {
    name: 'members of a team, through its intersect table',
    entity: 'systemuser',
    fetchXml: fetch(
      'systemuser',
      `<attribute name="fullname"/>${link('teammembership', 'systemuserid', 'systemuserid', { inner: link('team', 'teamid', 'teamid', { alias: 't', inner: TEAM }) })}`,
    ),
    sql: "select u.systemuserid, u.fullname from systemuser u join teammembership m on m.systemuserid = u.systemuserid join team t on t.teamid = m.teamid where t.name = 'Key Accounts'",
  },
  {
    name: 'rivals of open deals, a table that one person may not read',
    entity: 'opportunity',
    fetchXml: fetch(
      'opportunity',
      `${ids('opportunity')}${open}${link('opportunitycompetitors', 'opportunityid', 'opportunityid', { inner: link('competitor', 'competitorid', 'competitorid', { alias: 'rival', inner: '<attribute name="name"/>' }) })}`,
    ),
    sql: 'select o.opportunityid, r.name as "rival.name" from opportunity o join opportunitycompetitors x on x.opportunityid = o.opportunityid join competitor r on r.competitorid = x.competitorid where o.statecode = 0',
  },
  {
    name: 'three tables deep',
    entity: 'contact',
    fetchXml: fetch(
      'contact',
      `${ids('contact')}${link('account', 'accountid', 'parentcustomerid', { alias: 'a', inner: link('systemuser', 'systemuserid', 'owninguser', { alias: 'u', inner: '<attribute name="fullname"/>' }) })}`,
    ),
    sql: 'select c.contactid, u.fullname as "u.fullname" from contact c join account a on a.accountid = c.parentcustomerid join systemuser u on u.systemuserid = a.owninguser',
  },
  {
    name: 'a join of two columns that are no keys',
    entity: 'contact',
    fetchXml: fetch(
      'contact',
      `${ids('contact')}${link('lead', 'lastname', 'lastname', { alias: 'l', inner: ids('lead') })}`,
    ),
    sql: 'select c.contactid, l.leadid as "l.leadid" from contact c join lead l on fold(l.lastname) = fold(c.lastname)',
  },
  {
    name: 'valueof of another table',
    entity: 'contact',
    fetchXml: fetch(
      'contact',
      `${ids('contact')}${filter('<condition attribute="ownerid" operator="ne" valueof="a.ownerid"/>')}${link('account', 'accountid', 'parentcustomerid', { alias: 'a' })}`,
    ),
    sql: 'select c.contactid from contact c join account a on a.accountid = c.parentcustomerid where c.ownerid <> a.ownerid',
  },
  {
    name: 'parties of meetings: rows that follow their activity',
    entity: 'activityparty',
    fetchXml: fetch(
      'activityparty',
      `<attribute name="activitypartyid"/>${filter(condition('participationtypemask', 'in', '5', '6', '7'))}${link('activitypointer', 'activityid', 'activityid', { alias: 'p', inner: '<attribute name="subject"/>' })}`,
    ),
    sql: 'select x.activitypartyid, p.subject as "p.subject" from activityparty x join activitypointer p on p.activityid = x.activityid where x.participationtypemask in (5, 6, 7)',
  },
  {
    name: 'accounts without activity',
    entity: 'account',
    fetchXml: fetch(
      'account',
      `${ids('account')}${filter(condition('statecode', 'eq', '0'), link('activitypointer', 'regardingobjectid', 'accountid', { type: 'not any', inner: filter(condition('modifiedon', 'last-x-days', '30')) }))}`,
    ),
    sql: "select a.accountid from account a where a.statecode = 0 and not exists (select 1 from activitypointer p where p.regardingobjectid = a.accountid and local(p.modifiedon) >= date(today(), '-30 days') and p.modifiedon < now_utc())",
  },
  {
    name: 'lines of deals follow their deals',
    entity: 'opportunityproduct',
    fetchXml: fetch('opportunityproduct', ids('opportunityproduct')),
    sql: 'select opportunityproductid from opportunityproduct',
  },
  {
    name: 'lines of quotes follow their quotes',
    entity: 'quotedetail',
    fetchXml: fetch('quotedetail', `<attribute name="extendedamount"/>${filter(condition('quantity', 'ge', '2'))}`),
    sql: 'select quotedetailid, extendedamount from quotedetail where quantity >= 2',
  },
]

const pages: readonly Query[] = [
  {
    name: 'top of an order',
    entity: 'opportunity',
    ordered: true,
    fetchXml: fetch(
      'opportunity',
      `${ids('opportunity')}<order attribute="estimatedvalue" descending="true"/><order attribute="opportunityid"/>`,
      'top="7"',
    ),
    sql: 'select opportunityid from opportunity order by estimatedvalue desc, opportunityid limit 7',
  },
  {
    name: 'the third page of ten',
    entity: 'contact',
    ordered: true,
    fetchXml: fetch(
      'contact',
      `${ids('contact')}<order attribute="createdon"/><order attribute="contactid"/>`,
      'count="10" page="3"',
    ),
    sql: 'select contactid from contact order by createdon, contactid limit 10 offset 20',
  },
  {
    name: 'null comes first and, descending, last',
    entity: 'account',
    ordered: true,
    fetchXml: fetch(
      'account',
      `${ids('account')}<order attribute="numberofemployees" descending="true"/><order attribute="accountnumber"/>`,
    ),
    sql: 'select accountid from account order by numberofemployees desc, accountnumber',
  },
  {
    name: 'a choice by its label, or by its value when asked',
    entity: 'opportunity',
    ordered: true,
    fetchXml: fetch(
      'opportunity',
      `${ids('opportunity')}<order attribute="statuscode"/><order attribute="opportunityid"/>`,
      'useraworderby="true"',
    ),
    sql: 'select opportunityid from opportunity order by statuscode, opportunityid',
  },
  {
    name: 'an order of a link comes after those of the entity',
    entity: 'contact',
    ordered: true,
    fetchXml: fetch(
      'contact',
      `${ids('contact')}${link('account', 'accountid', 'parentcustomerid', { alias: 'a', inner: '<order attribute="accountnumber" descending="true"/>' })}<order attribute="statecode"/><order attribute="contactid"/>`,
    ),
    sql: 'select c.contactid from contact c join account a on a.accountid = c.parentcustomerid order by c.statecode, c.contactid, a.accountnumber desc',
  },
  {
    name: 'distinct values',
    entity: 'account',
    fetchXml: fetch(
      'account',
      '<attribute name="industrycode"/><attribute name="statecode"/><order attribute="industrycode"/>',
      'distinct="true"',
    ),
    sql: 'select distinct industrycode, statecode from account',
  },
  {
    name: 'distinct parents of a join',
    entity: 'account',
    fetchXml: fetch(
      'account',
      `<attribute name="accountnumber"/><order attribute="accountnumber"/>${link('contact', 'parentcustomerid', 'accountid')}`,
      'distinct="true"',
    ),
    sql: 'select distinct a.accountnumber from account a join contact c on c.parentcustomerid = a.accountid',
  },
]

export const joinQueries: readonly Query[] = [...kinds, ...paths, ...pages]
