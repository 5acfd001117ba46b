import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import type { Harness, Loose, Reply } from '../harness.ts'
import { ANALYST, column, startHarness } from '../harness.ts'

const COOKIE = '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie'
const FORMATTED = 'OData.Community.Display.V1.FormattedValue'

let harness: Harness
let accounts: Loose[]
let contacts: Loose[]
beforeAll(async () => {
  harness = await startHarness()
  accounts = (await harness.get(ANALYST, 'accounts')).body.value as Loose[]
  contacts = (await harness.get(ANALYST, 'contacts')).body.value as Loose[]
})
afterAll(() => harness.close())

const fetchOf = (entity: string, inner: string, attributes = ''): string =>
  `<fetch ${attributes}><entity name="${entity}">${inner}</entity></fetch>`

const ask = async (set: string, xml: string): Promise<Reply> => {
  const reply = await harness.fetchXml(ANALYST, set, xml)
  expect([reply.status, reply.body.error]).toEqual([200, undefined])
  return reply
}
const rowsOf = async (set: string, xml: string): Promise<Loose[]> => (await ask(set, xml)).body.value as Loose[]
const names = async (xml: string): Promise<string[]> =>
  (await rowsOf('accounts', xml)).map(({ name }) => String(name)).toSorted()
const accountsWhere = (wanted: (account: Loose, contacts: Loose[]) => boolean): string[] =>
  accounts
    .filter((account) =>
      wanted(
        account,
        contacts.filter((one) => one._parentcustomerid_value === account.accountid),
      ),
    )
    .map(({ name }) => String(name))
    .toSorted()

describe('link types', () => {
  const ends = 'name="contact" from="parentcustomerid" to="accountid"'
  const silent = '<filter><condition attribute="telephone1" operator="null"/></filter>'
  const link = (type: string, inner: string): string =>
    `<link-entity ${ends} alias="c" link-type="${type}">${inner}</link-entity>`
  const outside = (type: string, inner = silent): string =>
    fetchOf('account', `<attribute name="name"/>${link(type, inner)}`)
  const inside = (type: string, inner = silent): string =>
    fetchOf('account', `<attribute name="name"/><filter>${link(type, inner)}</filter>`)
  const isSilent = (contact: Loose): boolean => contact.telephone1 === null

  test('inner and natural return a row for each pair, outer also one for none', async () => {
    const pairs = accountsWhere((_account, own) => own.some(isSilent))
    const inner = await names(outside('inner'))
    expect(inner.length).toBe(contacts.filter(isSilent).length)
    expect(new Set(inner)).toEqual(new Set(pairs))
    expect(await names(outside('natural'))).toEqual(inner)
    expect((await names(outside('outer'))).length).toBe(inner.length + accounts.length - pairs.length)
  })

  test.each(['exists', 'in', 'matchfirstrowusingcrossapply'])('%s returns the parent once', async (type) => {
    expect(await names(outside(type))).toEqual(accountsWhere((_account, own) => own.some(isSilent)))
  })

  test.each<[string, (own: Loose[]) => boolean]>([
    ['any', (own) => own.some(isSilent)],
    ['not any', (own) => !own.some(isSilent)],
    ['not all', (own) => own.some(isSilent)],
    ['all', (own) => own.length > 0 && !own.some(isSilent)],
  ])('%s, inside a filter', async (type, wanted) => {
    const expected = accountsWhere((_account, own) => wanted(own))
    expect(expected.length).toBeGreaterThan(0)
    expect(await names(inside(type))).toEqual(expected)
  })

  test('a filter of type or joins a related table with a column', async () => {
    const xml = fetchOf(
      'account',
      `<attribute name="name"/><filter type="or">${link('any', silent)}<condition attribute="statecode" operator="eq" value="1"/></filter>`,
    )
    expect(await names(xml)).toEqual(accountsWhere((account, own) => account.statecode === 1 || own.some(isSilent)))
  })

  test('the first match shows schema names without an alias', async () => {
    const inner = '<attribute name="fullname"/><attribute name="contactid"/>'
    const [row] = await rowsOf('accounts', outside('matchfirstrowusingcrossapply', inner))
    expect(Object.keys(row as object).filter((key) => !key.includes('@'))).toEqual([
      'name',
      'FullName',
      'ContactId',
      'accountid',
    ])
  })

  test('a condition with entityname is tested after the join', async () => {
    const none = fetchOf(
      'opportunity',
      '<attribute name="name"/><link-entity name="activitypointer" from="regardingobjectid" to="opportunityid" link-type="outer" alias="a"/><filter><condition entityname="a" attribute="activityid" operator="null"/></filter>',
    )
    const some = fetchOf(
      'opportunity',
      '<attribute name="name"/><link-entity name="activitypointer" from="regardingobjectid" to="opportunityid" link-type="exists"/>',
    )
    const [without, withAny] = [await rowsOf('opportunities', none), await rowsOf('opportunities', some)]
    const all = (await harness.get(ANALYST, 'opportunities?$select=name')).body.value as Loose[]
    expect(without.length + withAny.length).toBe(all.length)
    expect(withAny.length).toBeGreaterThan(0)
  })

  test('without an alias a link is numbered; with one end given, the other is the key', async () => {
    const xml = fetchOf(
      'account',
      '<attribute name="name"/><link-entity name="systemuser" to="owninguser"><attribute name="fullname"/></link-entity>',
    )
    const rows = await rowsOf('accounts', xml)
    expect(rows.length).toBe(accounts.filter(({ _owninguser_value }) => _owninguser_value !== null).length)
    expect(rows.every((row) => typeof row['systemuser1.fullname'] === 'string')).toBe(true)
  })

  test('without both ends the only relationship is taken', async () => {
    const xml = fetchOf('incident', '<attribute name="title"/><link-entity name="product" alias="p"/>')
    const reply = await harness.fetchXml(ANALYST, 'incidents', xml)
    expect(reply.status).toBe(200)
  })

  test('columns of any two tables compare, also joined by text', async () => {
    const byText = fetchOf(
      'account',
      '<attribute name="name"/><link-entity name="account" from="name" to="name" alias="twin"><attribute name="accountnumber"/></link-entity>',
    )
    const namesakes = accounts.map(({ name }) => accounts.filter((other) => other.name === name).length)
    const twins = namesakes.reduce((sum, count) => sum + count, 0)
    expect(twins).toBeGreaterThan(accounts.length)
    expect((await rowsOf('accounts', byText)).length).toBe(twins)
    const valueOf = fetchOf(
      'contact',
      '<attribute name="fullname"/><filter><condition attribute="address1_city" operator="ne" valueof="acct.address1_city"/></filter><link-entity name="account" from="accountid" to="parentcustomerid" alias="acct"><attribute name="address1_city"/></link-entity>',
    )
    expect(await rowsOf('contacts', valueOf)).toEqual([])
    const same = valueOf.replace('operator="ne"', 'operator="eq"')
    expect((await rowsOf('contacts', same)).length).toBe(
      contacts.filter(({ address1_city }) => address1_city !== null).length,
    )
  })
})

