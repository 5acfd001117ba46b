import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { parseFetch } from '../../../../sandbox/dataverse/fetchxml/parse.ts'
import type { Harness } from '../harness.ts'
import { ANALYST, seeded, startHarness } from '../harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

const fetchOf = (inner: string, attributes = ''): string =>
  `<fetch ${attributes}><entity name="account">${inner}</entity></fetch>`
const where = (condition: string): string => fetchOf(`<filter>${condition}</filter>`)
const aggregate = (inner: string): string => fetchOf(inner, 'aggregate="true"')
const contactLink = (rest: string): string => fetchOf(`<link-entity name="contact" ${rest}/>`)

test.each<[string, string, string, string]>([
  ['nothing', '', '0x80041124', "Xml String can't be null."],
  ['a document type', `<!DOCTYPE fetch [<!ENTITY a "b">]>${fetchOf('')}`, '0x80040201', 'DTD is prohibited'],
  ['no XML', '<fetch><entity name="account"></fetch>', '0x80040201', 'Invalid XML.'],
  ['no entity', '<fetch/>', '0x80041123', 'A required element was not specified.'],
  ['an entity without a name', '<fetch><entity/></fetch>', '0x8004111e', "'name' of <entity>"],
  ['an unknown attribute of fetch', fetchOf('', 'limit="5"'), '0x8004111c', "<fetch> has no attribute 'limit'"],
  ['an unknown attribute of condition', where('<condition attribute="name" op="eq"/>'), '0x8004111c', "'op'"],
  ['an attribute in another case', fetchOf('<attribute Name="name"/>'), '0x8004111c', "'Name'"],
  ['an unknown element', fetchOf('<columns/>'), '0x8004111c', '<columns> in <entity>'],
  [
    'a condition outside a filter',
    fetchOf('<condition attribute="name" operator="null"/>'),
    '0x8004111c',
    '<condition>',
  ],
  ['a flag that is none', fetchOf('', 'distinct="yes"'), '0x80041115', 'distinct'],
  ['another', fetchOf('', 'no-lock="maybe"'), '0x80041118', 'no-lock'],
  ['another', fetchOf('<order attribute="name" descending="desc"/>'), '0x80041119', 'descending'],
  ['another', aggregate('<attribute name="name" alias="a" groupby="y"/>'), '0x8004112e', 'groupby'],
  ['another mapping', fetchOf('', 'mapping="physical"'), '0x80041116', "'logical'"],
  ['an offset', fetchOf('', 'utc-offset="60"'), '0x8004111d', 'utc-offset'],
  ['another data source', fetchOf('', 'datasource="tape"'), '0x80041139', 'datasource'],
  ['another hint', fetchOf('<filter hint="fast"/>'), '0x80041139', 'hint'],
  ['two unions', fetchOf('<filter hint="union"/><filter hint="union"/>'), '0x8004111c', 'union'],
  ['no columns, distinct', fetchOf('<no-attrs/>', 'distinct="true"'), '0x8004112c', 'no-attrs'],
  ['a page of none', fetchOf('', 'count="0"'), '0x80041139', "'count'"],
  ['a top of 5,001', fetchOf('', 'top="5001"'), '0x80041139', "'top'"],
  ['a top in words', fetchOf('', 'top="ten"'), '0x80041139', "'ten'"],
  ['top with page', fetchOf('', 'top="1" page="1"'), '0x8004111c', "'top'"],
  ['top with a total', fetchOf('', 'top="1" returntotalrecordcount="true"'), '0x8004111c', "'top'"],
  ['a limit above the limit', fetchOf('', 'aggregatelimit="50001"'), '0x80041139', 'aggregatelimit'],
  ['an alias with a space', fetchOf('<attribute name="name" alias="my name"/>'), '0x80041109', 'invalid characters'],
  [
    'an alias twice',
    fetchOf('<attribute name="name" alias="a"/><attribute name="revenue" alias="a"/>'),
    '0x80041130',
    "'a'",
  ],
  ['an unknown column, ordered by', fetchOf('<order attribute="turnover"/>'), '0x80041103', 'turnover'],
  ['an order without column', fetchOf('<order descending="true"/>'), '0x80041133', 'attribute is required'],
  ['an order by alias', fetchOf('<attribute name="name" alias="a"/><order alias="a"/>'), '0x80041132', 'alias'],
  [
    'an unknown cookie',
    fetchOf('', 'page="2" paging-cookie="next"'),
    '0x8004112a',
    'Malformed XML in the Paging Cookie',
  ],
  ['an operator of SQL', where('<condition attribute="name" operator="="/>'), '0x80044253', "'='"],
  ['an operator in upper case', where('<condition attribute="name" operator="EQ" value="a"/>'), '0x80044253', "'EQ'"],
  ['no value', where('<condition attribute="name" operator="eq"/>'), '0x80040203', "Use 'Null' or 'NotNull'"],
  ['no values', where('<condition attribute="name" operator="in"/>'), '0x80040203', 'null is not a valid value'],
  [
    'one of two values',
    where('<condition attribute="revenue" operator="between" value="1"/>'),
    '0x80041108',
    '2 values',
  ],
  [
    'two of one value',
    where('<condition attribute="name" operator="eq"><value>a</value><value>b</value></condition>'),
    '0x80041108',
    '1 value',
  ],
  [
    'text for a choice',
    where('<condition attribute="industrycode" operator="eq" value="Retail"/>'),
    '0x80041108',
    'System.Int32',
  ],
  [
    'text for money',
    where('<condition attribute="revenue" operator="gt" value="1,000"/>'),
    '0x80041108',
    'System.Decimal',
  ],
  [
    'a name for a lookup',
    where('<condition attribute="ownerid" operator="eq" value="Priya Nair"/>'),
    '0x80041108',
    'System.Guid',
  ],
  [
    'a word for a flag',
    where('<condition attribute="creditonhold" operator="eq" value="no"/>'),
    '0x80041108',
    'System.Boolean',
  ],
  [
    'a day that is none',
    where('<condition attribute="createdon" operator="on" value="2026-02-30"/>'),
    '0x80041108',
    '2026-02-30',
  ],
  [
    'a day before SQL’s first',
    where('<condition attribute="createdon" operator="on" value="0001-01-01"/>'),
    '0x80041108',
    'supported range',
  ],
  [
    'no days',
    where('<condition attribute="createdon" operator="last-x-days" value="0"/>'),
    '0x8004110c',
    'greater than zero',
  ],
  [
    'a fifth quarter',
    where('<condition attribute="createdon" operator="in-fiscal-period" value="5"/>'),
    '0x80041108',
    '1 to 4',
  ],
  [
    'a person’s operator on text',
    where('<condition attribute="name" operator="eq-userid"/>'),
    '0x80048415',
    'eq-userid',
  ],
  [
    'choices of one choice',
    where('<condition attribute="industrycode" operator="contain-values" value="5"/>'),
    '0x80048415',
    'contain-values',
  ],
  [
    'a tree of no hierarchy',
    where('<condition attribute="primarycontactid" operator="under" value="11111111-2222-4333-8444-555555555555"/>'),
    '0x80048415',
    'hierarchical',
  ],
  [
    'a column compared by in',
    where('<condition attribute="name" operator="in" valueof="accountnumber"/>'),
    '0x80041120',
    'valueof',
  ],
  [
    'text compared with money',
    where('<condition attribute="name" operator="eq" valueof="revenue"/>'),
    '0x80041108',
    'same type',
  ],
  [
    'a filter’s link outside',
    contactLink('from="parentcustomerid" to="accountid" link-type="any"'),
    '0x80041117',
    "'any'",
  ],
  [
    'a join inside a filter',
    fetchOf('<filter><link-entity name="contact" from="parentcustomerid" to="accountid"/></filter>'),
    '0x80041117',
    "'inner'",
  ],
  ['several relationships to choose from', contactLink('alias="c"'), '0x80041102', 'from and to attributes'],
  [
    'a join on several choices',
    contactLink('from="sample_outdooractivities" to="name"'),
    '0x80041117',
    'MultiSelectPicklist',
  ],
  [
    'a sum outside an aggregate',
    fetchOf('<attribute name="revenue" aggregate="sum" alias="s"/>'),
    '0x8004111a',
    "aggregate='true'",
  ],
  ['an aggregate of nothing', aggregate(''), '0x8004111a', 'needs an attribute'],
  ['a median', aggregate('<attribute name="revenue" aggregate="median" alias="m"/>'), '0x8004111a', "'median'"],
  ['a group without alias', aggregate('<attribute name="name" groupby="true"/>'), '0x80041109', 'alias'],
  [
    'a group that sums',
    aggregate('<attribute name="revenue" groupby="true" aggregate="sum" alias="s"/>'),
    '0x80041137',
    'not both',
  ],
  [
    'a date in no group',
    aggregate('<attribute name="createdon" groupby="true" alias="d"/>'),
    '0x8004111a',
    'dategrouping',
  ],
  [
    'a decade',
    aggregate('<attribute name="createdon" groupby="true" dategrouping="decade" alias="d"/>'),
    '0x80041135',
    'dategrouping',
  ],
  [
    'a month of a name',
    aggregate('<attribute name="name" groupby="true" dategrouping="month" alias="d"/>'),
    '0x80041135',
    "'name'",
  ],
  [
    'groups ordered by column',
    aggregate('<attribute name="name" groupby="true" alias="d"/><order attribute="name"/>'),
    '0x80041131',
    'Use an alias',
  ],
  [
    'groups ordered by nothing',
    aggregate('<attribute name="name" groupby="true" alias="d"/><order descending="1"/>'),
    '0x80041134',
    'alias is required',
  ],
  [
    'groups ordered by another alias',
    aggregate('<attribute name="name" groupby="true" alias="d"/><order alias="e"/>'),
    '0x8004110a',
    "'e'",
  ],
  [
    'another count of children',
    fetchOf('<attribute name="accountid" rowaggregate="Sum"/>'),
    '0x80041139',
    'rowaggregate',
  ],
])('%s: %s', async (_what, xml, code, text) => {
  const reply = await harness.fetchXml(ANALYST, 'accounts', xml)
  expect([reply.status, reply.body.error?.code]).toEqual([400, code])
  expect(reply.body.error.message).toContain(text)
})

