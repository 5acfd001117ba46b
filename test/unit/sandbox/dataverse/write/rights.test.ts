import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import { markerId } from '../../../../sandbox/dataverse/seed/markers.ts'
import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import { person } from '../../../../sandbox/people.ts'
import type { Harness, Loose, Reply } from '../harness.ts'
import { ANALYST, MANAGER, REP, startHarness } from '../harness.ts'
import { ADMINISTRATOR, created, CRM, CROWD, FIELD, refusal } from './support.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness({ people: CROWD })
})
afterAll(() => harness.close())
beforeEach(() => harness.dataverse.reset())

const ADMIN = ADMINISTRATOR.persona
const OUTSIDE = FIELD.persona
const MISSING = '0x80040220'
const NO_ACCESS = '0x80048306'
const patch = (persona: string, path: string, body: Loose): Promise<Reply> =>
  harness.send(persona, 'PATCH', path, { body })

describe('a new row', () => {
  test.each([
    [REP, 'accounts', { name: 'x' }, 204, undefined, /^$/],
    [ADMIN, 'accounts', { name: 'x' }, 204, undefined, /^$/],
    [ANALYST, 'accounts', { name: 'x' }, 403, MISSING, /is missing prvCreateAccount privilege on OTC=1/],
    [ANALYST, 'tasks', { subject: 'x' }, 403, MISSING, /is missing prvCreateActivity privilege/],
    [ANALYST, 'annotations', { notetext: 'x' }, 403, MISSING, /is missing prvCreateNote privilege/],
    [OUTSIDE, 'accounts', { name: 'x' }, 403, MISSING, /prvCreateAccount/],
    [OUTSIDE, 'tasks', { subject: 'x' }, 204, undefined, /^$/],
    [REP, 'quotes', { name: 'x' }, 403, MISSING, /prvCreateQuote/],
    [REP, 'competitors', { name: 'x' }, 403, MISSING, /prvCreateCompetitor/],
    [REP, 'teams', { name: 'x' }, 403, MISSING, /prvCreateTeam/],
    ['no Dynamics user', 'accounts', { name: 'x' }, 403, '0x80072560', /not a member/],
    ['disabled user', 'accounts', { name: 'x' }, 403, '0x80040225', /is disabled/],
  ])('of %s in %s: %p', async (persona, set, body, status, code, message) => {
    const reply = await harness.send(persona, 'POST', set, { body })
    expect(refusal(reply)).toEqual([status, code])
    expect((reply.body?.error?.message as string | undefined) ?? '').toMatch(message)
  })

  test("is somebody else's as far as the right to create reaches", async () => {
    const make = (persona: string, owner: string) =>
      harness.send(persona, 'POST', 'accounts', { body: { 'ownerid@odata.bind': `/systemusers(${owner})` } })
    const manager = person(MANAGER).systemUserId ?? ''
    expect(refusal(await make(REP, manager))).toEqual([403, NO_ACCESS])
    expect((await make(MANAGER, person(REP).systemUserId ?? '')).status).toBe(204)
    expect(refusal(await make(MANAGER, idOf('systemuser', 'Lena Schäfer')))).toEqual([403, NO_ACCESS])
  })
})

describe('a row is changed as far as the right to write reaches', () => {
  test.each([
    [REP, 'own', 204],
    [REP, 'team', 204],
    [REP, 'business unit', 403],
    [REP, 'child unit', 403],
    [MANAGER, 'own', 204],
    [MANAGER, 'business unit', 204],
    [MANAGER, 'child unit', 204],
    [MANAGER, 'other unit', 403],
    [MANAGER, 'root unit', 403],
    [ADMIN, 'other unit', 204],
    [ANALYST, 'own', 403],
    [OUTSIDE, 'own', 403],
  ] as const)('%s: a deal of depth "%s" gives %i', async (persona, depth, status) => {
    const reply = await patch(persona, `opportunities(${markerId(depth)})`, { description: 'seen' })
    const holds = persona !== ANALYST && persona !== OUTSIDE
    expect(refusal(reply)).toEqual([status, status === 204 ? undefined : holds ? NO_ACCESS : MISSING])
    if (status === 403 && holds) expect(reply.body.error.message).toMatch(/AccessRights: WriteAccess $/)
    const { body } = await harness.get(ADMIN, `opportunities(${markerId(depth)})?$select=description`)
    expect(body.description).toBe(status === 204 ? 'seen' : null)
  })

  test('RetrievePrincipalAccess says so beforehand', async () => {
    for (const persona of [REP, MANAGER])
      for (const depth of ['own', 'team', 'business unit', 'other unit'] as const) {
        const target = encodeURIComponent(JSON.stringify({ '@odata.id': `opportunities(${markerId(depth)})` }))
        const call = `systemusers(${person(persona).systemUserId ?? ''})/${CRM}RetrievePrincipalAccess(Target=@t)?@t=${target}`
        const { body } = await harness.get(ADMIN, call)
        const { status } = await patch(persona, `opportunities(${markerId(depth)})`, { description: 'seen' })
        expect([persona, depth, /\bWriteAccess\b/.test(body.AccessRights as string)]).toEqual([
          persona,
          depth,
          status === 204,
        ])
      }
  })

  test('RetrieveUserPrivileges names what the definitions of tables name', async () => {
    const call = `systemusers(${person(REP).systemUserId ?? ''})/${CRM}RetrieveUserPrivileges()`
    const held = new Map(
      ((await harness.get(REP, call)).body.RolePrivileges as Loose[]).map((one) => [one.PrivilegeId, one.Depth]),
    )
    const { body } = await harness.get(REP, "EntityDefinitions(LogicalName='account')?$select=Privileges")
    const depths = Object.fromEntries(
      (body.Privileges as Loose[]).map((one) => [one.PrivilegeType, held.get(one.PrivilegeId)]),
    )
    expect(depths).toEqual({
      Create: 'Basic',
      Read: 'Basic',
      Write: 'Basic',
      Append: 'Basic',
      AppendTo: 'Basic',
      Assign: 'Basic',
      Delete: undefined,
      Share: undefined,
    })
  })
})

