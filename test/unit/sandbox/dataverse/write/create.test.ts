import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import type { Harness } from '../harness.ts'
import { MANAGER, NOW, REP, startHarness } from '../harness.ts'
import { person } from '../../../../sandbox/people.ts'
import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import { created, NOBODY, refusal, REPRESENTATION } from './support.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())
beforeEach(() => harness.dataverse.reset())

const REP_ID = person(REP).systemUserId ?? ''
const NAMED = { name: 'Tide & Timber' }

describe('POST of a row', () => {
  test('says in a header which row it made, and nothing else', async () => {
    const reply = await harness.send(REP, 'POST', 'accounts', { body: NAMED })
    const url = reply.headers.get('odata-entityid') ?? ''
    expect([reply.status, reply.text, reply.headers.get('preference-applied')]).toEqual([204, '', null])
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/data\/v9\.2\/accounts\([0-9a-f-]{36}\)$/)
    expect((await harness.get(REP, url)).body).toMatchObject(NAMED)
  })

  test.each([
    ['alone', REPRESENTATION, REPRESENTATION],
    [
      'with annotations',
      `odata.include-annotations="*", ${REPRESENTATION}`,
      `odata.include-annotations="*",${REPRESENTATION}`,
    ],
  ])('tells the row where it is asked to, %s, and then names it in no header', async (_how, prefer, applied) => {
    const reply = await harness.send(REP, 'POST', 'accounts?$select=name', { body: NAMED, prefer })
    expect([reply.status, reply.headers.get('odata-entityid'), reply.headers.get('location')]).toEqual([
      201,
      null,
      null,
    ])
    expect(reply.headers.get('preference-applied')).toBe(applied)
    expect(Object.keys(reply.body as object).filter((name) => !name.includes('@'))).toEqual(['name', 'accountid'])
    expect(reply.body['@odata.context']).toMatch(/\$metadata#accounts\(name\)\/\$entity$/)
    expect(reply.body['@odata.etag']).toMatch(/^W\/"\d+"$/)
  })

  test('expands in its answer', async () => {
    const body = { ...NAMED, 'primarycontactid@odata.bind': `/contacts(${idOf('contact', 'extra/0')})` }
    const row = await created(
      harness,
      MANAGER,
      'accounts?$select=name&$expand=primarycontactid($select=fullname)',
      body,
    )
    expect(row.primarycontactid).toMatchObject({ fullname: 'Zoë Patel' })
  })

  test('is the work of the person, in the unit and the currency of the person', async () => {
    const row = await created(harness, REP, 'accounts', { ...NAMED, revenue: 1170 })
    expect(row).toMatchObject({
      _createdby_value: REP_ID,
      _modifiedby_value: REP_ID,
      _ownerid_value: REP_ID,
      _owninguser_value: REP_ID,
      _owningbusinessunit_value: idOf('businessunit', 'UK Sales'),
      _transactioncurrencyid_value: idOf('currency', 'GBP'),
      createdon: NOW.toISOString().replace('.000Z', 'Z'),
      exchangerate: 1,
      statecode: 0,
      statuscode: 1,
    })
  })

  test('counts an amount in the base by the rate of the currency of the row', async () => {
    const euro = { 'transactioncurrencyid@odata.bind': `/transactioncurrencies(${idOf('currency', 'EUR')})` }
    const row = await created(harness, REP, 'accounts', { ...NAMED, ...euro, revenue: 1170 })
    expect(row).toMatchObject({ revenue: 1170, revenue_base: 1000, exchangerate: 1.17 })
  })

  test('leaves what the platform does not demand: an account has no name', async () => {
    expect((await created(harness, REP, 'accounts', {})).name).toBeNull()
  })

  test('numbers what numbers itself, and takes a number that is given', async () => {
    const one = await created(harness, REP, 'hp_projects', { hp_name: 'Quay' })
    const two = await created(harness, REP, 'hp_projects', { hp_name: 'Quay' })
    const number = (text: unknown): number => Number(/^PRJ-(\d{4})$/.exec(String(text))?.[1])
    expect(number(two.hp_number)).toBe(number(one.hp_number) + 1)
    expect(await created(harness, REP, 'hp_projects', { hp_number: 'P7' })).toMatchObject({ hp_number: 'P7' })
  })

  test('composes what is composed of other columns', async () => {
    const body = { firstname: 'Ada', lastname: 'Quayle', address1_line1: '1 Pier', address1_city: 'Hull' }
    expect(await created(harness, REP, 'contacts', body)).toMatchObject({
      fullname: 'Ada Quayle',
      address1_composite: '1 Pier\r\nHull',
    })
  })
})

