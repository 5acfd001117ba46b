import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { DATAVERSE, MICROSOFT_GRAPH } from '../../../sandbox/entra/directory/built-in.ts'
import { addConsent, requiredAccess } from '../../../sandbox/entra/directory/consent.ts'
import { applicationOf, servicePrincipalOf } from '../../../sandbox/entra/directory/queries.ts'
import type { Application, ServicePrincipal } from '../../../sandbox/entra/directory/types.ts'
import { TENANT_ID } from '../../../sandbox/people.ts'
import { ADMIN, ADMINISTRATOR_ROLE, GROUP, OID, ORG, USER } from '../graph/tenant.ts'
import { assign, emptyDirectory, register, startTenant } from '../graph/tenant.ts'
import type { Registered, Tenant } from '../graph/tenant.ts'
import { adminConsentUrl, authorizeUrl, obo, open, submit, tokenRequest, tokens } from './browser.ts'

let tenant: Tenant
let app: Registered

beforeAll(async () => {
  tenant = await startTenant()
})
beforeEach(() => {
  emptyDirectory(tenant)
  app = register(tenant.directory, tenant.entra.issuer)
  assign(tenant.directory, app, GROUP)
  assign(tenant.directory, app, OID[ADMIN], ADMINISTRATOR_ROLE)
})
afterAll(() => tenant.entra.close())

const application = (): Application => applicationOf(tenant.directory, app.appId)!
const own = (): ServicePrincipal => servicePrincipalOf(tenant.directory, app.appId)!
const signIn = (upn: string, changes: Record<string, string | undefined> = {}, form: Record<string, string> = {}) =>
  submit(authorizeUrl(tenant, app.appId, changes), { account: upn, ...form })
const drop = (appId: string) => {
  const all = application().requiredResourceAccess
  application().requiredResourceAccess = all.filter(({ resourceAppId }) => resourceAppId !== appId)
}
const grantAll = () =>
  addConsent(tenant.directory, own(), requiredAccess(tenant.directory, application()).permissions, null)
const granted = () =>
  Object.fromEntries(
    [...tenant.directory.grants.values()].map(({ resourceId, scope, principalId }) => [
      `${tenant.directory.servicePrincipals.get(resourceId)!.displayName} ${principalId ?? 'all'}`,
      scope,
    ]),
  )

const EVERYTHING = {
  'Microsoft Graph all': 'User.Read openid profile email offline_access',
  'Dataverse all': 'user_impersonation',
  'Dynamics 365 for ChatGPT all': 'MCP.Access',
}

describe('a person who is no administrator', () => {
  test('stops at "Need admin approval" while nothing is granted, and is never sent back', async () => {
    const { status, text, back } = await signIn(USER)
    expect([status, back]).toEqual([400, undefined])
    expect(text).toContain('Need admin approval')
    expect(text).toContain('AADSTS90094')
  })

  test.each([
    ['Dataverse alone is granted', DATAVERSE],
    ['Graph alone is granted', MICROSOFT_GRAPH],
  ])('stops there, too, where %s', async (_, resource) => {
    const { permissions } = requiredAccess(tenant.directory, application())
    const some = permissions.filter((one) => one.resource.appId === resource)
    addConsent(tenant.directory, own(), some, null)
    expect((await signIn(USER)).text).toContain('AADSTS90094')
  })

  test('stops there although an administrator consented to a registration that lists Dataverse alone', async () => {
    drop(MICROSOFT_GRAPH)
    drop(app.appId)
    await submit(adminConsentUrl(tenant, app.appId), { account: ADMIN, grant: '1' })
    expect(granted()).toEqual({ 'Dataverse all': 'user_impersonation' })
    expect((await signIn(USER)).text).toContain('Need admin approval')
  })

  test('signs in once all is granted', async () => {
    grantAll()
    expect((await signIn(USER)).back?.['code']).toMatch(/^1\./)
  })

  test('prompt=none tells the app', async () => {
    tenant.entra.behaviour(USER, { signedIn: true })
    const { back } = await open(authorizeUrl(tenant, app.appId, { prompt: 'none' }))
    expect(back).toMatchObject({ error: 'interaction_required', state: 's' })
    expect(back?.['error_description']).toMatch(/^AADSTS65001/)
  })
})