describe('pointing at a row', () => {
  test('asks the right to append of the one and to be appended to of the other', async () => {
    const theirs = idOf('account', 'extra/0')
    const regarding = { 'regardingobjectid_account_task@odata.bind': `/accounts(${theirs})` }
    expect((await harness.send(OUTSIDE, 'POST', 'tasks', { body: regarding })).status).toBe(204)
    const deal = { 'regardingobjectid_opportunity_task@odata.bind': `/opportunities(${markerId('own')})` }
    const reply = await harness.send(OUTSIDE, 'POST', 'tasks', { body: deal })
    expect([...refusal(reply), reply.body.error.message]).toEqual([
      403,
      MISSING,
      expect.stringContaining('prvAppendToOpportunity'),
    ])
    const other = { 'regardingobjectid_opportunity_task@odata.bind': `/opportunities(${markerId('other unit')})` }
    const beyond = await harness.send(REP, 'POST', 'tasks', { body: other })
    expect([...refusal(beyond), beyond.body.error.message]).toEqual([
      403,
      NO_ACCESS,
      expect.stringMatching(/AppendToAccess $/),
    ])
  })

  test('giving a row away asks the right to assign', async () => {
    const account = await created(harness, ADMIN, 'accounts', {
      'ownerid@odata.bind': `/systemusers(${FIELD.systemUserId ?? ''})`,
    })
    const path = `accounts(${String(account.accountid)})`
    expect((await patch(OUTSIDE, path, { name: 'Mine' })).status).toBe(204)
    const give = { 'ownerid@odata.bind': `/systemusers(${person(REP).systemUserId ?? ''})` }
    expect(refusal(await patch(OUTSIDE, path, give))).toEqual([403, MISSING])
    expect((await patch(ADMIN, path, give)).status).toBe(204)
  })
})

test('nobody passes business logic by; what an administrator could do is not emulated', async () => {
  const headers = { 'MSCRM.BypassCustomPluginExecution': 'true' }
  const statuses = [REP, MANAGER, ADMIN].map(async (persona) =>
    refusal(await harness.send(persona, 'POST', 'accounts', { body: {}, headers })),
  )
  expect(await Promise.all(statuses)).toEqual([
    [403, MISSING],
    [403, MISSING],
    [501, '0x80040315'],
  ])
})

describe('a secured column', () => {
  test.each([
    [REP, 'accounts', 'creditlimit', 5, 403],
    [MANAGER, 'accounts', 'creditlimit', 5, 403],
    [MANAGER, 'contacts', 'hp_passportnumber', 'P1', 403],
    [REP, 'hp_projects', 'hp_margin', 1, 403],
    [ADMIN, 'accounts', 'creditlimit', 5, 201],
  ])('of %s: %s.%s', async (persona, set, name, value, status) => {
    const reply = await harness.send(persona, 'POST', set, { body: { [name]: value }, prefer: 'return=representation' })
    expect(refusal(reply)).toEqual([status, status === 201 ? undefined : '0x8004f502'])
    if (status === 201) expect(reply.body[name]).toBe(value)
  })

  test('is refused with another code in a change, whatever the value', async () => {
    const { accountid } = await created(harness, REP, 'accounts', { name: 'x' })
    for (const creditlimit of [5, null])
      expect(refusal(await patch(REP, `accounts(${String(accountid)})`, { creditlimit }))).toEqual([403, '0x8004f507'])
    expect((await patch(ADMIN, `accounts(${String(accountid)})`, { creditlimit: 5 })).status).toBe(204)
  })
})
