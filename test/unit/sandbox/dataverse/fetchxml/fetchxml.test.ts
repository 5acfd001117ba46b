import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import type { Harness, Loose, Reply } from '../harness.ts'
import { textOf } from '../../../../sandbox/dataverse/store/store.ts'
import { ANALYST, MANAGER, REP, column, seeded, startHarness } from '../harness.ts'

const FORMATTED = 'OData.Community.Display.V1.FormattedValue'
const COOKIE = '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie'
const MORE = '@Microsoft.Dynamics.CRM.morerecords'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

const fetchOf = (entity: string, inner: string, attributes = ''): string =>
  `<fetch ${attributes}><entity name="${entity}">${inner}</entity></fetch>`

const ask = async (set: string, xml: string, persona = ANALYST): Promise<Reply> => {
  const reply = await harness.fetchXml(persona, set, xml)
  expect([reply.status, reply.body.error]).toEqual([200, undefined])
  return reply
}

describe('the four reports', () => {
  const open = '<condition attribute="statecode" operator="eq" value="0"/>'

  test('my open opportunities, teams included', async () => {
    const mine = (operator: string): string =>
      fetchOf(
        'opportunity',
        `<attribute name="name"/><attribute name="estimatedvalue"/><order attribute="estimatedclosedate"/><filter><condition attribute="ownerid" operator="${operator}"/>${open}</filter>`,
      )
    const own = await ask('opportunities', mine('eq-userid'), REP)
    const withTeams = await ask('opportunities', mine('eq-useroruserteams'), REP)
    expect(own.body.value.length).toBeGreaterThan(5)
    expect(withTeams.body.value.length).toBeGreaterThan(Number(own.body.value.length))
    expect(own.body.value[0]).toHaveProperty([`estimatedvalue@${FORMATTED}`])
  })

  test('pipeline by stage', async () => {
    const xml = fetchOf(
      'opportunity',
      `<attribute name="salesstage" groupby="true" alias="stage"/><attribute name="estimatedvalue_base" aggregate="sum" alias="total"/><attribute name="opportunityid" aggregate="count" alias="n"/><order alias="stage"/><filter>${open}</filter>`,
      'aggregate="true"',
    )
    const stages = (await ask('opportunities', xml, MANAGER)).body.value as Loose[]
    expect(stages.map((row) => row[`stage@${FORMATTED}`] as unknown)).toEqual([
      undefined,
      'Qualify',
      'Develop',
      'Propose',
      'Close',
    ])
    expect(stages[0]).not.toHaveProperty('stage')
    expect(stages[1][`total@${FORMATTED}`]).toMatch(/^£[\d,]+\.\d\d$/)
    const count = await harness.get(MANAGER, 'opportunities/$count?$filter=statecode eq 0')
    expect(stages.reduce<number>((sum, row) => sum + Number(row.n), 0)).toBe(Number(count.text))
  })

  test('accounts without activity for 30 days, in both forms', async () => {
    const recent = '<filter><condition attribute="modifiedon" operator="last-x-days" value="30"/></filter>'
    const link = (type: string, inner: string): string =>
      `<link-entity name="activitypointer" from="regardingobjectid" to="accountid" link-type="${type}" alias="a">${inner}</link-entity>`
    const modern = fetchOf('account', `<attribute name="name"/><filter>${open}${link('not any', recent)}</filter>`)
    const old = fetchOf(
      'account',
      `<attribute name="name"/>${link('outer', recent)}<filter>${open}<condition entityname="a" attribute="activityid" operator="null"/></filter>`,
    )
    const [rep, manager] = [await ask('accounts', modern, REP), await ask('accounts', modern, MANAGER)]
    expect(rep.body.value.length).toBeGreaterThan(2)
    expect(manager.body.value.length).toBeGreaterThan(Number(rep.body.value.length))
    expect(column(await ask('accounts', old, MANAGER), 'name')).toEqual(column(manager, 'name'))
  })

  test('closing this month', async () => {
    const xml = fetchOf(
      'opportunity',
      `<attribute name="name"/><attribute name="estimatedclosedate"/><filter>${open}<condition attribute="estimatedclosedate" operator="this-month"/></filter>`,
    )
    const dates = column(await ask('opportunities', xml, REP), 'estimatedclosedate')
    expect(dates.length).toBeGreaterThan(3)
    expect(dates.every((date) => String(date).startsWith('2026-11-'))).toBe(true)
  })
})

