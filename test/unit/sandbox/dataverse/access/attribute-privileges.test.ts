import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import { metadataId } from '../../../../sandbox/dataverse/metadata/identifier.ts'
import { DOMAIN, PEOPLE, person, type Person } from '../../../../sandbox/people.ts'
import type { Harness, Loose } from '../harness.ts'
import { ANALYST, column, MANAGER, REP, startHarness } from '../harness.ts'

/** Holds the one role that opens every column. */
const ADMINISTRATOR: Person = {
  ...person(ANALYST),
  upn: `ada.admin@${DOMAIN}`,
  oid: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e0a',
  systemUserId: '7c1d2e01-000a-4a6b-8c2d-10a3c1a86f0a',
  roles: ['System Administrator'],
}
const SECURED = [
  ['account', 'creditlimit'],
  ['account', 'creditlimit_base'],
  ['contact', 'hp_passportnumber'],
  ['hp_project', 'hp_margin'],
] as const
const IDS = SECURED.map(([table, name]) => metadataId(table, name)).sort()

let harness: Harness
beforeAll(async () => {
  harness = await startHarness({ people: [...PEOPLE, ADMINISTRATOR] })
})
afterAll(() => harness.close())
beforeEach(() => harness.dataverse.reset())

const FUNCTION = 'Microsoft.Dynamics.CRM.RetrievePrincipalAttributePrivileges'
const idOf = (persona: string): string => person(persona).systemUserId ?? ''
const ask = (id: string, call = '()') => harness.get(REP, `systemusers(${id})/${FUNCTION}${call}`)
const privileges = async (id: string): Promise<Loose[]> => (await ask(id)).body.AttributePrivileges as Loose[]

describe('the attribute privileges of a principal', () => {
  test.each([
    ['none without a profile', idOf(REP), [], undefined],
    ['those to read by a profile', idOf(MANAGER), IDS, { CanCreate: 0, CanRead: 4, CanUpdate: 0 }],
    ['all for an administrator', ADMINISTRATOR.systemUserId ?? '', IDS, { CanCreate: 4, CanRead: 4, CanUpdate: 4 }],
  ])('%s', async (_what, id, ids, rights) => {
    const found = await privileges(id)
    expect(found.map(({ AttributeId }) => AttributeId as string).sort()).toEqual(ids)
    for (const one of found) expect(one).toEqual({ AttributeId: one.AttributeId as unknown, ...rights })
  })

  test('are those of columns by the ids that metadata gives them', async () => {
    const path = "EntityDefinitions(LogicalName='account')/Attributes?$select=MetadataId&$filter=IsSecured eq true"
    const ids = (await privileges(idOf(MANAGER))).map(({ AttributeId }) => AttributeId as string)
    expect(ids).toEqual(expect.arrayContaining(column(await harness.get(REP, path), 'MetadataId')))
  })

  test('end with the profile, and what the columns show with them', async () => {
    const limits = async (): Promise<unknown[]> =>
      column(await harness.get(MANAGER, 'accounts?$select=creditlimit&$filter=creditlimit gt 0'), 'creditlimit')
    expect(await limits()).not.toEqual([])
    harness.dataverse.withdrawProfile(idOf(MANAGER))
    expect([await privileges(idOf(MANAGER)), await limits()]).toEqual([[], []])
    expect(await privileges(idOf(ANALYST))).not.toEqual([])
  })

  test.each([
    ['a principal that does not exist', '7c1d2e01-0fff-4a6b-8c2d-10a3c1a86fff', '()', 404],
    ['a parameter', idOf(REP), "(Principal='x')", 404],
  ])('are refused for %s', async (_what, id, call, status) => {
    expect((await ask(id, call)).status).toBe(status)
  })

  test('are bound to a user: neither to the root nor to an account', async () => {
    const [account] = column(await harness.get(ANALYST, 'accounts?$select=accountid&$top=1'), 'accountid')
    for (const path of [`${FUNCTION}()`, `accounts(${String(account)})/${FUNCTION}()`])
      expect((await harness.get(ANALYST, path)).status).toBeGreaterThanOrEqual(400)
  })

  test('the role of an administrator is told by its template', async () => {
    const roles = (id: string): string =>
      `systemusers(${id})/systemuserroles_association?$select=roleid&$filter=_roletemplateid_value eq 627090ff-40a3-4053-8790-584edc5be201`
    expect((await harness.get(REP, roles(ADMINISTRATOR.systemUserId ?? ''))).body.value).toHaveLength(1)
    expect((await harness.get(REP, roles(idOf(ANALYST)))).body.value).toEqual([])
  })
})
