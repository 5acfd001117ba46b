import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { OAuthClient } from '../../sandbox/chatgpt/registration.ts'
import { type Approved, type Kit, startKit } from '../support/kit.ts'
import { listToolsAs } from '../support/mcp-calls.ts'
import { REVISIONS } from '../support/revisions.ts'

let kit: Kit
let client: OAuthClient
beforeAll(async () => {
  kit = await startKit()
  client = await kit.newClient()
})
afterAll(() => kit.close())

/** Proof that a refused request left the code as it was. */
const expectStillGood = async (owner: OAuthClient, approved: Approved) =>
  expect((await kit.redeem(owner, approved)).status).toBe(200)

describe('errors about the client or its redirect address are shown, never redirected', () => {
  test.each<[string, Record<string, string | undefined>]>([
    ['a redirect address that is not registered', { redirect_uri: 'https://chatgpt.com/connector/oauth/abc' }],
    ['a redirect address of another host', { redirect_uri: 'https://attacker.example/callback' }],
    [
      'a registered redirect address with more behind it',
      { redirect_uri: 'https://chatgpt.com/connector_platform_oauth_redirect/x' },
    ],
    [
      'a registered redirect address with a query',
      { redirect_uri: 'https://chatgpt.com/connector_platform_oauth_redirect?x=1' },
    ],
    [
      'a registered redirect address in capitals',
      { redirect_uri: 'https://CHATGPT.com/connector_platform_oauth_redirect' },
    ],
    ['a script instead of an address', { redirect_uri: 'javascript:alert(1)' }],
    ['an unknown client', { client_id: 'dmi_AAAAAAAAAAAAAAAAAAAAAA' }],
    ['no client', { client_id: undefined }],
  ])('%s', async (_what, overrides) => {
    const reply = await kit.ask(client, overrides)
    expect(reply.status).toBe(400)
    expect(reply.headers.get('location')).toBeNull()
    expect(reply.headers.get('content-type')).toMatch(/^text\/html/)
    expect(reply.headers.get('cache-control')).toBe('no-store')
    expect(reply.text).not.toMatch(/(?:href|action|src|content)="[^"]*attacker/)
  })
})

describe('a code outlives what is refused', () => {
  test('another redirect address at the token endpoint', async () => {
    const approved = await kit.approve(client)
    const refused = await kit.redeem(client, approved, { redirect_uri: 'https://chatgpt.com/connector/oauth/abc' })
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    await expectStillGood(client, approved)
  })

  test('a wrong verifier', async () => {
    const approved = await kit.approve(client)
    const refused = await kit.redeem(client, approved, { code_verifier: 'x'.repeat(43) })
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    await expectStillGood(client, approved)
  })

  test.each(['client_secret_basic', 'client_secret_post'] as const)('a wrong secret by %s', async (authMethod) => {
    const confidential = await kit.newClient(authMethod)
    const approved = await kit.approve(confidential)
    const refused = await kit.redeem({ ...confidential, clientSecret: 'wrong' }, approved)
    expect(refused).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    await expectStillGood(confidential, approved)
  })

  test('another client that has it', async () => {
    const approved = await kit.approve(client)
    const refused = await kit.redeem(await kit.newClient(), approved)
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    await expectStillGood(client, approved)
  })
})

describe('a client proves itself only by the method that it registered', () => {
  test.each([
    ['client_secret_basic', 'client_secret_post', null],
    ['client_secret_post', 'client_secret_basic', 'Basic realm="OAuth"'],
    ['none', 'client_secret_basic', 'Basic realm="OAuth"'],
    ['none', 'client_secret_post', null],
    ['client_secret_basic', 'none', null],
    ['client_secret_post', 'none', null],
  ] as const)('registered %s, uses %s', async (registered, used, challenge) => {
    const owner = await kit.newClient(registered)
    const approved = await kit.approve(owner)
    const refused = await kit.redeem({ clientSecret: 'invented', ...owner, authMethod: used }, approved)
    expect(refused).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect(refused.headers.get('www-authenticate')).toBe(challenge)
    await expectStillGood(owner, approved)
  })

  test('client_secret_post is accepted', async () => {
    const owner = await kit.newClient('client_secret_post')
    expect((await kit.redeem(owner, await kit.approve(owner))).status).toBe(200)
  })

  test('two methods at once are refused', async () => {
    const owner = await kit.newClient('client_secret_basic')
    const approved = await kit.approve(owner)
    const refused = await kit.redeem(owner, approved, { client_secret: owner.clientSecret })
    expect(refused).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    await expectStillGood(owner, approved)
  })
})

