import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DATAVERSE, MICROSOFT_GRAPH } from '../../../sandbox/entra/directory/built-in.ts'
import { ADMIN, GROUP, OID, PRIVILEGED, USER, register, startTenant } from './tenant.ts'
import type { Answer, Registered, Tenant } from './tenant.ts'

let tenant: Tenant
let app: Registered

beforeAll(async () => {
  tenant = await startTenant()
  app = register(tenant.directory, tenant.entra.issuer)
})
afterAll(() => tenant.entra.close())

const refused = ({ status, json }: Answer) => [status, json.error?.code]
const get = (path: string) => tenant.as(USER)('GET', path)

describe('collections', () => {
  test.each([
    ["/applications?$filter=uniqueName eq 'dynamics-mcp-test'", 1],
    ["/applications?$filter=displayName eq 'dynamics 365 for chatgpt'", 1],
    ["/applications?$filter=startswith(displayName,'Dyn')", 1],
    ["/applications?$filter=tags/any(t:t eq 'x')", 0],
    [`/servicePrincipals?$filter=appId eq '${MICROSOFT_GRAPH}'&$select=id,appId`, 1],
    [`/users?$filter=userPrincipalName eq '${USER}'`, 1],
    ["/groups?$filter=displayName eq 'Sales'", 1],
    ['/groups', 1],
    ['/organization', 1],
    ['/users?$top=2', 2],
  ])('%s: %i', async (path, count) => {
    const { status, json } = await get(path)
    expect([status, json.value?.length]).toEqual([200, count])
  })

  test.each([
    ["/applications?$filter=notes eq 'x'", 'Request_UnsupportedQuery'],
    ["/applications?$filter=appId ne 'x'", 'BadRequest'],
    ['/applications?$filter=appId eq x', 'BadRequest'],
    ['/applications?$orderby=displayName', 'Request_UnsupportedQuery'],
    ['/applications?$expand=owners', 'Request_UnsupportedQuery'],
    ['/applications?$top=0', 'BadRequest'],
    ['/applications?$select=colour', 'BadRequest'],
    ['/lunch', 'BadRequest'],
    ['/applications/x/lunch', 'BadRequest'],
  ])('%s is refused', async (path, code) => {
    expect(refused(await get(path))).toEqual([400, code])
  })

  test('another version or method is refused', async () => {
    expect((await tenant.as(USER)('GET', '/../beta/me')).status).toBe(400)
    expect((await tenant.as(USER)('PUT', '/applications')).status).toBe(405)
  })
})

test('/me says who calls and which roles they have', async () => {
  expect((await tenant.as(ADMIN)('GET', '/me')).json).toMatchObject({ id: OID[ADMIN] })
  const { json } = await tenant.as(ADMIN)('GET', '/me/memberOf')
  expect(json.value).toMatchObject([{ displayName: 'Cloud Application Administrator' }])
  expect((await get('/me/memberOf')).json.value).toMatchObject([{ id: GROUP }])
})

describe('service principals', () => {
  test('publish what their application does', async () => {
    const { json } = await get(`/servicePrincipals(appId='${app.appId}')`)
    expect(json).toMatchObject({ id: app.spId, oauth2PermissionScopes: [{ value: 'MCP.Access' }] })
    const dataverse = await get(`/servicePrincipals(appId='${DATAVERSE}')`)
    expect(dataverse.json['oauth2PermissionScopes']).toMatchObject([
      { id: '78ce3f0f-a1ce-49c2-8cde-64b5c0896db4', value: 'user_impersonation' },
    ])
  })

  test('are made of an application that is there, once', async () => {
    const ask = tenant.as(ADMIN)
    const unknown = await ask('POST', '/servicePrincipals', { appId: randomUUID() })
    expect(unknown.json.error).toMatchObject({ details: [{ code: 'NoBackingApplicationObject' }] })
    expect(refused(await ask('POST', '/servicePrincipals', { appId: app.appId }))[0]).toBe(409)
    const created = await ask('POST', '/applications', { displayName: 'Other' })
    const appId = String(created.json['appId'])
    const path = `/servicePrincipals(appId='${appId}')`
    const upserted = await ask('PATCH', path, { appRoleAssignmentRequired: true }, { prefer: 'create-if-missing' })
    expect(upserted).toMatchObject({ status: 201, json: { appRoleAssignmentRequired: true } })
    expect((await ask('PATCH', path, { appRoleAssignmentRequired: false })).status).toBe(204)
    expect(refused(await ask('PATCH', path, { appId: randomUUID() }))[0]).toBe(400)
    expect(refused(await tenant.as(USER)('DELETE', path))[0]).toBe(403)
    expect((await ask('DELETE', path)).status).toBe(204)
    expect(refused(await get(path))[0]).toBe(404)
  })
})

