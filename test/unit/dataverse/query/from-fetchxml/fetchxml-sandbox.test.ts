import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { NamedRows } from '../../../../../shared/dataverse/query/resolve/values/asked.ts'
import { createNamedRowsCache } from '../../../../../shared/dataverse/records/named-rows.ts'
import { fetchPath } from '../../../../../shared/dataverse/query/to-wire/first-page.ts'
import { countFetch } from '../../../../../shared/dataverse/query/to-wire/count.ts'
import { nextPaging } from '../../../../../shared/dataverse/query/to-wire/paging.ts'
import { ANALYST, NOW, startHarness, type Harness, type Loose } from '../../../sandbox/dataverse/harness.ts'
import { person } from '../../../../sandbox/people.ts'
import { clientOf } from '../../support/wire.ts'
import { build } from './fetch-resolve.ts'
import { fetchOf } from './fetch-tables.ts'

let harness: Harness
let opportunities: Loose[]
beforeAll(async () => {
  harness = await startHarness()
  opportunities = await rowsOf('opportunities')
})
afterAll(() => harness.close())

const ANNOTATIONS = { prefer: 'odata.include-annotations="*"' }
const get = async (path: string): Promise<Loose> => {
  const reply = await harness.get(ANALYST, path, ANNOTATIONS)
  expect([reply.status, reply.body.error]).toEqual([200, undefined])
  return reply.body
}
const rowsOf = async (path: string): Promise<Loose[]> => (await get(path)).value as Loose[]
const ask = async (xml: string): Promise<Loose[]> => rowsOf((await build(xml, undefined, await namedRows())).path)
const namedRows = async (): Promise<NamedRows> => {
  const api = clientOf(harness.dataverse.url, { token: await harness.mint(ANALYST) })
  const asker = { organizationId: 'o', systemUserId: person(ANALYST).systemUserId ?? '' }
  return createNamedRowsCache({ now: () => NOW.getTime() }).rowsFor(api, asker)
}
const idsOf = (rows: readonly Loose[], id = 'opportunityid'): unknown[] => rows.map((row) => row[id] as unknown).sort()
const filtered = (inner: string): string => fetchOf('opportunity', `<filter>${inner}</filter>`)

