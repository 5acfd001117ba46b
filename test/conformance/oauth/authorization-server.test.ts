import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import type { OAuthClient } from '../../sandbox/chatgpt/registration.ts'
import { postForm, readJson, send } from '../../sandbox/chatgpt/wire.ts'
import { type Kit, readAnswer, startKit, WIRE } from '../support/kit.ts'
import { REVISIONS } from '../support/revisions.ts'

let kit: Kit
let client: OAuthClient
beforeAll(async () => {
  kit = await startKit()
  client = await kit.newClient()
})
afterAll(() => kit.close())

const errorOf = async (overrides: Record<string, string | undefined>) =>
  new URL((await kit.ask(client, overrides)).headers.get('location') ?? 'none:').searchParams.get('error')

describe.each(REVISIONS)('metadata and code flow at $date', ({ date, sendsResource }) => {
  const resource = sendsResource ? {} : { resource: undefined }
  const headers = { 'mcp-protocol-version': date }

  test.each([
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/mcp',
    '/.well-known/openid-configuration',
    '/.well-known/openid-configuration/mcp',
  ])('%s is the RFC 8414 document', async (path) => {
    const reply = await send(WIRE, 'GET', { url: kit.base + path, headers })
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/)
    expect(readJson(path, reply)).toMatchObject({
      issuer: kit.base,
      authorization_endpoint: `${kit.base}/oauth/authorize`,
      token_endpoint: `${kit.base}/oauth/token`,
      registration_endpoint: `${kit.base}/oauth/register`,
      revocation_endpoint: `${kit.base}/oauth/revoke`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_post', 'client_secret_basic'],
      authorization_response_iss_parameter_supported: true,
    })
  })

  test('a public client gets a code and tokens with S256', async () => {
    const { status, headers: answered, body } = await kit.redeem(client, await kit.approve(client, resource), resource)
    expect(status).toBe(200)
    expect(answered.get('content-type')).toMatch(/^application\/json/)
    expect(answered.get('cache-control')).toBe('no-store')
    expect(answered.get('pragma')).toBe('no-cache')
    expect(body).toEqual({
      access_token: expect.stringMatching(/^dma_/),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      refresh_token: expect.stringMatching(/^dmr_/),
      scope: expect.stringContaining('dynamics.read'),
    })
  })

  test.each<[string, Record<string, string | undefined>]>([
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
    ['no challenge for its method', { code_challenge: undefined }],
    ['the method plain', { code_challenge_method: 'plain' }],
    ['a challenge without a method, which means plain', { code_challenge_method: undefined }],
    ['an unknown method', { code_challenge_method: 'S512' }],
    ['a method in lower case', { code_challenge_method: 's256' }],
    ['a challenge that is no S256', { code_challenge: 'too-short' }],
  ])('%s is refused', async (_what, overrides) => {
    expect(await errorOf({ ...resource, ...overrides })).toBe('invalid_request')
  })

  test.each<[string, string | undefined, string]>([
    ['another verifier', 'x'.repeat(43), 'invalid_grant'],
    ['a verifier that is too short', 'x', 'invalid_grant'],
    ['no verifier', undefined, 'invalid_request'],
  ])('%s is refused at the token endpoint', async (_what, verifier, error) => {
    const refused = await kit.redeem(client, await kit.approve(client, resource), { code_verifier: verifier })
    expect(refused).toMatchObject({ status: 400, body: { error } })
  })
})