describe('order', () => {
  const opportunityOrder = async (inner: string, attributes = ''): Promise<unknown[]> =>
    column(
      await ask(
        'opportunities',
        fetchOf('opportunity', `<attribute name="salesstage"/><attribute name="name"/>${inner}`, attributes),
      ),
      'salesstage',
    )
  const distinct = (values: unknown[]): unknown[] => values.filter((value, index) => value !== values[index - 1])

  test('choices by their label, or by value with useraworderby', async () => {
    const order =
      '<filter><condition attribute="salesstage" operator="not-null"/></filter><order attribute="salesstage"/>'
    expect(distinct(await opportunityOrder(order))).toEqual([3, 1, 2, 0])
    expect(distinct(await opportunityOrder(order, 'useraworderby="true"'))).toEqual([0, 1, 2, 3])
  })

  test('the entity’s columns first, unless the entity orders by the link’s', async () => {
    const link = (order: string): string =>
      `<link-entity name="account" from="accountid" to="customerid" alias="a"><attribute name="name"/>${order}</link-entity>`
    const last = await rowsOf(
      'opportunities',
      fetchOf(
        'opportunity',
        `<attribute name="statecode"/>${link('<order attribute="name"/>')}<order attribute="statecode"/>`,
        'useraworderby="1"',
      ),
    )
    expect(distinct(last.map(({ statecode }) => statecode as unknown))).toEqual([0, 1, 2])
    const first = await rowsOf(
      'opportunities',
      fetchOf(
        'opportunity',
        `<attribute name="statecode"/>${link('')}<order entityname="a" attribute="name"/><order attribute="statecode"/>`,
      ),
    )
    const shown = first.map((row) => String(row['a.name']))
    expect(shown).toEqual(shown.toSorted((left, right) => left.localeCompare(right, 'en-GB')))
  })
})

