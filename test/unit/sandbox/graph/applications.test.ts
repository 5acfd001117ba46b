import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AZURE_CLI } from '../../../sandbox/entra/directory/built-in.ts'
import { ADMIN, DEVELOPER, USER, startTenant } from './tenant.ts'
import type { Answer, Tenant } from './tenant.ts'

const CREATE = { prefer: 'create-if-missing' }
const SCOPE = {
  id: '20000000-0000-4000-8000-00000000000a',
  value: 'MCP.Access',
  type: 'User',
  isEnabled: true,
  adminConsentDisplayName: 'Read',
  adminConsentDescription: 'Reads',
}
let tenant: Tenant

beforeAll(async () => {
  tenant = await startTenant()
})
afterAll(() => tenant.entra.close())

const refused = ({ status, json }: Answer) => [status, json.error?.code]
const made = async (body: object = {}, upn = ADMIN) =>
  (await tenant.as(upn)('POST', '/applications', { displayName: 'App', ...body })).json

describe('upsert by uniqueName', () => {
  const path = "/applications(uniqueName='dynamics-mcp-one')"

  test('creates with Prefer, answers 404 without, then updates', async () => {
    const ask = tenant.as(ADMIN)
    expect(refused(await ask('PATCH', path, { displayName: 'One' }))).toEqual([404, 'Request_ResourceNotFound'])
    const created = await ask('PATCH', path, { displayName: 'One' }, CREATE)
    expect(created).toMatchObject({ status: 201, json: { uniqueName: 'dynamics-mcp-one', displayName: 'One' } })
    expect(await ask('PATCH', path, { displayName: 'Two' }, CREATE)).toEqual({ status: 204, json: {} })
    const { json } = await ask('GET', path)
    expect(json).toMatchObject({ appId: created.json['appId'], displayName: 'Two' })
    expect(await ask('GET', `/applications(appId='${String(json['appId'])}')?$select=id,appId`)).toMatchObject({
      status: 200,
      json: { id: json['id'] },
    })
  })

  test('the name is immutable, unique, and kept by a deleted application for 30 days', async () => {
    const ask = tenant.as(ADMIN)
    const { id } = await made()
    expect((await ask('PATCH', `/applications/${String(id)}`, { uniqueName: 'kept' })).status).toBe(204)
    expect(refused(await ask('PATCH', `/applications/${String(id)}`, { uniqueName: 'other' }))[0]).toBe(400)
    expect((await ask('DELETE', `/applications/${String(id)}`)).status).toBe(204)
    const again = await ask('PATCH', "/applications(uniqueName='kept')", { displayName: 'New' }, CREATE)
    expect(again.json.error).toMatchObject({ code: 'Request_BadRequest', details: [{ code: 'ObjectConflict' }] })
    expect((await ask('POST', `/directory/deletedItems/${String(id)}/restore`)).status).toBe(200)
    expect((await ask('GET', "/applications(uniqueName='kept')")).json['id']).toBe(id)
  })
})

describe('what an application may not be', () => {
  test.each<[string, object, RegExp]>([
    ['an unknown member', { colour: 'blue' }, /Invalid property 'colour'/],
    ['a member that only Graph sets', { appId: randomUUID() }, /appId/],
    ['secrets', { passwordCredentials: [] }, /passwordCredentials/],
    ['a redirect URI without TLS', { web: { redirectUris: ['http://mcp.example/cb'] } }, /redirectUris/],
    ['a redirect URI with a fragment', { web: { redirectUris: ['https://mcp.example/cb#x'] } }, /redirectUris/],
    ['an audience that there is not', { signInAudience: 'Everyone' }, /signInAudience/],
    ['an identifier URI of another domain', { identifierUris: ['api://contoso'] }, /verified domain/],
    ['an id that is no GUID', { requiredResourceAccess: [{ resourceAppId: 'x', resourceAccess: [] }] }, /requiredRes/],
    [
      'two scopes of one value',
      { api: { oauth2PermissionScopes: [SCOPE, { ...SCOPE, id: randomUUID() }] } },
      /duplicate/,
    ],
    [
      'a scope preauthorised as it is made',
      {
        api: {
          oauth2PermissionScopes: [SCOPE],
          preAuthorizedApplications: [{ appId: AZURE_CLI, delegatedPermissionIds: [SCOPE.id] }],
        },
      },
      /does not exist yet/,
    ],
  ])('%s', async (_, body, message) => {
    const answer = await tenant.as(ADMIN)('POST', '/applications', { displayName: 'App', ...body })
    expect(refused(answer)).toEqual([400, 'Request_BadRequest'])
    expect(answer.json.error?.message).toMatch(message)
  })

  test.each(['', '{', '[]', '{"displayName":""}', '{}'])('a body like %s', async (body) => {
    expect(refused(await tenant.as(ADMIN)('POST', '/applications', body))[0]).toBe(400)
  })
})