describe('what is sent gives the rows that were meant', () => {
  const label = (row: Loose, key: string): unknown => row[`${key}@OData.Community.Display.V1.FormattedValue`]
  test.each<[string, string, (row: Loose) => boolean]>([
    ['a label', '<condition attribute="Status" operator="equals" value="Won"/>', (row) => row.statecode === 1],
    ['labels', '<condition attribute="salesstage" operator="in" value="Propose,Close"/>', (row) => row.salesstage >= 2],
    [
      'text anywhere',
      '<condition attribute="Topic" operator="contains" value="re"/>',
      (row) => /re/i.test(String(row.name)),
    ],
    [
      'a large number',
      '<condition attribute="estimatedvalue" operator=">" value="50,000"/>'.replace('>"', '&gt;"'),
      (row) => row.estimatedvalue > 50_000,
    ],
    [
      'a range',
      '<condition attribute="closeprobability" operator="between"><value>20</value><value>60</value></condition>',
      (row) => row.closeprobability !== null && row.closeprobability >= 20 && row.closeprobability <= 60,
    ],
    [
      'a customer by name',
      '<condition attribute="customerid" operator="eq" value="Ashcombe Joinery Ltd"/>',
      (row) => label(row, '_customerid_value') === 'Ashcombe Joinery Ltd',
    ],
    [
      'an owner by name',
      '<condition attribute="ownerid" operator="eq" value="Priya Nair"/>',
      (row) => label(row, '_ownerid_value') === 'Priya Nair',
    ],
    ['no value', '<condition attribute="salesstage" operator="eq" value="null"/>', (row) => row.salesstage === null],
    [
      'not a choice, or none',
      '<condition attribute="salesstage" operator="ne" value="Qualify"/>',
      (row) => row.salesstage !== 0,
    ],
    [
      'not a choice, but one',
      '<condition attribute="salesstage" operator="ne" value="Qualify"/><condition attribute="salesstage" operator="not-null"/>',
      (row) => row.salesstage !== null && row.salesstage !== 0,
    ],
    [
      'a month',
      '<condition attribute="estimatedclosedate" operator="eq" value="this month"/>',
      (row) => String(row.estimatedclosedate).startsWith('2026-11-'),
    ],
    [
      'another column',
      '<condition attribute="actualvalue" operator="eq" valueof="Est. Revenue"/>',
      (row) => row.actualvalue !== null && row.actualvalue === row.estimatedvalue,
    ],
  ])('%s', async (_what, inner, holds) => {
    const expected = opportunities.filter(holds)
    expect(expected.length).toBeGreaterThan(0)
    expect(expected.length).toBeLessThan(opportunities.length)
    expect(idsOf(await ask(filtered(inner)))).toEqual(idsOf(expected))
  })

  test('a link that was completed, and one that was reversed', async () => {
    const byContact = await ask(
      fetchOf(
        'contact',
        '<link-entity name="Accounts" to="Company Name" alias="a"><attribute name="name"/></link-entity>',
      ),
    )
    expect(byContact.length).toBeGreaterThan(20)
    expect(byContact.every((row) => typeof row['a.name'] === 'string')).toBe(true)
    const reversed = await ask(
      fetchOf(
        'opportunity',
        '<link-entity name="account" from="customerid" to="accountid" alias="a"><attribute name="name"/></link-entity>',
      ),
    )
    expect(
      reversed.every((row) => row['a.name'] === label(row, '_customerid_value') || row._customerid_value === undefined),
    ).toBe(true)
    expect(reversed.length).toBe(
      opportunities.filter((row) => row['_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname'] === 'account')
        .length,
    )
  })

  test('many to many', async () => {
    const xml = fetchOf(
      'User',
      '<attribute name="Full Name"/><link-entity name="team" alias="t"><filter><condition attribute="Team Name" operator="eq" value="Key Accounts"/></filter></link-entity>',
    )
    expect((await ask(xml)).map((row) => row.fullname as unknown).sort()).toEqual(['Oliver Hughes', 'Priya Nair'])
  })

  test('rows that have none', async () => {
    const link = '<link-entity name="contact" from="parentcustomerid" to="accountid" link-type="not any"/>'
    const [all, none] = [await rowsOf('accounts'), await ask(fetchOf('account', link))]
    const parents = new Set((await rowsOf('contacts')).map((row) => row._parentcustomerid_value as unknown))
    expect(idsOf(none, 'accountid')).toEqual(
      idsOf(
        all.filter((row) => !parents.has(row.accountid)),
        'accountid',
      ),
    )
  })

  test('an aggregate that lacked nearly everything', async () => {
    const xml = fetchOf(
      'opportunity',
      '<attribute name="salesstage"/><attribute name="opportunityid" aggregate="count"/>',
    )
    const groups = await ask(xml)
    const counts = Map.groupBy(opportunities, (row) => row.salesstage as unknown)
    expect(groups.map((row) => row.opportunityid_count as unknown).sort()).toEqual(
      [...counts.values()].map((rows) => rows.length).sort(),
    )
  })

  test('the keys are those of the answer', async () => {
    const xml = fetchOf(
      'opportunity',
      '<attribute name="name"/><attribute name="ownerid"/><attribute name="estimatedvalue" alias="worth"/><link-entity name="account" from="accountid" to="customerid"><attribute name="ownerid"/><attribute name="name" alias="customer"/></link-entity>',
    )
    const { path, columns } = await build(xml)
    const rows = await rowsOf(path)
    expect(columns).toHaveLength(5)
    for (const { key } of columns) expect(rows.some((row) => key in row)).toBe(true)
  })
})

describe('pages and totals', () => {
  const link =
    '<link-entity name="contact" from="parentcustomerid" to="accountid" alias="c"><attribute name="fullname"/></link-entity>'
  test.each([
    ['with the cookie', true],
    ['without it', false],
  ])('every row once, %s', async (_what, withCookie) => {
    const { query, entity, path, paging } = await build(fetchOf('opportunity', '<order attribute="salesstage"/>'), 25)
    const ids: unknown[] = []
    let answer = await get(path)
    let page = paging.page
    for (;;) {
      ids.push(...idsOf(answer.value as Loose[]))
      const next = nextPaging(answer, page)
      if (!next) break
      expect(next.cookie).toContain('<cookie page=')
      page = next.page
      answer = await get(fetchPath(query, entity, withCookie ? { ...next, count: 25 } : { page, count: 25 }))
    }
    expect(ids.length).toBeGreaterThan(50)
    expect(ids.toSorted()).toEqual(idsOf(opportunities))
  })

  test.each([
    ['rows', fetchOf('opportunity', '')],
    ['rows that a filter holds', filtered('<condition attribute="name" operator="not-like" value="%a%"/>')],
    ['rows that a link repeats', fetchOf('account', `<attribute name="name"/>${link}`)],
  ])('the count is that of the %s', async (_what, xml) => {
    const { query, entity, path, paging } = await build(xml)
    const [counted] = await rowsOf(fetchPath(countFetch(query, entity)!, entity, { page: 1, count: 1 }))
    expect(counted.rows).toBe((await rowsOf(path)).length)
    expect(paging.count).toBe(5_000)
  })
})
