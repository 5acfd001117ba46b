import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import { varietyAccountId } from '../../../../sandbox/dataverse/seed/variety/customers.ts'
import { varietyRows } from '../../../../sandbox/dataverse/seed/variety/variety.ts'
import { PEOPLE, person } from '../../../../sandbox/people.ts'
import type { Harness, Loose } from '../harness.ts'
import { ANALYST, MANAGER, NOW, REP, column, startHarness } from '../harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness({ rows: varietyRows(PEOPLE, NOW) })
})
afterAll(() => harness.close())

const deal = (index: number): string => idOf('variety/opportunity', index)
const TIDEWATER = varietyAccountId('Tidewater UK')
const UEBERSEE = varietyAccountId('Übersee Hölzer')

const statusOf = async (persona: string, path: string): Promise<unknown[]> => {
  const { status, body } = await harness.get(persona, path)
  return status === 200 ? [200] : [status, String(body.error.code)]
}

describe('a row that was shared', () => {
  test.each([
    ['with the user', `opportunities(${deal(1)})?$select=name`],
    ['with a team of the user', `accounts(${TIDEWATER})?$select=name`],
    ['of an activity, seen as one of its kind', `tasks(${idOf('variety/task', 1)})?$select=subject`],
    ['of an activity, seen as any activity', `activitypointers(${idOf('variety/task', 1)})?$select=subject`],
  ])('%s is read', async (_how, path) => {
    expect(await statusOf(REP, path)).toEqual([200])
  })

  test('is in lists, counts, aggregates, expansions and joins', async () => {
    const filter = `opportunityid eq ${deal(1)}`
    expect(column(await harness.get(REP, `opportunities?$select=name&$filter=${filter}`), 'name')).toEqual([
      'Boundary deal 1',
    ])
    expect((await harness.get(REP, `opportunities/$count?$filter=${filter}`)).text).toMatch(/^\uFEFF?1$/)
    const total = await harness.get(REP, `opportunities?$apply=filter(${filter})/aggregate($count as n)`)
    expect(column(total, 'n')).toEqual([1])
    const unit = `businessunits?$select=name&$expand=businessunit_opportunity_owningbusinessunit($select=name;$filter=${filter})`
    const expanded = column(await harness.get(REP, unit), 'businessunit_opportunity_owningbusinessunit').flat()
    expect(expanded).toHaveLength(1)
    const condition = `<filter><condition attribute="opportunityid" operator="eq" value="${deal(1)}"/></filter>`
    const link = `<link-entity name="opportunity" from="owningbusinessunit" to="businessunitid" alias="o">${condition}</link-entity>`
    const joined = await harness.fetchXml(
      REP,
      'businessunits',
      `<fetch><entity name="businessunit"><attribute name="name"/>${link}</entity></fetch>`,
    )
    expect(column(joined, 'name')).toEqual(['UK North'])
  })

  test('without the right to read stays closed', async () => {
    expect(await statusOf(REP, `accounts(${UEBERSEE})?$select=name`)).toEqual([403, '0x80048306'])
    expect(await statusOf(ANALYST, `accounts(${UEBERSEE})?$select=name`)).toEqual([200])
  })

  test('of a table that its receiver has no privilege for stays closed', async () => {
    const path = `connections(${idOf('variety/connection', 0)})?$select=name`
    expect(await statusOf(REP, path)).toEqual([403, '0x80040220'])
    expect(await statusOf(MANAGER, path)).toEqual([200])
  })

  test('with the sales rep alone is not read by colleagues beyond their own reach', async () => {
    const foreign = `opportunities(${deal(5)})?$select=name`
    expect(await statusOf(REP, foreign)).toEqual([200])
    expect(await statusOf(MANAGER, foreign)).toEqual([403, '0x80048306'])
    expect(await statusOf(MANAGER, `opportunities(${deal(3)})?$select=name`)).toEqual([200])
  })

  test('is refused as a table of its own: nobody lists who shared what', async () => {
    expect(await statusOf(ANALYST, 'principalobjectaccessset')).toEqual([403, '0x80040220'])
  })
})

test('the seed of every day has shares too', async () => {
  const plain = await startHarness()
  try {
    const owners = await plain.get(REP, 'opportunities?$select=name&$expand=owninguser($select=fullname)')
    const names = new Set(column(owners, 'owninguser').map((user: Loose) => user?.fullname as unknown))
    expect(names).toEqual(new Set(['Priya Nair', 'Callum Fraser', undefined]))
    expect((await plain.get(REP, 'quotes?$select=name')).status).toBe(403)
  } finally {
    await plain.close()
  }
})