describe('joins', () => {
  test('columns of a link carry its alias, null columns are left out', async () => {
    const xml = fetchOf(
      'contact',
      '<attribute name="fullname"/><attribute name="jobtitle"/><link-entity name="account" from="accountid" to="parentcustomerid" alias="acct"><attribute name="name"/><attribute name="ownerid" alias="boss"/></link-entity>',
    )
    const value = (await ask('contacts', xml)).body.value as Loose[]
    expect(value.every((row) => typeof row['acct.name'] === 'string')).toBe(true)
    expect(value[0]).toHaveProperty(['boss@Microsoft.Dynamics.CRM.lookuplogicalname'])
    expect(value.some((row) => !('jobtitle' in row))).toBe(true)
  })

  test.each([
    ['exists', 'outside'],
    ['in', 'outside'],
    ['any', 'inside'],
  ])('%s returns each parent once', async (type, place) => {
    const link = `<link-entity name="contact" from="parentcustomerid" to="accountid" link-type="${type}"/>`
    const xml = fetchOf('account', `<attribute name="name"/>${place === 'inside' ? `<filter>${link}</filter>` : link}`)
    const parents = new Set(seeded('contact').map(({ parentcustomerid }) => textOf(parentcustomerid)))
    expect((await ask('accounts', xml)).body.value.length).toBe(parents.size)
  })

  test('across an intersect table, through nested links', async () => {
    const xml = fetchOf(
      'systemuser',
      '<attribute name="fullname"/><order attribute="fullname"/><link-entity name="teammembership" from="systemuserid" to="systemuserid" intersect="true"><link-entity name="team" from="teamid" to="teamid" alias="t"><attribute name="name"/><filter><condition attribute="name" operator="eq" value="Key Accounts"/></filter></link-entity></link-entity>',
    )
    expect(column(await ask('systemusers', xml), 'fullname')).toEqual(['Oliver Hughes', 'Priya Nair'])
  })

  test('conditions on a lookup’s name and between columns', async () => {
    const byName = fetchOf(
      'opportunity',
      '<attribute name="customeridname"/><filter><condition attribute="customerid" operator="like" value="ash%"/></filter>',
    )
    expect(new Set(column(await ask('opportunities', byName), 'customeridname'))).toEqual(
      new Set(['Ashcombe Joinery Ltd']),
    )
    const columns = fetchOf(
      'opportunity',
      '<filter><condition attribute="actualvalue" operator="eq" valueof="estimatedvalue"/></filter>',
    )
    expect((await ask('opportunities', columns)).body.value.length).toBeGreaterThan(5)
  })
})

describe('aggregates', () => {
  const aggregate = 'aggregate="true"'
  test('count, countcolumn, distinct, avg, min and max agree with the rows', async () => {
    const parts = [
      '<attribute name="accountid" aggregate="count" alias="n"/>',
      '<attribute name="revenue_base" aggregate="countcolumn" alias="known"/>',
      '<attribute name="industrycode" aggregate="countcolumn" distinct="true" alias="industries"/>',
      '<attribute name="revenue_base" aggregate="avg" alias="mean"/>',
      '<attribute name="revenue_base" aggregate="min" alias="low"/>',
      '<attribute name="createdon" aggregate="max" alias="newest"/>',
    ]
    const [result] = (await ask('accounts', fetchOf('account', parts.join(''), aggregate))).body.value as Loose[]
    const all = (await harness.get(ANALYST, 'accounts?$select=revenue_base,industrycode,createdon')).body
      .value as Loose[]
    const revenues = all.map((row) => row.revenue_base as number | null).filter((value) => value !== null)
    expect(result).toMatchObject({ n: all.length, known: revenues.length, industries: 6, low: Math.min(...revenues) })
    expect(result.mean).toBeCloseTo(revenues.reduce((sum, value) => sum + value, 0) / revenues.length, 2)
    expect(result.newest).toBe(
      all
        .map((row) => row.createdon as string)
        .sort()
        .at(-1),
    )
  })

  test('groups by lookup and by month', async () => {
    const owners = fetchOf(
      'account',
      '<attribute name="ownerid" groupby="true" alias="who"/><attribute name="accountid" aggregate="count" alias="n"/><order alias="n" descending="true"/>',
      aggregate,
    )
    const first = (await ask('accounts', owners)).body.value[0]
    expect(first[`who@${FORMATTED}`]).toBe('Priya Nair')
    const months = fetchOf(
      'opportunity',
      '<attribute name="estimatedclosedate" groupby="true" dategrouping="month" alias="m"/><attribute name="opportunityid" aggregate="count" alias="n"/><order alias="m"/>',
      aggregate,
    )
    const dates = seeded('opportunity').map(({ estimatedclosedate }) => textOf(estimatedclosedate))
    const known = new Set(dates.filter((date) => date !== '').map((date) => Number(date.slice(5, 7))))
    expect(dates).toContain('')
    expect(column(await ask('opportunities', months), 'm')).toEqual([undefined, ...[...known].sort((a, b) => a - b)])
  })
})