describe('paging', () => {
  const inner = (cookie: unknown): string => {
    const outer = /pagingcookie="([^"]*)"/.exec(String(cookie))?.[1] ?? ''
    const text = decodeURIComponent(decodeURIComponent(outer))
    return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
  }

  async function pages(set: string, entity: string, body: string, attributes: string, key: string): Promise<unknown[]> {
    const found: unknown[] = []
    let cookie = ''
    for (let page = 1; page < 50; page++) {
      const paging = `page="${page}"${cookie === '' ? '' : ` paging-cookie="${cookie}"`}`
      const reply = await ask(set, fetchOf(entity, body, `${attributes} ${paging}`))
      found.push(...(reply.body.value as Loose[]).map((row) => String(row[key])))
      if (reply.body['@Microsoft.Dynamics.CRM.morerecords'] !== true) break
      expect(reply.body[COOKIE]).toEqual(expect.any(String))
      cookie = inner(reply.body[COOKIE])
    }
    return found
  }

  test('a join that repeats its rows is paged without a loss', async () => {
    const body =
      '<attribute name="name"/><order attribute="name"/><link-entity name="contact" from="parentcustomerid" to="accountid" alias="c"><attribute name="contactid"/></link-entity>'
    const found = await pages('accounts', 'account', body, 'count="7"', 'c.contactid')
    expect([found.length, new Set(found).size]).toEqual([contacts.length, contacts.length])
  })

  test('distinct rows in an order have a cookie without the key', async () => {
    const body = '<attribute name="address1_city"/><order attribute="address1_city"/>'
    const found = await pages('accounts', 'account', body, 'count="2" distinct="true"', 'address1_city')
    expect(found.length).toBe(new Set(accounts.map(({ address1_city: city }) => String(city))).size)
  })

  test('ordered by a link’s column there are more rows and no cookie', async () => {
    const body =
      '<attribute name="name"/><link-entity name="contact" from="contactid" to="primarycontactid" alias="c"><order attribute="fullname"/></link-entity>'
    const reply = await ask('accounts', fetchOf('account', body, 'count="5" page="1"'))
    expect(reply.body['@Microsoft.Dynamics.CRM.morerecords']).toBe(true)
    expect(reply.body).not.toHaveProperty([COOKIE])
  })

  test('another order than the cookie’s is refused', async () => {
    const first = await ask(
      'accounts',
      fetchOf('account', '<attribute name="name"/><order attribute="name"/>', 'count="5" page="1"'),
    )
    const xml = fetchOf(
      'account',
      '<attribute name="name"/><order attribute="revenue"/>',
      `count="5" page="2" paging-cookie="${inner(first.body[COOKIE])}"`,
    )
    const reply = await harness.fetchXml(ANALYST, 'accounts', xml)
    expect([reply.status, reply.body.error.code]).toEqual([400, '0x80041129'])
  })
})

describe('aggregates', () => {
  const aggregate = (inner: string, entity = 'account', attributes = 'aggregate="true"'): string =>
    fetchOf(entity, inner, attributes)
  const count = '<attribute name="opportunityid" aggregate="count" alias="n"/>'

  test.each([
    ['day', '25', '25'],
    ['week', '48', '48'],
    ['month', '11', '11'],
    ['quarter', '4', '4'],
    ['year', '2026', '2,026'],
    ['fiscal-period', '20264', 'Quarter 4 FY2026'],
    ['fiscal-year', '2026', 'FY2026'],
  ])('by %s', async (grouping, value, formatted) => {
    const xml = aggregate(
      `<attribute name="estimatedclosedate" groupby="true" dategrouping="${grouping}" alias="g"/>${count}<filter><condition attribute="estimatedclosedate" operator="on" value="2026-11-25"/></filter>`,
      'opportunity',
    )
    const whole = xml.replace(
      /<filter>.*<\/filter>/,
      '<filter><condition attribute="estimatedclosedate" operator="not-null"/></filter>',
    )
    const [rows, all] = [await rowsOf('opportunities', xml), await rowsOf('opportunities', whole)]
    for (const row of rows) expect([String(row.g), row[`g@${FORMATTED}`]]).toEqual([value, formatted])
    const total = all.reduce<number>((sum, row) => sum + Number(row.n), 0)
    expect(total).toBe(
      Number((await harness.get(ANALYST, 'opportunities/$count?$filter=estimatedclosedate ne null')).text),
    )
  })

  test('an average of whole numbers is whole, a limit of one’s own holds, nulls count for nothing', async () => {
    const known = accounts.map((row) => row.numberofemployees as number | null).filter((value) => value !== null)
    const [row] = await rowsOf(
      'accounts',
      aggregate('<attribute name="numberofemployees" aggregate="avg" alias="mean"/>'),
    )
    expect(row).toMatchObject({ mean: Math.trunc(known.reduce((sum, value) => sum + value, 0) / known.length) })
    const [empty] = await rowsOf(
      'accounts',
      aggregate(
        '<attribute name="accountid" aggregate="count" alias="n"/><attribute name="revenue" aggregate="sum" alias="s"/><filter><condition attribute="name" operator="null"/></filter>',
      ),
    )
    expect(empty).toMatchObject({ n: 0, s: 0 })
    const limited = aggregate(
      '<attribute name="accountid" aggregate="count" alias="n"/>',
      'account',
      'aggregate="true" aggregatelimit="10"',
    )
    const reply = await harness.fetchXml(ANALYST, 'accounts', limited)
    expect([reply.status, reply.body.error.code]).toEqual([400, '0x8004e023'])
  })

  test('groups of a link’s column, ordered by a count', async () => {
    const xml = aggregate(
      '<link-entity name="account" from="accountid" to="parentcustomerid"><attribute name="industrycode" groupby="true" alias="industry"/></link-entity><attribute name="contactid" aggregate="count" alias="n"/><order alias="n" descending="true"/>',
      'contact',
    )
    const counts = (await rowsOf('contacts', xml)).map(({ n }) => Number(n))
    expect(counts).toEqual(counts.toSorted((left, right) => right - left))
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(contacts.length)
  })

  test('children are counted row by row', async () => {
    const xml = fetchOf(
      'account',
      '<attribute name="accountid" rowaggregate="CountChildren" alias="children"/><attribute name="name"/>',
    )
    for (const row of await rowsOf('accounts', xml)) {
      expect(row.children).toBe(accounts.filter((one) => one._parentaccountid_value === row.accountid).length)
    }
  })
})
