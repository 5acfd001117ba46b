import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { AZURE_CLI, MICROSOFT_GRAPH } from '../../../sandbox/entra/directory/built-in.ts'
import { newApplication, newServicePrincipal } from '../../../sandbox/entra/directory/directory.ts'
import { appRolesOf, applicationOf, servicePrincipalOf } from '../../../sandbox/entra/directory/queries.ts'
import type { Application, ServicePrincipal } from '../../../sandbox/entra/directory/types.ts'
import { TENANT_ID } from '../../../sandbox/people.ts'
import { ADMINISTRATOR_ROLE, IDENTITY, OID, ORG, SCOPE_ID, SECRET, USER } from '../graph/tenant.ts'
import { assign, emptyDirectory, register, startTenant } from '../graph/tenant.ts'
import type { Registered, Tenant } from '../graph/tenant.ts'
import { tokenRequest } from './browser.ts'

let tenant: Tenant
let app: Registered

beforeAll(async () => {
  tenant = await startTenant()
})
beforeEach(() => {
  emptyDirectory(tenant)
  app = register(tenant.directory, tenant.entra.issuer)
})
afterAll(() => tenant.entra.close())

const application = (): Application => applicationOf(tenant.directory, app.appId)!
const FORM = { grant_type: 'client_credentials', scope: `${ORG}/.default` }
const EXCHANGE = { resource: 'api://AzureADTokenExchange', principalId: IDENTITY }

async function byIdentity(principalId = IDENTITY, form: Record<string, string> = {}) {
  const assertion = await tenant.entra.mintIdentityToken({ ...EXCHANGE, principalId })
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  const given = { client_assertion: assertion, client_assertion_type: type, client_secret: '' }
  return tokenRequest(tenant, app.appId, { ...FORM, ...given, ...form })
}

/** A pipeline's principal. */
function machine(): ServicePrincipal {
  const own = newApplication(tenant.directory, '2026-11-28T00:00:00Z', { displayName: 'pipeline' })
  const sp = newServicePrincipal(tenant.directory, own)
  tenant.directory.applications.set(own.id, own)
  tenant.directory.servicePrincipals.set(sp.id, sp)
  return sp
}

describe('client credentials', () => {
  test('by the managed identity give an application’s token', async () => {
    const { status, json } = await byIdentity()
    expect(status).toBe(200)
    const claims = decodeJwt(String(json['access_token']))
    expect(claims).toMatchObject({ aud: ORG, idtyp: 'app', oid: app.spId, azp: app.appId })
    expect(claims).not.toHaveProperty('scp')
    expect(tenant.entra.counters()['token.client_credentials']).toBe(1)
  })

  type Change = (credential: Application['federatedIdentityCredentials'][number]) => object
  test.each<[number, string, Change]>([
    [700213, 'another subject', () => ({ subject: randomUUID() })],
    [700211, 'another issuer', () => ({ issuer: 'https://login.microsoftonline.com/other/v2.0' })],
    [700211, 'an issuer with a slash too many', ({ issuer }) => ({ issuer: `${issuer}/` })],
    [700212, 'another audience', () => ({ audiences: ['api://other'] })],
  ])('AADSTS%i: the federated credential has %s', async (code, _, change) => {
    const [credential] = application().federatedIdentityCredentials
    application().federatedIdentityCredentials = [{ ...credential!, ...change(credential!) }]
    expect(await byIdentity()).toMatchObject({ status: 401, json: { error: 'invalid_client', error_codes: [code] } })
  })

  test('AADSTS70025: there is no federated credential', async () => {
    application().federatedIdentityCredentials = []
    expect((await byIdentity()).json).toMatchObject({ error_codes: [70025] })
  })

  test.each<[number, string, string, Record<string, string>]>([
    [500011, 'invalid_resource', 'an unknown resource', { scope: 'https://other.crm.dynamics.com/.default' }],
    [1002012, 'invalid_scope', 'a named scope', { scope: `${ORG}/user_impersonation` }],
    [70011, 'invalid_scope', 'two resources', { scope: `${ORG}/.default https://graph.microsoft.com/.default` }],
    [900144, 'invalid_request', 'no scope', { scope: '' }],
    [700016, 'unauthorized_client', 'an unknown application', { client_id: randomUUID() }],
    [7000215, 'invalid_client', 'a wrong secret', { client_secret: 'wrong' }],
    [7000218, 'invalid_client', 'no proof', { client_secret: '' }],
    [9010010, 'invalid_target', 'a resource beside the scope', { resource: ORG }],
  ])('AADSTS%i %s: %s', async (code, error, _, change) => {
    expect((await tokenRequest(tenant, app.appId, { ...FORM, ...change })).json).toMatchObject({
      error,
      error_codes: [code],
    })
  })

  test('AADSTS7000222: the secret has expired', async () => {
    const [secret] = application().passwordCredentials
    application().passwordCredentials = [{ ...secret!, endDateTime: '2026-01-01T00:00:00Z' }]
    const answer = await tokenRequest(tenant, app.appId, { ...FORM, client_secret: SECRET })
    expect(answer).toMatchObject({ status: 401, json: { error_codes: [7000222] } })
  })

  test('AADSTS7000229 and AADSTS7000112: the service principal is missing or disabled', async () => {
    servicePrincipalOf(tenant.directory, app.appId)!.accountEnabled = false
    expect((await byIdentity()).json).toMatchObject({ error_codes: [7000112] })
    tenant.directory.servicePrincipals.delete(app.spId)
    expect((await byIdentity()).json).toMatchObject({ error_codes: [7000229] })
  })
})

