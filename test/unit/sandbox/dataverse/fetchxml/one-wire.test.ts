// What one FetchXML for every list needs, and what the service would not take.
// @see fetchxml/filter-rows.md, fetchxml/join-tables.md, fetchxml/order-rows.md of MicrosoftDocs/powerapps-docs
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import { ANALYST, startHarness, type Harness, type Loose } from '../harness.ts'

let harness: Harness
beforeAll(async () => {
  const names = ['100% oak', '100 oak', 'a_b oak', 'axb oak', 'a[b] oak']
  const rows = names.map((name, index) => ({
    entity: 'account',
    values: { accountid: idOf('one-wire', index), accountnumber: 'WIRE', name, statecode: 0 },
  }))
  harness = await startHarness({ rows })
})
afterAll(() => harness.close())

const fetchOf = (entity: string, inner: string, attributes = ''): string =>
  `<fetch ${attributes}><entity name="${entity}">${inner}</entity></fetch>`
const inFilter = (type: string, inner: string): string =>
  `<filter><link-entity name="opportunity" from="parentaccountid" to="accountid" link-type="${type}">${inner}</link-entity></filter>`
const open = '<filter><condition attribute="statecode" operator="eq" value="0"/></filter>'
const none = '<filter><condition attribute="name" operator="eq" value="no such deal"/></filter>'

async function ask(set: string, xml: string): Promise<Loose[]> {
  const reply = await harness.fetchXml(ANALYST, set, xml)
  expect([reply.status, reply.body.error]).toEqual([200, undefined])
  return reply.body.value as Loose[]
}
const accounts = async (inner: string): Promise<number> =>
  (await ask('accounts', fetchOf('account', `<attribute name="accountid"/>${inner}`))).length

describe('links inside filters', () => {
  test('any and not any part the accounts, all and not all those with deals', async () => {
    const all = await accounts('')
    expect((await accounts(inFilter('any', open))) + (await accounts(inFilter('not any', open)))).toBe(all)
    const having = await accounts(inFilter('any', ''))
    expect((await accounts(inFilter('all', open))) + (await accounts(inFilter('not all', open)))).toBe(having)
    expect(await accounts(inFilter('any', none))).toBe(0)
  })

  test('any in any is a join of both', async () => {
    const owner = (type: string): string =>
      `<filter><link-entity name="systemuser" from="systemuserid" to="owninguser" link-type="${type}"><filter><condition attribute="fullname" operator="like" value="m%"/></filter></link-entity></filter>`
    const nested = await accounts(inFilter('any', owner('any')))
    expect(nested).toBeGreaterThan(0)
    const joined = await ask(
      'accounts',
      fetchOf(
        'account',
        `<attribute name="accountid"/><link-entity name="opportunity" from="parentaccountid" to="accountid"><link-entity name="systemuser" from="systemuserid" to="owninguser"><filter><condition attribute="fullname" operator="like" value="m%"/></filter></link-entity></link-entity>`,
        'distinct="true"',
      ),
    )
    expect(nested).toBe(joined.length)
    expect(await accounts(inFilter('any', owner('not any')))).toBeGreaterThan(0)
  })

  test('any over an intersect table', async () => {
    const team = '<filter><condition attribute="name" operator="eq" value="key accounts"/></filter>'
    const member = `<filter><link-entity name="teammembership" from="systemuserid" to="systemuserid" link-type="any"><filter><link-entity name="team" from="teamid" to="teamid" link-type="any">${team}</link-entity></filter></link-entity></filter>`
    const found = await ask('systemusers', fetchOf('systemuser', `<attribute name="fullname"/>${member}`))
    const joined = `<link-entity name="teammembership" from="systemuserid" to="systemuserid" intersect="true"><link-entity name="team" from="teamid" to="teamid">${team}</link-entity></link-entity>`
    const same = await ask('systemusers', fetchOf('systemuser', `<attribute name="fullname"/>${joined}`))
    const names = (rows: Loose[]): string[] => rows.map(({ fullname }) => String(fullname)).sort()
    expect(names(found)).toEqual(names(same))
    expect(found.length).toBeGreaterThan(0)
  })
})

describe('conditions and orders of a link, in the entity', () => {
  const link = (type: string): string =>
    `<link-entity name="contact" from="contactid" to="primarycontactid" link-type="${type}" alias="p"><attribute name="lastname"/></link-entity>`
  const after = (condition: string): string => `<filter><condition entityname="p" ${condition}/></filter>`

  test('null and not-null behind an outer link part the rows', async () => {
    const without = await accounts(`${after('attribute="contactid" operator="null"')}${link('outer')}`)
    const having = await accounts(`${after('attribute="contactid" operator="not-null"')}${link('outer')}`)
    expect([without > 0, having > 0, without + having]).toEqual([true, true, await accounts('')])
  })

  test('another operator behind an outer link is as in an inner one; valueof compares across', async () => {
    const like = 'attribute="lastname" operator="like" value="h%"'
    expect(await accounts(`${after(like)}${link('outer')}`)).toBe(await accounts(`${after(like)}${link('inner')}`))
    const same =
      '<filter><condition attribute="primarycontactid" operator="eq" valueof="p.contactid"/></filter>' + link('outer')
    expect(await accounts(same)).toBe(
      await accounts(`${after('attribute="contactid" operator="not-null"')}${link('outer')}`),
    )
  })

  test('an order by the link’s column comes where it stands, choices by value with useraworderby', async () => {
    const xml = `<attribute name="name"/><order entityname="p" attribute="lastname"/><order attribute="name" descending="true"/>${link('inner')}`
    const names = (await ask('accounts', fetchOf('account', xml))).map((row) => String(row['p.lastname']).toLowerCase())
    expect(names).toEqual(names.toSorted(new Intl.Collator('en-GB', { sensitivity: 'base' }).compare))
    const raw = fetchOf(
      'account',
      '<attribute name="industrycode"/><order attribute="industrycode"/>',
      'useraworderby="true"',
    )
    const values = (await ask('accounts', raw)).flatMap(({ industrycode: code }) => (code as number | undefined) ?? [])
    expect(values).toEqual(values.toSorted((left, right) => left - right))
  })
})

