import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as oauth from 'oauth4webapi'
import { walkBrowser } from '../../sandbox/chatgpt/browser.ts'
import { type Kit, PERSON, REDIRECT, startKit } from '../support/kit.ts'

/** http on loopback is the only check of the library that is off. */
// oxlint-disable-next-line typescript/no-deprecated -- deprecated so that nobody uses it outside of tests
const LOOPBACK = { [oauth.allowInsecureRequests]: true }

let kit: Kit
let as: oauth.AuthorizationServer
let resource: oauth.ResourceServer
beforeAll(async () => {
  kit = await startKit()
  const mcp = new URL(kit.sandbox.mcpUrl)
  resource = await oauth.processResourceDiscoveryResponse(mcp, await oauth.resourceDiscoveryRequest(mcp, LOOPBACK))
  as = await discoverServer('oauth2')
})
afterAll(() => kit.close())

async function discoverServer(algorithm: 'oauth2' | 'oidc'): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(resource.authorization_servers?.[0] ?? '')
  const response = await oauth.discoveryRequest(issuer, { ...LOOPBACK, algorithm })
  return oauth.processDiscoveryResponse(issuer, response)
}

async function register(method: string): Promise<oauth.Client> {
  const metadata = { client_name: 'strict', redirect_uris: [REDIRECT], token_endpoint_auth_method: method }
  const response = await oauth.dynamicClientRegistrationRequest(as, metadata, LOOPBACK)
  return oauth.processDynamicClientRegistrationResponse(response)
}

async function codeFor(client: oauth.Client, verifier: string, state: string): Promise<URLSearchParams> {
  const url = new URL(as.authorization_endpoint ?? '')
  const parameters = {
    client_id: client.client_id,
    redirect_uri: REDIRECT,
    response_type: 'code',
    state,
    scope: 'dynamics.read offline_access',
    resource: resource.resource,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  const arrival = await walkBrowser(url.href, PERSON, { redirectUri: REDIRECT })
  if (arrival.kind === 'page') throw new Error(arrival.html)
  return oauth.validateAuthResponse(as, client, arrival.url, state)
}

async function tokensFor(client: oauth.Client, authentication: oauth.ClientAuth): Promise<oauth.TokenEndpointResponse> {
  const verifier = oauth.generateRandomCodeVerifier()
  const parameters = await codeFor(client, verifier, oauth.generateRandomState())
  const options = { ...LOOPBACK, additionalParameters: { resource: resource.resource } }
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    authentication,
    parameters,
    REDIRECT,
    verifier,
    options,
  )
  return oauth.processAuthorizationCodeResponse(as, client, response)
}

/** A public client that sends what the library itself would not. */
const changing =
  (change: (body: URLSearchParams) => void): oauth.ClientAuth =>
  (_as, { client_id: id }, body) => {
    body.set('client_id', id)
    change(body)
  }

const secretOf = ({ client_secret: secret }: oauth.Client) => (typeof secret === 'string' ? secret : '')
const METHODS = [
  ['none', () => oauth.None()],
  ['client_secret_post', (client) => oauth.ClientSecretPost(secretOf(client))],
  ['client_secret_basic', (client) => oauth.ClientSecretBasic(secretOf(client))],
] as [string, (client: oauth.Client) => oauth.ClientAuth][]