describe('paging', () => {
  const page = (number: number, cookie: string): string =>
    fetchOf(
      'contact',
      '<attribute name="fullname"/><order attribute="fullname"/>',
      `count="20" page="${number}" ${cookie}`,
    )
  const escape = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

  test.each(['with the cookie', 'without it'])('every row once, %s', async (how) => {
    const ids: unknown[] = []
    let [number, cookie, more] = [1, '', true]
    while (more) {
      const reply = await ask('contacts', page(number, cookie))
      ids.push(...column(reply, 'contactid'))
      more = reply.body[MORE] === true
      expect(COOKIE in reply.body).toBe(more)
      const outer = /pagingcookie="([^"]*)"/.exec(String(reply.body[COOKIE]))?.[1] ?? ''
      cookie =
        how === 'with the cookie' ? `paging-cookie="${escape(decodeURIComponent(decodeURIComponent(outer)))}"` : ''
      number++
    }
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBe((await harness.get(ANALYST, 'contacts?$select=contactid')).body.value.length)
  })

  test('top, total and distinct', async () => {
    expect((await ask('contacts', fetchOf('contact', '', 'top="4"'))).body.value.length).toBe(4)
    const total = await ask('contacts', fetchOf('contact', '', 'count="3" returntotalrecordcount="true"'))
    expect(total.body['@Microsoft.Dynamics.CRM.totalrecordcount']).toBeGreaterThan(90)
    const distinct = await ask(
      'accounts',
      fetchOf('account', '<attribute name="statecode"/><order attribute="statecode"/>', 'distinct="true"'),
    )
    expect(column(distinct, 'statecode')).toEqual([0, 1])
    expect(distinct.body.value[0]).not.toHaveProperty('accountid')
  })
})

describe('what Dataverse refuses', () => {
  const inner = (xml: string): string => fetchOf('account', xml)
  test.each([
    ['no XML', '<fetch><entity', '0x80040201'],
    ['another root', '<query/>', '0x8004111c'],
    ['a stray element', inner('<attributes/>'), '0x8004111c'],
    ['an unknown table', fetchOf('order', ''), '0x80041102'],
    ['an unknown column', inner('<attribute name="turnover"/>'), '0x80041103'],
    [
      'an unknown column in a condition',
      inner('<filter><condition attribute="city" operator="null"/></filter>'),
      '0x80041103',
    ],
    ['another table than the URL', fetchOf('contact', ''), '0x80041128'],
    [
      'an unknown operator',
      inner('<filter><condition attribute="name" operator="equals" value="a"/></filter>'),
      '0x80044253',
    ],
    ['a date operator on text', inner('<filter><condition attribute="name" operator="today"/></filter>'), '0x80048415'],
    [
      'text for a number',
      inner('<filter><condition attribute="revenue" operator="gt" value="much"/></filter>'),
      '0x80041108',
    ],
    [
      'text for an id',
      inner('<filter><condition attribute="ownerid" operator="eq" value="Priya"/></filter>'),
      '0x80041108',
    ],
    ['a filter of another type', inner('<filter type="xor"/>'), '0x80041122'],
    [
      'a link of another type',
      inner('<link-entity name="contact" from="parentcustomerid" to="accountid" link-type="left"/>'),
      '0x80041117',
    ],
    [
      'an alias nobody has',
      inner('<filter><condition entityname="x" attribute="name" operator="null"/></filter>'),
      '0x8004110a',
    ],
    ['top with count', fetchOf('account', '', 'top="1" count="2"'), '0x8004111c'],
    [
      'an aggregate without alias',
      fetchOf('account', '<attribute name="revenue" aggregate="sum"/>', 'aggregate="true"'),
      '0x80041109',
    ],
    [
      'a sum of text',
      fetchOf('account', '<attribute name="name" aggregate="sum" alias="s"/>', 'aggregate="true"'),
      '0x8004112f',
    ],
    [
      'a plain column in an aggregate',
      fetchOf('account', '<attribute name="name"/>', 'aggregate="true"'),
      '0x80041107',
    ],
    [
      'an order that the cookie does not have',
      fetchOf(
        'account',
        '<order attribute="name"/>',
        'page="2" count="5" paging-cookie="&lt;cookie page=&quot;1&quot;&gt;&lt;accountid last=&quot;{A}&quot; first=&quot;{A}&quot; /&gt;&lt;/cookie&gt;"',
      ),
      '0x80041129',
    ],
    [
      '16 links',
      inner('<link-entity name="contact" from="parentcustomerid" to="accountid"/>'.repeat(16)),
      '0x8004430d',
    ],
  ])('%s', async (_what, xml, code) => {
    const reply = await harness.fetchXml(ANALYST, 'accounts', xml)
    expect([reply.status, reply.body.error.code]).toEqual([400, code])
  })

  test('a URL of more than 32,768 characters is refused', async () => {
    const long = inner(`<filter>${'<condition attribute="name" operator="null"/>'.repeat(501)}</filter>`)
    expect((await harness.fetchXml(ANALYST, 'accounts', long)).status).toBe(414)
  })

  test('what only the sandbox lacks is a 501', async () => {
    const xml = encodeURIComponent(inner(''))
    const reply = await harness.get(ANALYST, `accounts?$select=name&fetchXml=${xml}`)
    expect([reply.status, reply.body.error.message]).toEqual([501, expect.stringContaining('does not emulate')])
  })
})