describe('text, parties, activities', () => {
  test.each([
    ['100[%]%', ['100% oak']],
    ['a[_]b%', ['a_b oak']],
    ['a[[]b]%', ['a[b] oak']],
    ['a_b%', ['a[b] oak', 'a_b oak', 'axb oak']],
  ])('like %s', async (value, names) => {
    const xml = `<attribute name="name"/><filter><condition attribute="accountnumber" operator="eq" value="WIRE"/><condition attribute="name" operator="like" value="${value}"/></filter>`
    const found = (await ask('accounts', fetchOf('account', xml))).map(({ name }) => String(name))
    expect(found.sort()).toEqual(names)
  })

  test('in on the parties of an email, with what a designer writes beside a value', async () => {
    const [party] = await ask(
      'activityparties',
      fetchOf(
        'activityparty',
        '<attribute name="partyid"/><filter><condition attribute="participationtypemask" operator="in"><value>2</value></condition></filter>',
        'top="1"',
      ),
    )
    const id = String(party?._partyid_value)
    const sent = `<link-entity name="activityparty" from="activityid" to="activityid" alias="aa"><filter><condition attribute="participationtypemask" operator="in"><value>2</value><value>3</value></condition><condition attribute="partyid" operator="in"><value uiname="Somebody" uitype="contact">{${id.toUpperCase()}}</value></condition></filter></link-entity>`
    expect(
      (await ask('activitypointers', fetchOf('activitypointer', `<attribute name="subject"/>${sent}`))).length,
    ).toBeGreaterThan(0)
  })

  test('activities regarding an account', async () => {
    const about = `<attribute name="subject"/><attribute name="regardingobjectid"/><link-entity name="account" from="accountid" to="regardingobjectid" alias="about"><attribute name="name"/></link-entity>`
    const rows = await ask('activitypointers', fetchOf('activitypointer', about, 'top="50"'))
    expect(
      new Set(rows.map((row) => String(row['_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname']))),
    ).toEqual(new Set(['account']))
  })

  test('the status of an activity is called as its own kind calls it', async () => {
    const xml = fetchOf('activitypointer', '<attribute name="activitytypecode"/><attribute name="statuscode"/>')
    const label = 'statuscode@OData.Community.Display.V1.FormattedValue'
    const seen = new Set(
      (await ask('activitypointers', xml)).map((row) => `${row.activitytypecode} ${row.statuscode} ${row[label]}`),
    )
    expect([...seen]).toEqual(
      expect.arrayContaining(['task 2 Not Started', 'task 5 Completed', 'phonecall 2 Made', 'appointment 5 Busy']),
    )
    expect([...seen].filter((one) => one.startsWith('task 2'))).toEqual(['task 2 Not Started'])
  })
})

describe('what the service does not take', () => {
  const any = (filter: string): string =>
    `<filter>${filter}<link-entity name="opportunity" from="parentaccountid" to="accountid" link-type="any" alias="o">${open}</link-entity></filter>`
  test.each([
    [
      'a condition outside on a link inside a filter',
      `${any('')}<filter><condition entityname="o" attribute="name" operator="not-null"/></filter>`,
      [400, '0x8004110a'],
    ],
    [
      'the name of a table whose link has an alias',
      '<filter><condition entityname="contact" attribute="lastname" operator="not-null"/></filter><link-entity name="contact" from="contactid" to="primarycontactid" alias="p"/>',
      [400, '0x8004110a'],
    ],
    [
      'a link for filters beside them',
      '<link-entity name="contact" from="contactid" to="primarycontactid" link-type="any"/>',
      [400, '0x80041117'],
    ],
    [
      'an inner link inside a filter',
      '<filter><link-entity name="contact" from="contactid" to="primarycontactid" link-type="inner"/></filter>',
      [400, '0x80041117'],
    ],
    [
      'valueof with like',
      '<filter><condition attribute="name" operator="like" valueof="address1_city"/></filter>',
      [400, '0x80041120'],
    ],
  ])('%s', async (_what, inner, refusal) => {
    const { status, body } = await harness.fetchXml(ANALYST, 'accounts', fetchOf('account', inner))
    expect([status, body.error.code]).toEqual(refusal)
  })

  test('a list of parties is no column to compare: never an empty answer', async () => {
    const xml = fetchOf('email', '<filter><condition attribute="to" operator="not-null"/></filter>')
    expect((await harness.fetchXml(ANALYST, 'emails', xml)).status).toBe(501)
  })
})
