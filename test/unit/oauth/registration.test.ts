import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { registrationEndpoint } from '../../../shared/oauth/clients/registration.ts'
import { sha256 } from '../../../shared/tokens/token.ts'
import { posted } from '../http/incoming.ts'
import { memoryStores } from './memory-stores.ts'

const REDIRECT = 'https://chatgpt.com/connector_platform_oauth_redirect'
const NOW = Date.parse('2026-11-24T09:00:00.500Z')
const DAY = 86_400_000

let stores: ReturnType<typeof memoryStores>
beforeEach(() => {
  stores = memoryStores()
})

const register = (body: unknown, change: { open?: boolean; perDay?: number } = {}) =>
  registrationEndpoint({
    ...{ open: true, perDay: 1_000, redirects: { patterns: [REDIRECT], loopback: false } },
    ...{ store: stores.clients, limits: stores.limits, random: randomBytes, now: () => NOW },
    ...change,
  })(posted('application/json', JSON.stringify(body)))
const bodyOf = async (body: unknown) => JSON.parse((await register(body)).body ?? '') as Record<string, unknown>
const refused = (code: string, status = 400) => expect.objectContaining({ name: 'OAuthError', code, status })

describe('a client that registers', () => {
  test('gets 201 with what was registered, which is not kept by anybody', async () => {
    const reply = await register({
      client_name: 'ChatGPT',
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'none',
    })
    expect(reply).toMatchObject({ status: 201, headers: { 'cache-control': 'no-store' } })
    expect(JSON.parse(reply.body ?? '')).toEqual({
      client_id: expect.stringMatching(/^dmi_[A-Za-z0-9_-]{22}$/) as unknown,
      client_id_issued_at: Math.floor(NOW / 1000),
      client_name: 'ChatGPT',
      redirect_uris: [REDIRECT],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'dynamics.read offline_access',
    })
  })

  test.each([undefined, 'client_secret_basic', 'client_secret_post'])(
    'with method %s: a secret, shown once, kept as a hash',
    async (method) => {
      const {
        client_id: id,
        client_secret: secret,
        ...rest
      } = await bodyOf({ redirect_uris: [REDIRECT], token_endpoint_auth_method: method })
      expect(rest).toMatchObject({
        client_secret_expires_at: 0,
        token_endpoint_auth_method: method ?? 'client_secret_basic',
      })
      expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
      expect(stores.rows.get(String(id))?.secretHash).toBe(sha256(String(secret)))
      expect(JSON.stringify([...stores.rows])).not.toContain(secret)
    },
  )

  test('is kept for 90 days after its last grant', async () => {
    const { client_id: id } = await bodyOf({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' })
    expect(stores.rows.get(String(id))).toMatchObject({ createdAt: NOW, expiresAt: NOW + 90 * DAY })
  })

  test.each([
    ['unknown members (RFC 7591 §2)', { headers: 1, x: { y: 1 }, ['__proto__']: { z: 1 } }],
    ['types beyond ours', { grant_types: ['authorization_code', 'implicit'], response_types: ['code', 'token'] }],
    ['a scope that we do not know', { scope: 'admin everything' }],
    ['links and keys', { logo_uri: 'https://a.example/l.png', tos_uri: 'https://a.example', jwks: { keys: [] } }],
  ])('may say more: %s', async (_, more) => {
    expect(await bodyOf({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none', ...more })).toMatchObject({
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope: 'dynamics.read offline_access',
    })
  })
})

describe('a registration is refused', () => {
  const OK = { redirect_uris: [REDIRECT] }
  test.each([
    ['no redirect', {}, 'invalid_redirect_uri'],
    ['an empty list', { redirect_uris: [] }, 'invalid_redirect_uri'],
    ['no list', { redirect_uris: REDIRECT }, 'invalid_redirect_uri'],
    ['eleven', { redirect_uris: Array(11).fill(REDIRECT) }, 'invalid_redirect_uri'],
    ['one bad among good', { redirect_uris: [REDIRECT, 'https://evil.example/cb'] }, 'invalid_redirect_uri'],
    ['javascript', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    ['a number', { redirect_uris: [7] }, 'invalid_redirect_uri'],
    ['null', { redirect_uris: [null] }, 'invalid_redirect_uri'],
    ['a name that is no text', { ...OK, client_name: { a: 1 } }, 'invalid_client_metadata'],
    ['an unknown method', { ...OK, token_endpoint_auth_method: 'private_key_jwt' }, 'invalid_client_metadata'],
    ['a method that is no text', { ...OK, token_endpoint_auth_method: ['none'] }, 'invalid_client_metadata'],
    ['only other grants', { ...OK, grant_types: ['client_credentials'] }, 'invalid_client_metadata'],
    ['no grant', { ...OK, grant_types: [] }, 'invalid_client_metadata'],
    ['only other responses', { ...OK, response_types: ['token'] }, 'invalid_client_metadata'],
  ])('%s: %j', async (_, body, code) => {
    await expect(register(body)).rejects.toEqual(refused(code))
    expect(stores.rows.size).toBe(0)
  })

  test('when registration is closed, before anything is read', async () => {
    await expect(register([], { open: false })).rejects.toEqual(refused('access_denied', 403))
  })

  test('when the day’s are used up, with a time to come back', async () => {
    await register(OK, { perDay: 1 })
    await expect(register(OK, { perDay: 1 })).rejects.toMatchObject({
      ...{ status: 503, code: 'temporarily_unavailable', headers: { 'retry-after': '300' } },
    })
    expect(stores.rows.size).toBe(1)
  })

  test('a bad request uses up nothing', async () => {
    await expect(register({}, { perDay: 1 })).rejects.toMatchObject({ status: 400 })
    expect((await register(OK, { perDay: 1 })).status).toBe(201)
  })
})