describe('the token endpoint answers in the words of RFC 6749', () => {
  const code = `dmc_${'A'.repeat(22)}.${'A'.repeat(43)}AAAAAA`
  const verifier = 'v'.repeat(43)
  const id = () => client.clientId

  test.each<[string, number, string, () => Record<string, string>]>([
    ['no grant type', 400, 'invalid_request', () => ({ client_id: id() })],
    ['the password grant', 400, 'unsupported_grant_type', () => ({ grant_type: 'password', client_id: id() })],
    ['client credentials', 400, 'unsupported_grant_type', () => ({ grant_type: 'client_credentials' })],
    ['no code', 400, 'invalid_request', () => ({ grant_type: 'authorization_code', client_id: id() })],
    [
      ...(['an invented code', 400, 'invalid_grant'] as const),
      () => ({ grant_type: 'authorization_code', code, code_verifier: verifier, client_id: id() }),
    ],
    ['no refresh token', 400, 'invalid_request', () => ({ grant_type: 'refresh_token', client_id: id() })],
    [
      ...(['an invented refresh token', 400, 'invalid_grant'] as const),
      () => ({ grant_type: 'refresh_token', refresh_token: 'nonsense', client_id: id() }),
    ],
    ['no client', 401, 'invalid_client', () => ({ grant_type: 'refresh_token', refresh_token: 'x' })],
    ['an unknown client', 401, 'invalid_client', () => ({ grant_type: 'refresh_token', client_id: 'dmi_x' })],
  ])('%s: %i %s', async (_what, status, error, fields) => {
    const answer = readAnswer(await send(WIRE, 'POST', postForm(`${kit.base}/oauth/token`, fields())))
    expect(answer).toMatchObject({ status, body: { error, error_description: expect.any(String) } })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('www-authenticate')).toBeNull()
  })

  test('a parameter that is sent twice is invalid_request', async () => {
    const body = `grant_type=refresh_token&grant_type=refresh_token&client_id=${client.clientId}`
    const request = { ...postForm(`${kit.base}/oauth/token`, {}), body }
    expect(readAnswer(await send(WIRE, 'POST', request))).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
  })

  test.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x'])('%s is no form', async (type) => {
    const request = {
      method: 'POST',
      url: `${kit.base}/oauth/token`,
      headers: { 'content-type': type },
      body: '{}',
    } as const
    expect(readAnswer(await send(WIRE, 'POST', request))).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
  })

  test('a form of more than 64 KB is 413', async () => {
    const request = postForm(`${kit.base}/oauth/token`, { grant_type: 'x'.repeat(70_000) })
    expect(readAnswer(await send(WIRE, 'POST', request))).toMatchObject({
      status: 413,
      body: { error: 'invalid_request' },
    })
  })

  test('GET is 405 with what is allowed', async () => {
    const reply = await send(WIRE, 'GET', { url: `${kit.base}/oauth/token?grant_type=refresh_token` })
    expect(reply.status).toBe(405)
    expect(reply.headers.get('allow')).toBe('POST, OPTIONS')
  })
})

describe('the authorization endpoint', () => {
  test('a repeated parameter is refused on a page', async () => {
    const { url } = { url: `${kit.base}/oauth/authorize?client_id=${client.clientId}&client_id=${client.clientId}` }
    const reply = await send(WIRE, 'GET', { url })
    expect(reply.status).toBe(400)
    expect(reply.headers.get('location')).toBeNull()
  })

  test.each([
    ['response_mode=fragment', { response_mode: 'fragment' }, 'invalid_request'],
    ['response_type=code id_token', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['request_uri', { request_uri: 'https://client.example/r' }, 'request_uri_not_supported'],
  ])('%s is refused to the client', async (_what, overrides, error) => {
    expect(await errorOf(overrides)).toBe(error)
  })

  test('a state comes back byte for byte, and none where none was sent', async () => {
    const state = 'ä+b c&d=%20"\'<>'
    expect((await kit.approve(client, { state })).callback.searchParams.get('state')).toBe(state)
    for (const written of ['a+b', 'n%2BeBY%3D%3D', 'n%2beby%3d%3d', 'a%20b%2fc/d?e', '%FF%7E']) {
      const { url } = buildAuthorizeUrl(kit.discovery, client, { state: 'PUT-IN', response_type: 'token' })
      const reply = await send(WIRE, 'GET', { url: url.replace('PUT-IN', written) })
      expect(reply.headers.get('location')).toContain(`&state=${written}&iss=`)
    }
    const reply = await kit.ask(client, { state: undefined, response_type: 'token' })
    expect(new URL(reply.headers.get('location') ?? '').searchParams.has('state')).toBe(false)
  })
})
