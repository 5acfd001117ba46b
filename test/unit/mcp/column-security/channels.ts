/** Ways to ask for `creditlimit` or `hp_passportnumber`; `sql` gives the ids, or the one number, that others get. */
export type Channel = { readonly name: string; readonly args: Readonly<Record<string, unknown>>; readonly sql: string }

const account = (inner: string, attributes = '<attribute name="name"/>', options = ''): string =>
  `<fetch${options}><entity name="account">${attributes}${inner}</entity></fetch>`
const condition = (attribute: string, operator: string, more = ''): string =>
  `<filter><condition attribute="${attribute}" operator="${operator}"${more}/></filter>`
const odata = (filter: string, entity = 'account') => ({
  entity,
  select: ['modifiedon'],
  filter,
  top: 500,
  count: true,
})
const xml = (fetchxml: string) => ({ fetchxml, top: 500 })
const accounts = (where: string): string => `select accountid from account where ${where}`
const contacts = (where: string): string =>
  `select c.contactid from contact c join account a on a.accountid = c.parentcustomerid where ${where}`
const parentLink = (inner: string, more = ''): string =>
  `<fetch><entity name="contact"><attribute name="fullname"/>%<link-entity name="account" from="accountid" to="parentcustomerid" alias="a"${more}>${inner}</link-entity></entity></fetch>`

/** Conditions: the hidden value decides which rows come. */
export const CONDITIONS: readonly Channel[] = [
  { name: 'OData: a guess', args: odata('creditlimit ge 50000'), sql: accounts('creditlimit >= 50000') },
  { name: 'OData: no value', args: odata('creditlimit eq null'), sql: accounts('creditlimit is null') },
  {
    name: 'OData: a negative',
    args: odata('not (creditlimit ge 50000)'),
    sql: accounts('creditlimit < 50000 or creditlimit is null'),
  },
  { name: 'OData: the twin', args: odata('creditlimit_base gt 0'), sql: accounts('creditlimit_base > 0') },
  { name: 'OData: two columns', args: odata('creditlimit lt revenue'), sql: accounts('creditlimit < revenue') },
  { name: 'OData: as the other column', args: odata('revenue gt creditlimit'), sql: accounts('revenue > creditlimit') },
  {
    name: 'OData: a list',
    args: odata('creditlimit in (20000, 25000)'),
    sql: accounts('creditlimit in (20000, 25000)'),
  },
  {
    name: 'OData: a path',
    args: odata('parentcustomerid_account/creditlimit gt 20000', 'contact'),
    sql: contacts('a.creditlimit > 20000'),
  },
  {
    name: 'OData: any',
    args: odata('contact_customer_accounts/any(c:c/hp_passportnumber ne null)'),
    sql: accounts('accountid in (select parentcustomerid from contact where hp_passportnumber is not null)'),
  },
  {
    name: 'OData: all',
    args: odata('contact_customer_accounts/all(c:c/hp_passportnumber eq null)'),
    sql: accounts(
      'accountid not in (select parentcustomerid from contact where hp_passportnumber is not null and parentcustomerid is not null)',
    ),
  },
  {
    name: 'FetchXML',
    args: xml(account(condition('creditlimit', 'gt', ' value="20000"'))),
    sql: accounts('creditlimit > 20000'),
  },
  {
    name: 'FetchXML: valueof',
    args: xml(account(condition('revenue', 'gt', ' valueof="creditlimit"'))),
    sql: accounts('revenue > creditlimit'),
  },
  {
    name: 'FetchXML: in a link',
    args: xml(parentLink(condition('creditlimit', 'gt', ' value="20000"')).replace('%', '')),
    sql: contacts('a.creditlimit > 20000'),
  },
  {
    name: 'FetchXML: by an alias that is another table’s name',
    args: xml(
      parentLink('')
        .replace('alias="a"', 'alias="lead"')
        .replace('%', condition('creditlimit', 'gt', ' value="20000" entityname="lead"')),
    ),
    sql: contacts('a.creditlimit > 20000'),
  },
  {
    name: 'FetchXML: valueof across tables',
    args: xml(
      account(
        `${condition('revenue', 'gt', ' valueof="a.creditlimit"')}<link-entity name="account" from="accountid" to="parentaccountid" alias="a"/>`,
      ),
    ),
    sql: 'select x.accountid from account x join account a on a.accountid = x.parentaccountid where x.revenue > a.creditlimit',
  },
  {
    name: 'FetchXML: any',
    args: xml(
      account(
        `<filter><link-entity name="contact" from="parentcustomerid" to="accountid" link-type="any">${condition('hp_passportnumber', 'not-null')}</link-entity></filter>`,
      ),
    ),
    sql: accounts('accountid in (select parentcustomerid from contact where hp_passportnumber is not null)'),
  },
]