describe('a role that a team lends', () => {
  test('reads the unit and the rows of the team, not those of its member', async () => {
    const orders = await harness.get(REP, 'salesorders?$select=name&$expand=owningbusinessunit($select=name)')
    const seen = (orders.body.value as Loose[]).map((row) => `${row.owningbusinessunit.name}: ${row.name}`)
    expect(seen.filter((text) => !text.startsWith('UK North: '))).toEqual(['UK Sales: Order desk 18'])
    expect(seen.length).toBeGreaterThan(2)
  })

  test('a row of another unit is refused with its owner, unit and the right that is missing', async () => {
    const own = idOf('salesorder', 0)
    const { status, body } = await harness.get(REP, `salesorders(${own})`)
    expect([status, body.error.code]).toEqual([403, '0x80048306'])
    const user = person(REP).systemUserId ?? ''
    expect(body.error.message).toMatch(
      new RegExp(
        `^SecLib::AccessCheckEx failed\\. Returned hr = -2147187962, ObjectID: ${own}, OwnerId: ${user}, OwnerIdType: 8 and CallingUser: ${user}\\. ObjectTypeCode: 1088, objectBusinessUnitId: [0-9a-f-]{36}, AccessRights: ReadAccess $`,
      ),
    )
  })
})

describe('rows without an owner follow another', () => {
  test.each([
    ['opportunityproducts', 'opportunityproduct', 4, 200, 'of a shared deal is read'],
    ['opportunityproducts', 'opportunityproduct', 2, 200, 'of a shared deal is read'],
    ['opportunityproducts', 'opportunityproduct', 14, 403, 'of a foreign deal is not'],
  ])('%s: one (%s %i) answers %i', async (set, kind, index, status) => {
    const parent = deal(Math.floor(index / 2))
    const path = `${set}(${idOf(kind, index)})?$select=quantity`
    const expected = (await harness.get(REP, `opportunities(${parent})?$select=name`)).status
    expect((await harness.get(REP, path)).status).toBe(expected)
    if (status === 403) expect(expected).toBe(403)
  })
})

describe('a column under column security', () => {
  const path = 'accounts?$select=accountnumber,creditlimit,creditlimit_base&$orderby=accountnumber'
  const values = async (persona: string): Promise<unknown[]> =>
    column(await harness.get(persona, path), 'creditlimit').filter((value) => value !== null)

  test('is null without the profile, in rows and in a single record', async () => {
    expect(await values(REP)).toEqual([])
    expect((await values(MANAGER)).length).toBeGreaterThan(10)
    const id = varietyAccountId('Tidewater Group')
    const record = async (persona: string): Promise<unknown> =>
      (await harness.get(persona, `accounts(${id})`, { prefer: 'odata.include-annotations="*"' })).body as unknown
    expect(await record(REP)).toMatchObject({ name: 'Tidewater Group', creditlimit: null, creditlimit_base: null })
    expect(await record(REP)).not.toHaveProperty(['creditlimit@OData.Community.Display.V1.FormattedValue'])
    expect(await record(MANAGER)).toMatchObject({ creditlimit: 5000, creditlimit_base: 5000 })
  })

  test('is left out of FetchXML, of a link and of an expansion', async () => {
    const attributes = '<attribute name="accountnumber"/><attribute name="creditlimit"/>'
    const own = await harness.fetchXml(REP, 'accounts', `<fetch><entity name="account">${attributes}</entity></fetch>`)
    expect(own.body.value.length).toBeGreaterThan(10)
    const link = `<link-entity name="account" from="accountid" to="parentcustomerid" alias="a">${attributes}</link-entity>`
    const linked = await harness.fetchXml(REP, 'contacts', `<fetch><entity name="contact">${link}</entity></fetch>`)
    const expanded = await harness.get(
      REP,
      'contacts?$select=fullname&$expand=parentcustomerid_account($select=creditlimit)',
    )
    expect(own.text).not.toContain('"creditlimit"')
    expect(linked.text).toContain('"a.accountnumber"')
    expect(linked.text).not.toContain('"a.creditlimit"')
    expect(expanded.text).toContain('"creditlimit":null')
    expect(expanded.text).not.toMatch(/"creditlimit":\d/)
  })

  test('is null to filters, aggregates and orders', async () => {
    const all = (await harness.get(REP, 'accounts?$select=name')).body.value as Loose[]
    const none = await harness.get(REP, 'accounts?$select=name&$filter=creditlimit eq null')
    expect(none.body.value).toHaveLength(all.length)
    expect((await harness.get(REP, 'accounts?$select=name&$filter=creditlimit gt 0')).body.value).toEqual([])
    const sum = await harness.get(REP, 'accounts?$apply=aggregate(creditlimit_base with sum as s)')
    expect(column(sum, 's')).toEqual([0])
    const ordered = (direction: string): Promise<unknown[]> =>
      harness
        .get(REP, `accounts?$select=name&$orderby=creditlimit ${direction},accountid`)
        .then((reply) => column(reply, 'accountid'))
    expect(await ordered('asc')).toEqual(await ordered('desc'))
  })

  test('cannot be read as a property or through a lookup', async () => {
    const id = varietyAccountId('Tidewater Group')
    expect((await harness.get(REP, `accounts(${id})/creditlimit`)).status).toBe(204)
    expect((await harness.get(MANAGER, `accounts(${id})/creditlimit`)).body.value).toBe(5000)
    const filter = 'parentcustomerid_account/creditlimit gt 0'
    expect((await harness.get(REP, `contacts?$select=fullname&$filter=${filter}`)).body.value).toEqual([])
  })
})