describe('consent', () => {
  const graphId = async () => (await get(`/servicePrincipals(appId='${MICROSOFT_GRAPH}')`)).json['id'] as string
  const grant = async (change: object = {}) => ({
    clientId: app.spId,
    resourceId: await graphId(),
    consentType: 'AllPrincipals',
    scope: 'User.Read openid',
    ...change,
  })

  test('is one object for each client, resource and person', async () => {
    const ask = tenant.as(ADMIN)
    const created = await ask('POST', '/oauth2PermissionGrants', await grant())
    expect(created.status).toBe(201)
    const again = await ask('POST', '/oauth2PermissionGrants', await grant())
    expect(refused(again)).toEqual([409, 'Request_MultipleObjectsWithSameKeyValue'])
    const path = `/oauth2PermissionGrants/${String(created.json['id'])}`
    expect((await ask('PATCH', path, { scope: 'openid' })).status).toBe(204)
    expect((await get(`/oauth2PermissionGrants?$filter=clientId eq '${app.spId}'`)).json.value).toMatchObject([
      { scope: 'openid', principalId: null },
    ])
    expect((await get(`/servicePrincipals/${app.spId}/oauth2PermissionGrants`)).json.value).toHaveLength(1)
    expect((await ask('DELETE', path)).status).toBe(204)
  })

  test.each<[string, object]>([
    ['an unknown scope', { scope: 'User.Fly' }],
    ['a person without one', { consentType: 'Principal' }],
    ['everyone with a person', { principalId: OID[USER] }],
    ['another kind', { consentType: 'Some' }],
  ])('is refused for %s', async (_, change) => {
    expect(refused(await tenant.as(ADMIN)('POST', '/oauth2PermissionGrants', await grant(change)))[0]).toBe(400)
  })

  test('takes a role', async () => {
    expect(refused(await tenant.as(USER)('POST', '/oauth2PermissionGrants', await grant()))[0]).toBe(403)
    const created = await tenant.as(PRIVILEGED)('POST', '/oauth2PermissionGrants', await grant())
    expect(created.status).toBe(201)
  })

  test('names service principals that are there', async () => {
    const answer = await tenant.as(ADMIN)('POST', '/oauth2PermissionGrants', await grant({ clientId: randomUUID() }))
    expect(refused(answer)).toEqual([404, 'Request_ResourceNotFound'])
  })
})

describe('assignments', () => {
  const body = (principalId: string, appRoleId = '00000000-0000-0000-0000-000000000000') => ({
    principalId,
    appRoleId,
    resourceId: app.spId,
  })

  test('of people and groups, each once', async () => {
    const ask = tenant.as(ADMIN)
    const path = `/servicePrincipals/${app.spId}/appRoleAssignedTo`
    const created = await ask('POST', path, body(GROUP))
    expect(created).toMatchObject({ status: 201, json: { principalType: 'Group', principalDisplayName: 'Sales' } })
    expect(refused(await ask('POST', path, body(GROUP)))).toEqual([400, 'Request_BadRequest'])
    expect(refused(await ask('POST', path, body(randomUUID())))[0]).toBe(404)
    expect(refused(await ask('POST', path, body(GROUP, randomUUID())))[0]).toBe(400)
    expect(refused(await tenant.as(USER)('POST', path, body(OID[USER])))[0]).toBe(403)
    expect((await ask('POST', `/users/${USER}/appRoleAssignments`, body(OID[USER]))).status).toBe(201)
    expect((await get(path)).json.value).toHaveLength(2)
    expect(refused(await get(`${path}?$filter=principalId eq '${GROUP}'`))[1]).toBe('Request_UnsupportedQuery')
    expect((await ask('DELETE', `${path}/${String(created.json['id'])}`)).status).toBe(204)
    expect((await get(`/groups/${GROUP}/appRoleAssignments`)).json.value).toEqual([])
  })
})

describe('as it happens in the field', () => {
  test('a new object is not there at once', async () => {
    const slow = await startTenant({ graph: { delayReads: 2 } })
    const ask = slow.as(ADMIN)
    const { json } = await ask('POST', '/applications', { displayName: 'App' })
    const path = `/applications/${String(json['id'])}`
    const statuses = [await ask('GET', path), await ask('GET', path), await ask('GET', path)].map(
      ({ status }) => status,
    )
    expect(statuses).toEqual([404, 404, 200])
    await slow.entra.close()
  })

  test('who asks too often waits', async () => {
    let left = 1
    const busy = await startTenant({ graph: { throttle: () => (left-- > 0 ? 7 : undefined) } })
    const ask = busy.as(ADMIN)
    expect(await ask('GET', '/me')).toMatchObject({ status: 429, json: { 'retry-after': '7' } })
    expect((await ask('GET', '/me')).status).toBe(200)
    await busy.entra.close()
  })

  test('a deleted application is gone after 30 days', async () => {
    let now = Date.parse('2026-11-28')
    const late = await startTenant({ graph: { now: () => now } })
    const ask = late.as(ADMIN)
    const { json } = await ask('POST', '/applications', { displayName: 'App' })
    await ask('DELETE', `/applications/${String(json['id'])}`)
    const bin = '/directory/deletedItems/microsoft.graph.application'
    expect((await ask('GET', bin)).json.value).toHaveLength(1)
    now += 30 * 24 * 3600_000
    expect((await ask('GET', bin)).json.value).toEqual([])
    await late.entra.close()
  })
})