describe('the key of a new row', () => {
  const body = { ...NAMED, accountid: NOBODY.toUpperCase().replace('4', 'A') }
  test('may be chosen, once: the second row of one key is refused and changes nothing', async () => {
    const row = await created(harness, REP, 'accounts', body)
    expect(row.accountid).toBe(body.accountid.toLowerCase())
    const again = await harness.send(REP, 'POST', 'accounts', { body: { ...body, name: 'Other' } })
    expect(refusal(again)).toEqual([412, '0x80040237'])
    expect((await harness.get(REP, `accounts(${String(row.accountid)})`)).body).toMatchObject(NAMED)
  })

  test('is taken for every activity where one has it', async () => {
    await created(harness, REP, 'tasks', { subject: 'Call', activityid: NOBODY })
    const reply = await harness.send(REP, 'POST', 'phonecalls', { body: { subject: 'Call', activityid: NOBODY } })
    expect(refusal(reply)).toEqual([412, '0x80040237'])
  })

  test('of two at once with one key, one makes the row', async () => {
    const replies = await Promise.all([1, 2, 3].map(() => harness.send(REP, 'POST', 'accounts', { body })))
    expect(replies.map(({ status }) => status).sort()).toEqual([204, 412, 412])
  })

  test("an alternate key is no other row's", async () => {
    await created(harness, REP, 'accounts', { ...NAMED, accountnumber: 'T-1' })
    const reply = await harness.send(REP, 'POST', 'accounts', { body: { name: 'Other', accountnumber: 't-1' } })
    expect(refusal(reply)).toEqual([412, '0x80060892'])
  })
})

describe('a POST is refused', () => {
  test.each([
    ['of text', 'accounts', 'name=x', 400, '0x80048d19'],
    ['of a list', 'accounts', [], 400, '0x80048d19'],
    ['of an unknown set', 'accountz', {}, 404, '0x80060888'],
    ['of a query option', 'accounts?$filter=name eq null', {}, 400, '0x80060888'],
    ['of a row', `accounts(${NOBODY})`, {}, 501, '0x80040315'],
    ['of an activity of no kind', 'activitypointers', { subject: 'x' }, 501, '0x80040315'],
    ['of rows inside', 'accounts', { contact_customer_accounts: [{ lastname: 'x' }] }, 501, '0x80040315'],
    ['of a row inside', 'accounts', { primarycontactid: { lastname: 'x' } }, 501, '0x80040315'],
    ['of an action that nobody plays', 'Merge', {}, 501, '0x80040315'],
  ])('%s', async (_what, path, body, status, code) => {
    expect(refusal(await harness.send(REP, 'POST', path, { body }))).toEqual([status, code])
  })

  test.each([
    ['a body of another type', { 'content-type': 'text/plain' }, 415, '0x80060888'],
    ["another person's name", { mscrmcallerid: NOBODY }, 403, '0x8004a110'],
    ['business logic passed by', { 'MSCRM.BypassCustomPluginExecution': 'true' }, 403, '0x80040220'],
    ['its steps passed by', { 'MSCRM.BypassBusinessLogicExecution': 'CustomSync' }, 403, '0x80040220'],
  ])('for %s', async (_what, headers, status, code) => {
    expect(refusal(await harness.send(REP, 'POST', 'accounts', { body: NAMED, headers }))).toEqual([status, code])
  })

  test('takes a tag for plug-ins', async () => {
    expect((await harness.send(REP, 'POST', 'accounts?tag=chat', { body: NAMED })).status).toBe(204)
  })
})

test('a reset takes every row back, and what was changed', async () => {
  const { accountid } = await created(harness, REP, 'accounts', NAMED)
  harness.dataverse.reset()
  expect((await harness.get(REP, `accounts(${String(accountid)})`)).status).toBe(404)
})

test('writes are counted by what they do', async () => {
  const { accountid } = await created(harness, REP, 'accounts', NAMED)
  await harness.send(REP, 'PATCH', `accounts(${String(accountid)})`, { body: NAMED })
  await harness.send(REP, 'POST', 'CloseIncident', { body: {} })
  expect(harness.dataverse.counters().kinds).toMatchObject({ create: 1, update: 1, action: 1, record: 0, query: 0 })
})