/** Orders and totals: the hidden value decides what comes first, or what they come to. */
export const TOTALS: readonly Channel[] = [
  {
    name: 'FetchXML: a sum',
    args: xml(account('', '<attribute name="creditlimit" alias="n" aggregate="sum"/>', ' aggregate="true"')),
    sql: 'select sum(creditlimit_base) from account',
  },
  {
    name: 'FetchXML: a count of values',
    args: xml(account('', '<attribute name="creditlimit" alias="n" aggregate="countcolumn"/>', ' aggregate="true"')),
    sql: 'select count(creditlimit) from account',
  },
  {
    name: 'FetchXML: a count of different values',
    args: xml(
      account(
        '',
        '<attribute name="creditlimit" alias="n" aggregate="countcolumn" distinct="true"/>',
        ' aggregate="true"',
      ),
    ),
    sql: 'select count(distinct creditlimit) from account',
  },
  {
    name: 'FetchXML: the largest of a link',
    args: xml(
      '<fetch aggregate="true"><entity name="contact"><link-entity name="account" from="accountid" to="parentcustomerid" alias="a"><attribute name="creditlimit_base" alias="n" aggregate="max"/></link-entity></entity></fetch>',
    ),
    sql: 'select max(a.creditlimit_base) from contact c join account a on a.accountid = c.parentcustomerid',
  },
]

export const ORDERS: readonly Channel[] = [
  {
    name: 'OData: an order',
    args: { entity: 'account', select: ['name'], orderby: 'creditlimit desc', top: 500 },
    sql: 'select accountid from account order by creditlimit desc, accountid',
  },
  {
    name: 'FetchXML: an order',
    args: xml(account('<order attribute="creditlimit" descending="true"/>')),
    sql: 'select accountid from account order by creditlimit desc, accountid',
  },
]

/** A selection: the columns that it asks for are what the rows of SQL have beside the id. */
export type Selection = Channel & {
  /** What the result calls the hidden columns. */
  readonly hidden: string
  /** Where the value of a row of the tool's stands. */
  readonly valueOf: (row: Row) => unknown
}
export type Row = Readonly<Record<string, unknown>>

const LIMITS = 'select accountid, creditlimit from account order by accountid'
const PARENTS =
  'select c.contactid, a.creditlimit from contact c join account a on a.accountid = c.parentcustomerid order by c.contactid'
const linked = parentLink('<attribute name="creditlimit"/>').replace('%', '')

export const SELECTIONS: readonly Selection[] = [
  {
    name: 'OData',
    args: { entity: 'account', select: ['name', 'creditlimit'], top: 500 },
    sql: LIMITS,
    hidden: 'creditlimit is',
    valueOf: (row) => row['creditlimit'],
  },
  {
    name: 'OData: nothing else',
    args: { entity: 'account', select: ['creditlimit'], top: 500 },
    sql: LIMITS,
    hidden: 'creditlimit is',
    valueOf: (row) => row['creditlimit'],
  },
  {
    name: 'OData: by label, with its twin',
    args: { entity: 'account', select: ['Credit Limit', 'creditlimit_base'], top: 500 },
    sql: LIMITS,
    hidden: 'creditlimit and creditlimit_base are',
    valueOf: (row) => row['creditlimit'],
  },
  {
    name: 'OData: a lookup that is expanded',
    args: {
      entity: 'contact',
      select: ['fullname'],
      filter: 'parentcustomerid_account/accountid ne null',
      expand: [{ lookup: 'parentcustomerid_account', select: ['creditlimit'] }],
      top: 500,
    },
    sql: PARENTS,
    hidden: 'creditlimit of account is',
    valueOf: (row) => row['parentcustomerid_account.creditlimit'],
  },
  {
    name: 'FetchXML',
    args: xml(account('', '<attribute name="name"/><attribute name="creditlimit"/>')),
    sql: LIMITS,
    hidden: 'creditlimit is',
    valueOf: (row) => row['creditlimit'],
  },
  {
    name: 'FetchXML: under an alias',
    args: xml(account('', '<attribute name="name"/><attribute name="creditlimit" alias="size"/>')),
    sql: LIMITS,
    hidden: 'creditlimit is',
    valueOf: (row) => row['size'],
  },
  {
    name: 'FetchXML: through a link',
    args: xml(linked),
    sql: PARENTS,
    hidden: 'creditlimit of account is',
    valueOf: (row) => row['a.creditlimit'],
  },
]
