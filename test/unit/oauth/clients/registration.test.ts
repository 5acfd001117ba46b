import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { createAdvice } from '../../../../shared/oauth/clients/admission-advice.ts'
import { registrationEndpoint } from '../../../../shared/oauth/clients/registration/registration.ts'
import { sha256 } from '../../../../shared/tokens/token.ts'
import type { AuditEvent } from '../../../../shared/telemetry/events.ts'
import { posted } from '../../http/incoming.ts'
import { memoryStores } from '../memory-stores.ts'

const REDIRECT = 'https://chatgpt.com/connector_platform_oauth_redirect'
const ANY_PATH = 'https://long.example/*'
const NOW = Date.parse('2026-11-24T09:00:00.500Z')

let stores: ReturnType<typeof memoryStores>
beforeEach(() => {
  stores = memoryStores()
})

const endpoint = (open: boolean) =>
  registrationEndpoint({
    open,
    redirects: { patterns: [REDIRECT, ANY_PATH], loopback: true },
    advise: createAdvice(['chatgpt']),
    writes: undefined,
    ids: stores.ids,
    random: randomBytes,
    now: () => NOW,
  })
const register = (body: unknown, open = true) => endpoint(open)(posted('application/json', JSON.stringify(body)))
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
      client_id: expect.stringMatching(/^dmi2_[A-Za-z0-9_-]{45,105}$/) as unknown,
      client_id_issued_at: Math.floor(NOW / 1000),
      client_name: 'ChatGPT',
      redirect_uris: [REDIRECT],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'dynamics.read offline_access',
    })
  })

  test.each([undefined, null, 'client_secret_basic', 'client_secret_post'])(
    'with method %s: a secret, shown once, and kept by nobody',
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
      const client = await stores.clientsOf().forToken(String(id))
      expect(client).toMatchObject({ redirectUris: [REDIRECT], secretHash: sha256(String(secret)) })
    },
  )

  test('is told the name that was registered, where it is another', async () => {
    const asked = { redirect_uris: [REDIRECT], client_name: `Chat“GPT” ${'x'.repeat(200)}` }
    const { client_id: id, client_name: name } = await bodyOf(asked)
    expect(name).toBe(`ChatGPT ${'x'.repeat(91)}…`)
    expect(await stores.clientsOf().forAuthorization(String(id))).toMatchObject({ name })
  })

  test('95 times at once, equal each time: 95 clients, and no read of anything', async () => {
    const all = await Promise.all(Array.from({ length: 95 }, () => bodyOf({ redirect_uris: [REDIRECT] })))
    expect(new Set(all.map(({ client_id: id }) => id)).size).toBe(95)
    expect(new Set(all.map(({ client_secret: secret }) => secret)).size).toBe(95)
    expect(stores.reads()).toBe(0)
  })

  const WRONG = [null, 5, '', 'relative', '/path', 'javascript:x', [], [null], {}, { a: [1] }, true]
  const UNUSED = [
    ...['scope', 'logo_uri', 'client_uri', 'tos_uri', 'policy_uri', 'contacts', 'jwks', 'jwks_uri', 'software_id'],
    ...['software_version', 'software_statement', 'application_type', 'id_token_signed_response_alg', 'x', '__proto__'],
    ...['client_id', 'client_secret', 'client_id_issued_at', 'client_secret_expires_at', 'registration_client_uri'],
  ]
  test.each(UNUSED)('may say anything of %s, which is not used (RFC 7591 §2)', async (member) => {
    for (const value of WRONG) {
      const asked = { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none', [member]: value }
      const { client_id: id, ...answer } = await bodyOf(asked)
      expect(id).toMatch(/^dmi2_/)
      expect(answer).toMatchObject({ scope: 'dynamics.read offline_access', token_endpoint_auth_method: 'none' })
      expect(answer).not.toHaveProperty('client_secret')
    }
  })

  test.each([
    ['types beyond ours', { grant_types: ['authorization_code', 'implicit'], response_types: ['code', 'token'] }],
    ['no types', { grant_types: null, response_types: null, client_name: null }],
  ])('may say more: %s', async (_, more) => {
    expect(await bodyOf({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none', ...more })).toMatchObject({
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    })
  })
})