describe('the Azure CLI', () => {
  const ask = (request: { resource?: string; scope?: string }, upn = USER) =>
    tenant.entra.mintCliToken({ signedIn: { upn }, ...request })
  const preauthorise = () => {
    const preAuthorizedApplications = [{ appId: AZURE_CLI, delegatedPermissionIds: [SCOPE_ID] }]
    application().api = { ...application().api, preAuthorizedApplications }
  }
  const scope = () => `${app.appId}/MCP.Access`

  test('has Microsoft’s own resources by itself', async () => {
    const { accessToken, tenant: id, expiresOn } = await ask({})
    expect(decodeJwt(accessToken)).toMatchObject({ aud: 'https://management.core.windows.net/', upn: USER })
    expect([id, expiresOn]).toEqual([TENANT_ID, decodeJwt(accessToken).exp])
    const claims = decodeJwt((await ask({ resource: ORG })).accessToken)
    expect(claims).toMatchObject({ scp: 'user_impersonation', appid: AZURE_CLI })
  })

  test('has our scope only where it is preauthorised and the person assigned, and then the roles', async () => {
    await expect(ask({ scope: scope() })).rejects.toMatchObject({ code: 'AADSTS50105' })
    assign(tenant.directory, app, OID[USER], ADMINISTRATOR_ROLE)
    await expect(ask({ scope: scope() })).rejects.toMatchObject({ code: 'AADSTS65001' })
    preauthorise()
    const expected = { aud: app.appId, azp: AZURE_CLI, scp: 'MCP.Access', roles: ['Administrator'], ver: '2.0' }
    expect(decodeJwt((await ask({ scope: scope() })).accessToken)).toMatchObject(expected)
    expect(decodeJwt((await ask({ resource: app.appId })).accessToken)).toMatchObject(expected)
  })

  test.each([
    ['AADSTS500011', { resource: randomUUID() }],
    ['AADSTS650053', { scope: `${ORG}/other` }],
  ])('%s', async (code, request) => {
    await expect(ask(request)).rejects.toMatchObject({ code })
  })

  test('signed in as a service principal gets an application’s token, with a role where one is needed', async () => {
    const { id, appId } = machine()
    const own = () => tenant.entra.mintCliToken({ signedIn: { servicePrincipal: appId }, resource: app.appId })
    await expect(own()).rejects.toMatchObject({ code: 'AADSTS501051' })
    assign(tenant.directory, app, id, ADMINISTRATOR_ROLE)
    const claims = decodeJwt((await own()).accessToken)
    expect(claims).toMatchObject({ idtyp: 'app', roles: ['Administrator'], oid: id })
    expect(claims).not.toHaveProperty('scp')
  })
})

test('a pipeline’s principal does in Graph what its roles let it', async () => {
  const sp = machine()
  const graph = servicePrincipalOf(tenant.directory, MICROSOFT_GRAPH)!
  const role = (value: string) => appRolesOf(tenant.directory, graph).find((one) => one.value === value)!.id
  const call = async (path: string, body: object) => {
    const request = { signedIn: { servicePrincipal: sp.appId }, resource: 'https://graph.microsoft.com' }
    const { accessToken } = await tenant.entra.mintCliToken(request)
    return (await tenant.withToken(accessToken)('POST', path, body)).status
  }
  const grant = { clientId: app.spId, resourceId: graph.id, consentType: 'AllPrincipals', scope: 'User.Read' }
  expect(await call('/applications', { displayName: 'App' })).toBe(403)
  assign(tenant.directory, { ...app, spId: graph.id }, sp.id, role('Application.ReadWrite.OwnedBy'))
  expect(await call('/applications', { displayName: 'App' })).toBe(201)
  expect(await call('/oauth2PermissionGrants', grant)).toBe(403)
  assign(tenant.directory, { ...app, spId: graph.id }, sp.id, role('DelegatedPermissionGrant.ReadWrite.All'))
  expect(await call('/oauth2PermissionGrants', grant)).toBe(201)
})

describe('a managed identity', () => {
  test.each(['https://vault.azure.net', 'https://storage.azure.com', 'https://monitor.azure.com'])(
    'has a token for %s',
    async (resource) => {
      const resourceId =
        '/subscriptions/s/resourcegroups/r/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i'
      const request = { resource, principalId: IDENTITY, clientId: randomUUID(), resourceId }
      const token = await tenant.entra.mintIdentityToken(request)
      const claims = await tenant.entra.verifyBearer([resource])(token)
      expect(claims).toMatchObject({ aud: resource, oid: IDENTITY, sub: IDENTITY, xms_mirid: resourceId, idtyp: 'app' })
      await expect(tenant.entra.verifyBearer(['https://other.example'])(token)).rejects.toThrow('Invalid audience.')
    },
  )
})

test('behind a front every URL and the issuer show the public name', async () => {
  const publicUrl = 'https://login.microsoftonline.com'
  const fronted = await startTenant({ entra: { publicUrl } })
  expect(fronted.entra.issuer).toBe(`${publicUrl}/${TENANT_ID}/v2.0`)
  expect(fronted.entra.jwksUri).toBe(`${publicUrl}/${TENANT_ID}/discovery/v2.0/keys`)
  await fronted.entra.close()
})
