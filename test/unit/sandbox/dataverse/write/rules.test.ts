import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import { markerId } from '../../../../sandbox/dataverse/seed/markers.ts'
import { person } from '../../../../sandbox/people.ts'
import type { Harness, Loose, Reply } from '../harness.ts'
import { ANALYST, MANAGER, REP, startHarness } from '../harness.ts'
import { created, first, refusal, REPRESENTATION } from './support.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())
beforeEach(() => harness.dataverse.reset())

const DEAL = `opportunities(${markerId('own')})`
const patch = (path: string, body: Loose, headers = {}): Promise<Reply> =>
  harness.send(REP, 'PATCH', path, { body, headers })

describe('a plug-in', () => {
  test('refuses in words for people, and nothing is done', async () => {
    const before = (await harness.get(REP, DEAL)).body
    const reply = await patch(DEAL, { closeprobability: 100, name: 'Other' })
    expect([...refusal(reply), reply.body.error.message]).toEqual([
      400,
      '0x80040265',
      expect.stringContaining('never certain'),
    ])
    expect((await harness.get(REP, DEAL)).body).toEqual(before)
  })

  test('that breaks says so otherwise', async () => {
    const reply = await harness.send(REP, 'POST', 'hp_projects', { body: { hp_startdate: '1999-12-31' } })
    expect([...refusal(reply), reply.body.error.message]).toEqual([
      500,
      '0x80040224',
      expect.stringContaining('ISV code'),
    ])
  })
})

test('a business rule sets another column than was sent', async () => {
  const send = async (estimatedvalue: number): Promise<unknown> => {
    const options = { body: { estimatedvalue }, prefer: REPRESENTATION }
    return (await harness.send(REP, 'PATCH', `${DEAL}?$select=opportunityratingcode`, options)).body
      .opportunityratingcode
  }
  expect([await send(99_999.99), await send(100_000)]).toEqual([null, 1])
})

describe('duplicates', () => {
  const DETECT = { 'MSCRM.SuppressDuplicateDetection': 'false' }
  const MAIL = { lastname: 'Quayle', emailaddress1: 'ada@example.com' }
  beforeEach(() => created(harness, REP, 'contacts', MAIL))

  test.each([
    ['the same address', { lastname: 'Other', emailaddress1: 'ADA@example.com' }, DETECT, 412],
    ['the same address without a word on rules', MAIL, {}, 204],
    ['the same address with rules suppressed', MAIL, { 'MSCRM.SuppressDuplicateDetection': 'true' }, 204],
    ['the same last name alone', { lastname: 'Quayle' }, DETECT, 204],
    ['another address', { ...MAIL, emailaddress1: 'b@example.com' }, DETECT, 204],
  ])('%s: %p', async (_what, body, headers, status) => {
    const reply = await harness.send(REP, 'POST', 'contacts', { body, headers })
    expect(refusal(reply)).toEqual([status, status === 412 ? '0x80040333' : undefined])
  })

  test('are no row of itself, and one of another in a change', async () => {
    const other = await created(harness, REP, 'contacts', { lastname: 'Other', emailaddress1: 'o@example.com' })
    const path = `contacts(${String(other.contactid)})`
    expect((await patch(path, { emailaddress1: 'o@example.com' }, DETECT)).status).toBe(204)
    expect(refusal(await patch(path, { emailaddress1: MAIL.emailaddress1 }, DETECT))).toEqual([412, '0x80040333'])
    expect((await patch(path, { emailaddress1: MAIL.emailaddress1 })).status).toBe(204)
  })

  const find = (
    entity: Loose,
    matching = 'contact',
    paging = '{"PageNumber":1,"Count":5}',
    persona = REP,
  ): Promise<Reply> => {
    const call = 'RetrieveDuplicates(BusinessEntity=@p1,MatchingEntityName=@p2,PagingInfo=@p3)'
    const query = new URLSearchParams({ '@p1': JSON.stringify(entity), '@p2': `'${matching}'`, '@p3': paging })
    return harness.get(persona, `${call}?${query.toString()}`)
  }
  const CONTACT = { '@odata.type': 'Microsoft.Dynamics.CRM.contact' }

  test('are found beforehand, by values or by a row that is there, among what one may read', async () => {
    const names = ({ body }: Reply): unknown[] => (body.value as Loose[]).map(({ lastname }) => lastname as unknown)
    expect(names(await find({ ...CONTACT, emailaddress1: MAIL.emailaddress1 }))).toEqual(['Quayle'])
    expect(names(await find({ ...CONTACT, emailaddress1: 'b@example.com' }))).toEqual([])
    const twin = await created(harness, REP, 'contacts', { ...MAIL, lastname: 'Twin' })
    expect(names(await find({ ...CONTACT, contactid: twin.contactid }))).toEqual(['Quayle'])
    expect(names(await find({ ...CONTACT, emailaddress1: MAIL.emailaddress1 }, 'contact', '{"Count":1}'))).toHaveLength(
      1,
    )
    const theirs = { ...CONTACT, firstname: 'Björn', lastname: 'Groß' }
    expect(names(await find(theirs, 'contact', '{"Count":50}', ANALYST)).length).toBeGreaterThan(
      names(await find(theirs, 'contact', '{"Count":50}')).length,
    )
  })

  test.each([
    ['no type', { lastname: 'x' }, 'contact', 400],
    ['two tables', CONTACT, 'lead', 501],
  ])('are not looked for with %s', async (_what, entity, matching, status) => {
    expect((await find(entity, matching)).status).toBe(status)
  })
})