describe('who may consent', () => {
  test('an administrator, for oneself or for everyone', async () => {
    const asked = await signIn(ADMIN)
    expect(asked.text).toContain('Consent on behalf of your organisation')
    expect((await signIn(ADMIN, {}, { consent: '1' })).back?.['code']).toBeDefined()
    expect((await signIn(USER)).text).toContain('AADSTS90094')
    tenant.directory.grants.clear()
    expect((await signIn(ADMIN, {}, { consent: '1', organisation: '1' })).back?.['code']).toBeDefined()
    expect((await signIn(USER)).back?.['code']).toBeDefined()
  })

  test.each<['none' | 'low-impact' | 'all', boolean]>([
    ['none', false],
    ['low-impact', false],
    ['all', true],
  ])('people, where the tenant allows %s and nobody has to be assigned: %s', async (policy, may) => {
    own().appRoleAssignmentRequired = false
    tenant.directory.userConsent = policy
    const { text } = await signIn(USER)
    expect(text.includes('Permissions requested')).toBe(may)
    expect(text.includes('organisation')).toBe(!may)
    const answered = await signIn(USER, {}, { consent: '1' })
    expect(answered.back?.['code'] !== undefined).toBe(may)
    expect(Object.keys(granted()).every((key) => key.endsWith(OID[USER]))).toBe(true)
  })

  test('declining goes back', async () => {
    expect((await signIn(ADMIN, {}, { cancel: '1' })).back).toMatchObject({ error: 'access_denied' })
  })
})

describe('refused by Entra', () => {
  test('AADSTS50105: nobody assigned the person', async () => {
    grantAll()
    tenant.directory.appRoleAssignments.clear()
    const { text, back } = await signIn(USER)
    expect(back).toBeUndefined()
    expect(text).toContain('AADSTS50105')
  })

  test('AADSTS50057: the account is disabled', async () => {
    tenant.directory.users.get(OID[USER])!.accountEnabled = false
    expect((await signIn(USER)).text).toContain('AADSTS50057')
  })

  test('AADSTS90008: a token for itself without User.Read', async () => {
    grantAll()
    const graph = servicePrincipalOf(tenant.directory, MICROSOFT_GRAPH)!
    const grant = [...tenant.directory.grants.values()].find(({ resourceId }) => resourceId === graph.id)!
    grant.scope = 'openid profile email offline_access'
    drop(MICROSOFT_GRAPH)
    const { back } = await signIn(USER)
    expect(back).toMatchObject({ error: 'invalid_request' })
    expect(back?.['error_description']).toMatch(/^AADSTS90008/)
  })

  test.each<[string, string, string]>([
    ['AADSTS90009', 'invalid_request', 'api://APP/.default'],
    ['AADSTS500011', 'invalid_resource', 'https://other.crm.dynamics.com/user_impersonation'],
    ['AADSTS650053', 'invalid_client', 'APP/Other.Scope'],
    ['AADSTS70011', 'invalid_scope', 'APP/.default User.Read'],
  ])('%s', async (code, error, scope) => {
    application().identifierUris = [`api://${app.appId}`]
    const { back } = await open(authorizeUrl(tenant, app.appId, { scope: scope.replace('APP', app.appId) }))
    expect(back).toMatchObject({ error })
    expect(back?.['error_description']).toContain(`${code}:`)
  })

  test.each([
    ['AADSTS650056', []],
    ['AADSTS650057', undefined],
  ])('%s: .default of what the registration does not list', async (code, listed) => {
    if (listed) application().requiredResourceAccess = listed
    else drop(app.appId)
    const { back } = await signIn(ADMIN, { scope: `${app.appId}/.default` })
    expect(back?.['error_description']).toContain(`${code}:`)
  })

  test('AADSTS700016 and AADSTS50011 on a page', async () => {
    const other = await open(authorizeUrl(tenant, app.appId, { redirect_uri: 'https://mcp.example/other' }))
    expect(other.text).toContain('AADSTS50011')
    tenant.directory.servicePrincipals.delete(app.spId)
    expect((await open(authorizeUrl(tenant, app.appId))).text).toContain('AADSTS700016')
  })
})

