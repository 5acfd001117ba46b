import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import { person } from '../../../../sandbox/people.ts'
import type { Harness, Loose } from '../harness.ts'
import { REP, startHarness } from '../harness.ts'
import { created, refusal } from './support.ts'

let harness: Harness
let account: string
let contact: string
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())
beforeEach(async () => {
  harness.dataverse.reset()
  account = (await created(harness, REP, 'accounts', { name: 'Tide & Timber' })).accountid as string
  contact = (await created(harness, REP, 'contacts', { lastname: 'Quayle' })).contactid as string
})

const PARTY = 'participationtypemask'
const party = (mask: number | null): Loose => ({ 'partyid_contact@odata.bind': `/contacts(${contact})`, [PARTY]: mask })

describe('an activity', () => {
  test.each(['task', 'phonecall', 'appointment'])('a %s is regarding a row, and among all activities', async (kind) => {
    const body = {
      subject: 'Gate',
      description: 'The gate.',
      [`regardingobjectid_account_${kind}@odata.bind`]: `/accounts(${account})`,
    }
    const row = await created(harness, REP, `${kind}s`, body)
    expect(row).toMatchObject({
      subject: 'Gate',
      _regardingobjectid_value: account,
      _ownerid_value: person(REP).systemUserId,
    })
    const pointer = (await harness.get(REP, `activitypointers(${String(row.activityid)})`)).body
    expect(pointer).toMatchObject({
      subject: 'Gate',
      activitytypecode: kind,
      _regardingobjectid_value: account,
      statecode: row.statecode,
    })
    const related = await harness.get(REP, `accounts(${account})/Account_ActivityPointers?$select=subject`)
    expect(related.body.value).toEqual([expect.objectContaining({ subject: 'Gate' })])
  })

  test('is changed in both places', async () => {
    const { activityid } = await created(harness, REP, 'tasks', { subject: 'Gate' })
    const body = { subject: 'Door', statecode: 1, statuscode: 5 }
    expect((await harness.send(REP, 'PATCH', `tasks(${String(activityid)})`, { body })).status).toBe(204)
    for (const set of ['tasks', 'activitypointers'])
      expect((await harness.get(REP, `${set}(${String(activityid)})`)).body).toMatchObject(body)
    const reply = await harness.send(REP, 'PATCH', `activitypointers(${String(activityid)})`, { body })
    expect(refusal(reply)).toEqual([501, '0x80040315'])
  })

  test('comes with its parties', async () => {
    const me = { 'partyid_systemuser@odata.bind': `/systemusers(${person(REP).systemUserId ?? ''})`, [PARTY]: 1 }
    const body = { subject: 'Gate', phonecall_activity_parties: [me, party(2)] }
    const { activityid } = await created(harness, REP, 'phonecalls', body)
    const { value } = (await harness.get(REP, `phonecalls(${String(activityid)})/phonecall_activity_parties`)).body
    const found = (value as Loose[]).map((one) => [one[PARTY] as unknown, one._partyid_value as unknown])
    expect(found).toEqual([
      [1, person(REP).systemUserId],
      [2, contact],
    ])
  })

  test.each([
    ['an unknown part', { phonecall_activity_parties: [{ [PARTY]: 99 }] }, 400, '0x8004431a'],
    ['nobody', { phonecall_activity_parties: [{ [PARTY]: 2 }] }, 400, '0x80040203'],
    ['a value in place of a party', { phonecall_activity_parties: ['x'] }, 400, '0x80048d19'],
    ['a value in place of parties', { phonecall_activity_parties: {} }, 400, '0x80048d19'],
    ['parties of another kind', { task_activity_parties: [] }, 400, '0x80048d19'],
  ])('is refused with %s, and not even begun', async (_what, body, status, code) => {
    const id = '00000000-0000-4000-8000-000000000009'
    const reply = await harness.send(REP, 'POST', 'phonecalls', { body: { activityid: id, ...body } })
    expect(refusal(reply)).toEqual([status, code])
    expect((await harness.get(REP, `activitypointers(${id})`)).status).toBe(404)
  })

  test('is refused with a party without a part', async () => {
    const body = { phonecall_activity_parties: [party(null)] }
    expect(refusal(await harness.send(REP, 'POST', 'phonecalls', { body }))).toEqual([400, '0x80040203'])
  })

  test('does not take other parties later', async () => {
    const { activityid } = await created(harness, REP, 'phonecalls', { subject: 'Gate' })
    const body = { phonecall_activity_parties: [party(2)] }
    expect(refusal(await harness.send(REP, 'PATCH', `phonecalls(${String(activityid)})`, { body }))).toEqual([
      501,
      '0x80040315',
    ])
  })
})

describe('a note', () => {
  test('is about a row', async () => {
    const body = { subject: 'Gate', notetext: '2.4 m\nwide', 'objectid_account@odata.bind': `/accounts(${account})` }
    const note = await created(harness, REP, 'annotations', body)
    expect(note).toMatchObject({
      notetext: '2.4 m\nwide',
      _objectid_value: account,
      objecttypecode: 'account',
      isdocument: false,
    })
    const found = await harness.get(REP, `accounts(${account})/Account_Annotation?$select=subject`)
    expect(found.body.value).toEqual([expect.objectContaining({ subject: 'Gate' })])
  })

  test('is about no row of a table without notes', async () => {
    const project = await created(harness, REP, 'hp_projects', { hp_name: 'Quay' })
    const body = { notetext: 'x', 'objectid_hp_project@odata.bind': `/hp_projects(${String(project.hp_projectid)})` }
    const reply = await harness.send(REP, 'POST', 'annotations', { body })
    expect([...refusal(reply), reply.body.error.message]).toEqual([
      400,
      '0x80048d19',
      expect.stringContaining("'objectid_hp_project'"),
    ])
  })
})