describe('state and reason', () => {
  test.each([
    ['a state with its reason', { statecode: 1, statuscode: 2 }, 204, undefined, [1, 2]],
    ['a state alone takes its reason', { statecode: 1 }, 204, undefined, [1, 2]],
    ['a reason of another state', { statuscode: 2 }, 400, '0x80048408', [0, 1]],
    ['a pair that is none', { statecode: 1, statuscode: 1 }, 400, '0x80048408', [0, 1]],
    ['a state that is none', { statecode: 9 }, 400, '0x80048408', [0, 1]],
  ])('%s: %p', async (_what, body, status, code, after) => {
    const row = await created(harness, REP, 'accounts', { name: 'x' })
    const path = `accounts(${String(row.accountid)})`
    expect(refusal(await patch(path, body))).toEqual([status, code])
    const { statecode, statuscode } = (await harness.get(REP, path)).body
    expect([statecode, statuscode]).toEqual(after)
  })

  test('a state alone takes the reason that metadata names', async () => {
    const cast = 'Microsoft.Dynamics.CRM.StateAttributeMetadata'
    const path = `EntityDefinitions(LogicalName='task')/Attributes(LogicalName='statecode')/${cast}?$expand=OptionSet`
    const options = (await harness.get(REP, path)).body.OptionSet.Options as Loose[]
    expect(options).toHaveLength(3)
    for (const { Value, DefaultStatus } of options) {
      const { activityid } = await created(harness, REP, 'tasks', { subject: 'x' })
      await patch(`tasks(${String(activityid)})`, { statecode: Value })
      const { statecode, statuscode } = (await harness.get(REP, `tasks(${String(activityid)})`)).body
      expect([statecode, statuscode]).toEqual([Value, DefaultStatus])
    }
  })

  test('a new row begins in its first state, with a reason of that', async () => {
    expect(await created(harness, REP, 'tasks', { statuscode: 3 })).toMatchObject({ statecode: 0, statuscode: 3 })
    expect(await created(harness, REP, 'appointments', {})).toMatchObject({ statecode: 3, statuscode: 5 })
    const reply = await harness.send(REP, 'POST', 'tasks', { body: { statuscode: 5 } })
    expect(refusal(reply)).toEqual([400, '0x80048408'])
  })

  test('a case that is on hold goes on or is cancelled', async () => {
    const row = await created(harness, REP, 'incidents', { title: 'Gate' })
    const path = `incidents(${String(row.incidentid)})`
    expect((await patch(path, { statuscode: 2 })).status).toBe(204)
    expect(refusal(await patch(path, { statuscode: 4 }))).toEqual([400, '0x8004f00e'])
    expect((await patch(path, { statuscode: 1 })).status).toBe(204)
    expect((await patch(path, { statuscode: 4 })).status).toBe(204)
  })

  test.each([
    ['opportunities', 'name', { statecode: 1 }, 'WinOpportunity'],
    ['opportunities', 'name', { statecode: 2, statuscode: 4 }, 'LoseOpportunity'],
    ['incidents', 'title', { statecode: 1, statuscode: 5 }, 'CloseIncident'],
  ])('%s are closed by a message', async (set, title, body, message) => {
    const row = await created(harness, REP, set, { [title]: 'x' })
    const reply = await patch(`${set}(${String(row.opportunityid ?? row.incidentid)})`, body)
    expect([...refusal(reply), reply.body.error.message]).toEqual([400, '0x80040203', expect.stringContaining(message)])
  })

  test('a closed deal is read, until it is open again', async () => {
    const deal = await first(harness, MANAGER, 'opportunities', 'statecode eq 2')
    const send = (body: Loose) =>
      harness.send(MANAGER, 'PATCH', `opportunities(${String(deal.opportunityid)})`, { body })
    expect(refusal(await send({ name: 'x' }))).toEqual([400, '0x80040233'])
    expect((await send({ statecode: 0, statuscode: 1 })).status).toBe(204)
    expect((await send({ name: 'x' })).status).toBe(204)
  })
})

describe('auditing', () => {
  const trail = async (id: unknown): Promise<Loose[]> =>
    (await harness.get(ANALYST, `audits?$filter=_objectid_value eq ${String(id)}`)).body.value as Loose[]

  test('notes who did what, every column that was sent, and its value before', async () => {
    const { accountid } = await created(harness, REP, 'accounts', { name: 'Old' })
    await harness.send(MANAGER, 'PATCH', `accounts(${String(accountid)})`, { body: { name: 'New', telephone1: null } })
    const [made, changed] = await trail(accountid)
    expect(made).toMatchObject({ action: 1, operation: 1, _userid_value: person(REP).systemUserId })
    expect(changed).toMatchObject({ action: 2, operation: 2, _userid_value: person(MANAGER).systemUserId })
    expect(JSON.parse(changed?.changedata as string)).toEqual({
      changedAttributes: [
        { logicalName: 'name', oldValue: 'Old', newValue: 'New' },
        { logicalName: 'telephone1', oldValue: null, newValue: null },
      ],
    })
  })

  test('notes nothing of a table that is not audited, or of what was refused', async () => {
    const { activityid } = await created(harness, REP, 'tasks', { subject: 'x' })
    const { accountid } = await created(harness, REP, 'accounts', { name: 'x' })
    await patch(`accounts(${String(accountid)})`, { name: 'x'.repeat(161) })
    expect([(await trail(activityid)).length, (await trail(accountid)).length]).toEqual([0, 1])
  })
})