describe('a registration with addresses that are not admitted', () => {
  const OTHER = 'https://vscode.dev/redirect'
  const logged = async (redirect_uris: readonly string[]) => {
    const events: AuditEvent[] = []
    const request = posted('application/json', JSON.stringify({ redirect_uris }))
    const outcome = await endpoint(true)({ ...request, audit: (event) => events.push(event) }).then(
      ({ body = '' }) => JSON.parse(body) as Record<string, unknown>,
      (error: unknown) => error,
    )
    return { outcome, events }
  }

  test('keeps the others, and says which are left out and by which setting they would be admitted', async () => {
    const { outcome, events } = await logged([OTHER, REDIRECT, 'javascript:alert(1)'])
    const reason = expect.stringContaining('CLIENTS=chatgpt,vscode would admit it') as unknown
    expect(outcome).toMatchObject({
      redirect_uris: [REDIRECT],
      redirect_uris_left_out: [
        { index: 0, redirect_uri: OTHER, reason, settings: ['CLIENTS=chatgpt,vscode'] },
        { index: 2, redirect_uri: 'javascript:alert(1)', settings: [] },
      ],
    })
    const { client_id: id } = outcome as { client_id: string }
    expect(await stores.clientsOf().forToken(id)).toMatchObject({ redirectUris: [REDIRECT] })
    expect(events).toEqual([
      {
        name: 'client.registered',
        outcome: 'ok',
        clientId: id,
        redirectHost: 'chatgpt.com',
        redirectUri: `${OTHER} javascript:alert(1)`,
        reason: expect.stringMatching(/^left out: redirect_uris\[0\]: .+ redirect_uris\[2\]: No setting/) as unknown,
      },
    ])
  })

  test('and with none that is names every place, and the setting, in answer and log', async () => {
    const { outcome, events } = await logged([OTHER, 'https://a.example/cb', `${OTHER}#x`, 'https://b.example/cb?x'])
    const { description } = outcome as { description: string }
    expect(outcome).toEqual(refused('invalid_redirect_uri'))
    expect(description).toMatch(/redirect_uris\[0\]: .*CLIENTS=chatgpt,vscode.* redirect_uris\[1\]: .*ALLOW_LIST/)
    expect(description).toContain('redirect_uris[2], redirect_uris[3]: No setting')
    expect(description).not.toMatch(/a\.example|vscode\.dev/)
    expect(events).toMatchObject([{ name: 'client.refused', redirectHost: 'vscode.dev', reason: description }])
  })

  test('cannot fill an answer with what it sent', async () => {
    const { outcome } = await logged([REDIRECT, `https://a.example/${'a'.repeat(10_000)}`])
    const [one] = (outcome as { redirect_uris_left_out: { redirect_uri: string }[] }).redirect_uris_left_out
    expect(one?.redirect_uri).toHaveLength(500)
  })

  test('says nothing of the kind where all are kept', async () => {
    expect(await bodyOf({ redirect_uris: [REDIRECT] })).not.toHaveProperty('redirect_uris_left_out')
  })
})

describe('a registration is refused, and what is refused is named', () => {
  const OK = { redirect_uris: [REDIRECT] }
  test.each<[string, unknown, string, string]>([
    ['no redirect', {}, 'invalid_redirect_uri', 'redirect_uris must'],
    ['an empty list', { redirect_uris: [] }, 'invalid_redirect_uri', 'redirect_uris must'],
    ['no list', { redirect_uris: REDIRECT }, 'invalid_redirect_uri', 'redirect_uris must'],
    ['null for the list', { redirect_uris: null }, 'invalid_redirect_uri', 'redirect_uris must'],
    ['eleven', { redirect_uris: Array(11).fill(REDIRECT) }, 'invalid_redirect_uri', 'one to 10'],
    [
      'two bad',
      { redirect_uris: ['https://a.example/cb', 'https://b.example/cb'] },
      'invalid_redirect_uri',
      'redirect_uris[0], redirect_uris[1]: ',
    ],
    ['javascript', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri', 'redirect_uris[0]: '],
    ['a number', { redirect_uris: [7] }, 'invalid_redirect_uri', 'redirect_uris must'],
    ['null', { redirect_uris: [null] }, 'invalid_redirect_uri', 'redirect_uris must'],
    ['a name that is no text', { ...OK, client_name: { a: 1 } }, 'invalid_client_metadata', 'client_name must'],
    [
      'an unknown method',
      { ...OK, token_endpoint_auth_method: 'private_key_jwt' },
      'invalid_client_metadata',
      'token_endpoint_auth_method must be one of none, client_secret_post, client_secret_basic',
    ],
    [
      'a method that is no text',
      { ...OK, token_endpoint_auth_method: ['none'] },
      'invalid_client_metadata',
      'token_endpoint_auth_method must',
    ],
    [
      'only other grants',
      { ...OK, grant_types: ['client_credentials'] },
      'invalid_client_metadata',
      'grant_types must',
    ],
    ['no grant', { ...OK, grant_types: [] }, 'invalid_client_metadata', 'grant_types must'],
    ['only other responses', { ...OK, response_types: ['token'] }, 'invalid_client_metadata', 'response_types must'],
  ])('%s', async (_, body, code, named) => {
    await expect(register(body)).rejects.toEqual(refused(code))
    await expect(register(body)).rejects.toThrow(named)
  })

  test('addresses that no client id can hold, though each is allowed', async () => {
    const address = (length: number) => `https://long.example/${'a'.repeat(length)}`
    const long = { redirect_uris: Array.from({ length: 10 }, () => address(100)) }
    await expect(register(long)).rejects.toEqual(refused('invalid_redirect_uri'))
    await expect(register(long)).rejects.toThrow('redirect_uris are too long together')
    const { client_id: id } = await bodyOf({ redirect_uris: Array.from({ length: 10 }, () => address(10)) })
    expect(String(id).length).toBeLessThanOrEqual(500)
  })

  test('when registration is closed, before anything is read', async () => {
    await expect(register([], false)).rejects.toEqual(refused('access_denied', 403))
  })
})