test('a query may have 500 conditions and no more', () => {
  const conditions = (count: number): string => where('<condition attribute="name" operator="null"/>'.repeat(count))
  expect(parseFetch(conditions(500)).source.filters[0]?.conditions.length).toBe(500)
  expect(() => parseFetch(conditions(501))).toThrow('Number of conditions in query exceeded maximum limit.')
})

test('without a column named, all are returned, unless none is wanted', async () => {
  const columns = async (inner: string): Promise<number> => {
    const { body } = await harness.fetchXml(ANALYST, 'accounts', fetchOf(inner, 'top="1"'), '')
    return Object.keys(body.value[0] as object).length
  }
  const link = '<link-entity name="contact" from="contactid" to="primarycontactid"/>'
  const all = await columns('<all-attributes/>')
  expect(all).toBeGreaterThan(25)
  expect([await columns(''), await columns(link), await columns('<no-attrs/>')]).toEqual([all, all, 2])
})

test('a page of more than 5,000 is one of 5,000', () => {
  expect(parseFetch(fetchOf('', 'count="20000"')).count).toBe(5000)
})

test('what only old views carry is read and ignored', async () => {
  const xml = `<fetch version="1.0" output-format="xml-platform" mapping="logical" savedqueryid="x" no-lock="true" options="Recompile" latematerialize="1" xmlns:g="urn:g"><entity name="account" enableprefiltering="true"><attribute name="name" build="1.504021"/><filter isquickfindfields="1"><condition attribute="accountid" operator="not-null" uiname="a" uitype="account" uihidden="0" g:x="1"/></filter><link-entity name="contact" from="contactid" to="primarycontactid" visible="false" intersect="false"/></entity></fetch>`
  const withContact = seeded('account').filter(({ primarycontactid = null }) => primarycontactid !== null)
  expect((await harness.fetchXml(ANALYST, 'accounts', xml)).body.value.length).toBe(withContact.length)
})

test('FetchXML may be encoded twice, as Microsoft’s samples are, and asked for with $count', async () => {
  const twice = encodeURIComponent(encodeURIComponent(fetchOf('<attribute name="name"/>')))
  expect((await harness.get(ANALYST, `accounts?fetchXml=${twice}&$count=true`)).body.value.length).toBe(
    seeded('account').length,
  )
})

test('there are no retained rows', async () => {
  expect((await harness.fetchXml(ANALYST, 'accounts', fetchOf('', 'datasource="retained"'))).body.value).toEqual([])
})