describe('admin consent', () => {
  test('grants what the registration lists at that moment, and takes back what it no longer lists', async () => {
    const url = adminConsentUrl(tenant, app.appId)
    expect((await open(url)).text).toContain(`value="${ADMIN}"`)
    expect((await submit(url, { account: ADMIN })).text).toContain('MCP.Access')
    const { back } = await submit(url, { account: ADMIN, grant: '1' })
    expect(back).toMatchObject({ admin_consent: 'True', tenant: TENANT_ID })
    expect(granted()).toEqual(EVERYTHING)
    drop(app.appId)
    await submit(url, { account: ADMIN, grant: '1' })
    expect(Object.keys(granted())).not.toContain('Dynamics 365 for ChatGPT all')
    expect((await signIn(USER)).text).toContain('AADSTS90094')
  })

  test('is an administrator’s', async () => {
    const refused = await submit(adminConsentUrl(tenant, app.appId), { account: USER, grant: '1' })
    expect(refused).toMatchObject({ status: 400, back: undefined })
    expect(refused.text).toContain('AADSTS90093')
    expect(granted()).toEqual({})
  })

  test('version 2 grants what its scope says, and needs scope and redirect_uri', async () => {
    const url = (scope: string) =>
      adminConsentUrl(tenant, app.appId, { scope, redirect_uri: 'https://mcp.example/oauth/callback' }, '/v2.0')
    await submit(url('openid'), { account: ADMIN, grant: '1' })
    expect(granted()).toEqual({ 'Microsoft Graph all': 'openid' })
    await submit(url(`${app.appId}/.default`), { account: ADMIN, grant: '1' })
    expect(granted()).toEqual(EVERYTHING)
    expect((await open(adminConsentUrl(tenant, app.appId, {}, '/v2.0'))).text).toContain('AADSTS900144')
  })

  test('AADSTS650052: the tenant has no Dataverse', async () => {
    const bare = await startTenant({ directory: { dataverse: false } })
    const registered = register(tenant.directory, tenant.entra.issuer)
    bare.directory.applications.set(registered.id, tenant.directory.applications.get(registered.id)!)
    expect((await open(adminConsentUrl(bare, registered.appId))).text).toContain('AADSTS650052')
    await bare.entra.close()
  })

  test('makes the service principal that is not there yet', async () => {
    tenant.directory.servicePrincipals.delete(app.spId)
    drop(app.appId)
    await submit(adminConsentUrl(tenant, app.appId), { account: ADMIN, grant: '1' })
    expect(servicePrincipalOf(tenant.directory, app.appId)).toBeDefined()
  })
})

describe('tokens', () => {
  beforeEach(grantAll)

  test('carry roles, optional claims and who asked', async () => {
    const claim = [{ name: 'upn' }, { name: 'email' }]
    application().optionalClaims = { accessToken: claim, idToken: claim, saml2Token: [] }
    const { access_token: access, id_token: id } = await tokens(tenant, app.appId, ADMIN)
    expect(decodeJwt(access)).toMatchObject({
      aud: app.appId,
      azp: app.appId,
      scp: 'MCP.Access',
      ver: '2.0',
      iss: tenant.entra.issuer,
      roles: ['Administrator'],
      upn: ADMIN,
      email: ADMIN,
      oid: OID[ADMIN],
    })
    expect(decodeJwt(id)).toMatchObject({ aud: app.appId, roles: ['Administrator'] })
  })

  test('carry no optional claim that is not listed, and no default role', async () => {
    const claims = decodeJwt((await tokens(tenant, app.appId, USER)).access_token)
    expect(claims).not.toHaveProperty('upn')
    expect(claims).not.toHaveProperty('roles')
  })

  test('are of version 1 where the registration does not say 2', async () => {
    application().api = { ...application().api, requestedAccessTokenVersion: null }
    const claims = decodeJwt((await tokens(tenant, app.appId, USER)).access_token)
    expect(claims).toMatchObject({ ver: '1.0', iss: `https://sts.windows.net/${TENANT_ID}/`, appid: app.appId })
  })

  test.each([`${ORG}/user_impersonation`, `${ORG}/.default`])('on behalf of the person: %s', async (scope) => {
    const { access_token: assertion } = await tokens(tenant, app.appId, USER)
    const { json } = await tokenRequest(tenant, app.appId, obo(assertion, scope))
    expect(decodeJwt(String(json['access_token']))).toMatchObject({ aud: ORG, scp: 'user_impersonation', upn: USER })
  })

  test('on behalf of the person need consent, a known resource, and an assignment still', async () => {
    const { access_token: assertion, refresh_token: refresh } = await tokens(tenant, app.appId, USER)
    const ask = (form: Record<string, string>) => tokenRequest(tenant, app.appId, form)
    const renew = { grant_type: 'refresh_token', refresh_token: refresh, scope: `${app.appId}/MCP.Access` }
    const unknown = await ask(obo(assertion, 'https://other.crm.dynamics.com/.default'))
    expect(unknown.json).toMatchObject({ error: 'invalid_resource', error_codes: [500011] })
    expect((await ask({ ...renew, scope: 'openid' })).json).toMatchObject({ error_codes: [90009] })
    expect((await ask(renew)).status).toBe(200)
    tenant.directory.grants.clear()
    for (const form of [renew, obo(assertion, `${ORG}/user_impersonation`)]) {
      expect((await ask(form)).json).toMatchObject({ error_codes: [65001], suberror: 'consent_required' })
    }
    tenant.directory.appRoleAssignments.clear()
    expect((await ask(renew)).json).toMatchObject({ error_codes: [50105] })
  })
})