describe.each(REVISIONS)('resource and issuer at $date', (revision) => {
  const { sendsResource } = revision
  const own = sendsResource ? {} : { resource: undefined }

  test('a client of that time gets tokens for /mcp', async () => {
    const approved = await kit.approve(client, own)
    const { status, body } = await kit.redeem(client, approved, own)
    expect(status).toBe(200)
    const { tools } = await listToolsAs(revision, kit.sandbox.mcpUrl, String(body.access_token))
    expect(tools).toContain('whoami')
  })

  test('an omitted resource means ours, at either endpoint', async () => {
    const approved = await kit.approve(client, { ...own, resource: undefined })
    expect((await kit.redeem(client, approved, own)).status).toBe(200)
    const other = await kit.approve(client, own)
    expect((await kit.redeem(client, other, { resource: undefined })).status).toBe(200)
  })

  test.each([
    ['with a fragment', '/mcp#tools'],
    ['of the origin', ''],
    ['with a slash behind it', '/mcp/'],
    ['of another path', '/mcp2'],
  ])('a resource %s is invalid_target before the code is used', async (_what, path) => {
    const resource = `${kit.base}${path}`
    const answer = new URL((await kit.ask(client, { resource })).headers.get('location') ?? '')
    expect(answer.searchParams.get('error')).toBe('invalid_target')
    const approved = await kit.approve(client, own)
    const refused = await kit.redeem(client, approved, { resource })
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_target' } })
    await expectStillGood(client, approved)
  })

  test('iss is advertised, and stands exactly once in an answer', async () => {
    expect(kit.discovery.server.authorization_response_iss_parameter_supported).toBe(true)
    const { callback } = await kit.approve(client, own)
    expect(callback.searchParams.getAll('iss')).toEqual([kit.base])
    expect(kit.discovery.resource.authorization_servers).toEqual([kit.base])
  })

  test.each<[string, string, Record<string, string | undefined>]>([
    ['unsupported_response_type', 'another response type', { response_type: 'token' }],
    ['invalid_request', 'no PKCE', { code_challenge: undefined }],
    ['invalid_target', 'another resource', { resource: 'https://other.example/mcp' }],
    ['consent_required', 'prompt=none', { prompt: 'none' }],
    ['request_not_supported', 'a request object', { request: 'e30.e30.' }],
  ])('iss and state are in the error %s for %s', async (code, _what, overrides) => {
    const reply = await kit.ask(client, { ...own, state: 'st & 1', ...overrides })
    expect(reply.status).toBe(303)
    const { origin, pathname, searchParams } = new URL(reply.headers.get('location') ?? '')
    expect(origin + pathname).toBe(client.redirectUri)
    expect([...searchParams.keys()].sort()).toEqual(['error', 'error_description', 'iss', 'state'])
    expect(searchParams.get('error')).toBe(code)
    expect(searchParams.get('iss')).toBe(kit.base)
    expect(searchParams.get('state')).toBe('st & 1')
  })
})

describe('offline_access is a capability of the authorization server alone', () => {
  test('it is in its metadata, and neither in the resource’s nor in the challenge', () => {
    const { server, resource, challenge } = kit.discovery
    expect(server.scopes_supported).toContain('offline_access')
    expect(resource.scopes_supported).not.toContain('offline_access')
    expect(challenge.scope).not.toContain('offline_access')
  })

  test.each(['openid email profile offline_access dynamics.read', 'offline_access', 'unheard.of', undefined])(
    'scope %s leads to a refresh token and to our own scope',
    async (scope) => {
      const { body } = await kit.redeem(client, await kit.approve(client, { scope }))
      expect(String(body.scope).split(' ')).toContain('dynamics.read')
      expect(body.refresh_token).toEqual(expect.stringMatching(/^dmr_/))
    },
  )
})