describe('oauth4webapi, a strict client that we did not write', () => {
  test('discovers the resource and its server, by both kinds of document', async () => {
    expect(resource.resource).toBe(kit.sandbox.mcpUrl)
    expect(as.issuer).toBe(kit.base)
    expect(as.authorization_response_iss_parameter_supported).toBe(true)
    expect(await discoverServer('oidc')).toEqual(as)
  })

  test.each(METHODS)('registers, gets a code, redeems, refreshes and revokes by %s', async (method, authenticate) => {
    const client = await register(method)
    const authentication = authenticate(client)
    const first = await tokensFor(client, authentication)
    expect(await kit.mcpStatus(first.access_token)).toBe(200)
    const refreshed = await oauth.refreshTokenGrantRequest(
      as,
      client,
      authentication,
      String(first.refresh_token),
      LOOPBACK,
    )
    const second = await oauth.processRefreshTokenResponse(as, client, refreshed)
    expect(second.access_token).not.toBe(first.access_token)
    const revoked = await oauth.revocationRequest(as, client, authentication, String(second.refresh_token), LOOPBACK)
    await oauth.processRevocationResponse(revoked)
    expect(await kit.mcpStatus(second.access_token)).toBe(401)
  })

  test('understands a refusal to the token endpoint and to the resource', async () => {
    const client = await register('none')
    const response = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), 'nonsense', LOOPBACK)
    await expect(oauth.processRefreshTokenResponse(as, client, response)).rejects.toMatchObject({
      name: 'ResponseBodyError',
      status: 400,
      error: 'invalid_grant',
    })
    const url = new URL(kit.sandbox.mcpUrl)
    await expect(
      oauth.protectedResourceRequest('nonsense', 'GET', url, undefined, null, LOOPBACK),
    ).rejects.toMatchObject({
      name: 'WWWAuthenticateChallengeError',
      cause: [{ scheme: 'bearer', parameters: { error: 'invalid_token', scope: 'dynamics.read' } }],
    })
  })

  test.each<[string, Record<string, string>]>([
    ['a token that is known', {}],
    ['a token with a hint of another kind', { token_type_hint: 'access_token' }],
    ['a token with a hint that nobody knows', { token_type_hint: 'urn:example:pac_token' }],
    ['a token that is none', { token: 'nonsense' }],
  ])('reads the revocation of %s, and may parse its body', async (_what, more) => {
    const client = await register('none')
    const { refresh_token: token = '' } = await tokensFor(client, oauth.None())
    const options = { ...LOOPBACK, additionalParameters: more }
    const response = await oauth.revocationRequest(as, client, oauth.None(), more.token ?? token, options)
    expect(response.headers.get('content-type')).toMatch(/^application\/json\b/)
    expect(await response.clone().json()).toEqual({})
    await oauth.processRevocationResponse(response)
  })

  test.each<[string, string, oauth.ClientAuth, number, string]>([
    ['another secret', 'client_secret_post', oauth.ClientSecretPost('wrong'), 401, 'invalid_client'],
    ['no secret', 'client_secret_post', oauth.None(), 401, 'invalid_client'],
    ['no token', 'none', changing((body) => body.delete('token')), 400, 'invalid_request'],
    ['two tokens', 'none', changing((body) => body.append('token', 'x')), 400, 'invalid_request'],
  ])('reads a refused revocation, with %s', async (_what, method, authentication, status, error) => {
    const client = await register(method)
    const response = await oauth.revocationRequest(as, client, authentication, 'nonsense', LOOPBACK)
    await expect(oauth.processRevocationResponse(response)).rejects.toMatchObject({
      name: 'ResponseBodyError',
      status,
      error,
    })
  })

  test('gets an error answer that passes its checks of state and issuer', async () => {
    const client = await register('none')
    const state = oauth.generateRandomState()
    const url = new URL(as.authorization_endpoint ?? '')
    for (const [name, value] of Object.entries({ client_id: client.client_id, response_type: 'code', state }))
      url.searchParams.set(name, value)
    const answer = new URL((await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '')
    expect(() => oauth.validateAuthResponse(as, client, answer, state)).toThrow(
      expect.objectContaining({ name: 'AuthorizationResponseError', error: 'invalid_request' }),
    )
  })

  test('no PAR is advertised: the library itself refuses to send one', async () => {
    expect(as.pushed_authorization_request_endpoint).toBeUndefined()
    const client = await register('none')
    await expect(oauth.pushedAuthorizationRequest(as, client, oauth.None(), {}, LOOPBACK)).rejects.toThrow()
  })
})