describe('a change', () => {
  test('merges complex members and replaces collections', async () => {
    const ask = tenant.as(ADMIN)
    const { id } = await made({ api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [SCOPE] }, tags: ['a'] })
    const path = `/applications/${String(id)}`
    const preAuthorizedApplications = [{ appId: AZURE_CLI, delegatedPermissionIds: [SCOPE.id] }]
    expect((await ask('PATCH', path, { api: { preAuthorizedApplications }, tags: ['b'] })).status).toBe(204)
    expect((await ask('GET', path)).json).toMatchObject({
      tags: ['b'],
      api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [SCOPE], preAuthorizedApplications },
    })
  })

  test('takes no scope or role away that is enabled', async () => {
    const ask = tenant.as(ADMIN)
    const { id } = await made({ api: { oauth2PermissionScopes: [SCOPE] } })
    const path = `/applications/${String(id)}`
    const other = { ...SCOPE, id: randomUUID() }
    for (const scopes of [[], [other]]) {
      const answer = await ask('PATCH', path, { api: { oauth2PermissionScopes: scopes } })
      expect(refused(answer)).toEqual([400, 'CannotDeleteOrUpdateEnabledEntitlement'])
    }
    const disabled = { api: { oauth2PermissionScopes: [{ ...SCOPE, isEnabled: false }] } }
    expect((await ask('PATCH', path, disabled)).status).toBe(204)
    expect((await ask('PATCH', path, { api: { oauth2PermissionScopes: [] } })).status).toBe(204)
  })
})

describe('who may', () => {
  test('register: anybody, unless the tenant keeps it to roles', async () => {
    const ask = (upn: string) => tenant.as(upn)('POST', '/applications', { displayName: 'App' })
    expect((await ask(USER)).status).toBe(201)
    tenant.directory.usersMayRegisterApplications = false
    expect(refused(await ask(USER))).toEqual([403, 'Authorization_RequestDenied'])
    expect((await ask(DEVELOPER)).status).toBe(201)
    tenant.directory.usersMayRegisterApplications = true
  })

  test('change: its owner and administrators', async () => {
    const { id } = await made({}, DEVELOPER)
    const rename = (upn: string) => tenant.as(upn)('PATCH', `/applications/${String(id)}`, { displayName: 'New' })
    expect(refused(await rename(USER))).toEqual([403, 'Authorization_RequestDenied'])
    expect([(await rename(DEVELOPER)).status, (await rename(ADMIN)).status]).toEqual([204, 204])
    const list = await tenant.as(USER)('GET', `/applications/${String(id)}/owners`)
    expect(list.json.value).toHaveLength(1)
  })

  test('call at all: a token of this tenant for Graph', async () => {
    const wrong = await tenant.entra.mintCliToken({ signedIn: { upn: ADMIN } })
    for (const token of [undefined, 'junk', wrong.accessToken]) {
      const answer = await tenant.withToken(token)('GET', '/applications')
      expect(refused(answer)).toEqual([401, 'InvalidAuthenticationToken'])
      expect(answer.json['www-authenticate']).toMatch(/^Bearer/)
    }
  })
})

describe('federated credentials', () => {
  const CREDENTIAL = {
    name: 'functions-identity',
    issuer: 'https://login.microsoftonline.com/t/v2.0',
    subject: randomUUID(),
    audiences: ['api://AzureADTokenExchange'],
  }

  test('are made, found by name, changed, and deleted', async () => {
    const ask = tenant.as(ADMIN)
    const { id } = await made()
    const path = `/applications/${String(id)}/federatedIdentityCredentials`
    expect((await ask('POST', path, CREDENTIAL)).status).toBe(201)
    expect(refused(await ask('POST', path, CREDENTIAL))).toEqual([409, 'Request_MultipleObjectsWithSameKeyValue'])
    expect(refused(await ask('POST', path, { ...CREDENTIAL, name: 'other' }))[0]).toBe(409)
    const named = `${path}(name='functions-identity')`
    const subject = randomUUID()
    expect((await ask('PATCH', named, { subject }, CREATE)).status).toBe(204)
    expect((await ask('GET', `${path}/functions-identity`)).json).toMatchObject({ subject })
    expect(refused(await ask('PATCH', named, { name: 'renamed' }))[0]).toBe(400)
    expect((await ask('DELETE', `${path}/functions-identity`)).status).toBe(204)
    expect((await ask('GET', path)).json.value).toEqual([])
    const { name, ...unnamed } = CREDENTIAL
    expect((await ask('PATCH', named, unnamed, CREATE)).json).toMatchObject({ name })
  })

  test.each([
    [{ audiences: ['a', 'b'] }],
    [{ audiences: [] }],
    [{ name: 'a b' }],
    [{ issuer: 'not a url' }],
    [{ subject: '' }],
    [{ extra: 1 }],
  ])('are not %j', async (change) => {
    const { id } = await made()
    const path = `/applications/${String(id)}/federatedIdentityCredentials`
    expect(refused(await tenant.as(ADMIN)('POST', path, { ...CREDENTIAL, ...change }))).toEqual([
      400,
      'Request_BadRequest',
    ])
  })
})
