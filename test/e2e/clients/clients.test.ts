import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import type { App } from '../../sandbox/functions-host/start.ts'
import { codeFields, connect, newParty, obtainCode, type Party, PRIYA, register, token } from '../support/oauth.ts'
import { raw } from '../support/raw.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { cellsOf, dumpTables, findSecrets } from '../support/table-dump.ts'
import { Tab, target } from '../support/tab.ts'

const sandbox = useSandbox({ deployed: true })
const api = () => sandbox().app.url
const REDIRECT = 'https://chatgpt.com/connector_platform_oauth_redirect'
const SECRET = 'a-static-secret-of-the-administrator'
let closed: App
beforeAll(async () => {
  closed = await sandbox().startFromSources({
    REGISTRATION: 'closed',
    LOOPBACK_REDIRECTS: 'false',
    CLIENT_ID_METADATA_DOCUMENTS: 'off',
    STATIC_CLIENT_ID: 'chatgpt',
    STATIC_CLIENT_SECRET_SHA256: createHash('sha256').update(SECRET).digest('base64url'),
  })
})

describe('registration', () => {
  test('ChatGPT’s own two forms of address are accepted and echoed, and unknown members are ignored', async () => {
    for (const redirect of [REDIRECT, 'https://chatgpt.com/connector/oauth/kDmjx77UnKOM']) {
      const { status, json, headers } = await register(api(), {
        client_name: 'ChatGPT',
        redirect_uris: [redirect],
        token_endpoint_auth_method: 'none',
        application_type: 'web',
        grant_types: ['authorization_code', 'refresh_token', 'implicit'],
        software_id: 'x',
        tos_uri: 'https://x.example',
      })
      expect([status, headers.get('cache-control')]).toEqual([201, 'no-store'])
      expect(json).toMatchObject({
        client_name: 'ChatGPT',
        redirect_uris: [redirect],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      })
      expect(json).not.toHaveProperty('client_secret')
      expect(json).not.toHaveProperty('registration_access_token')
      expect(json).not.toHaveProperty('software_id')
    }
  })

  test('a confidential client gets its secret once; nothing of it is kept', async () => {
    const { discovery, client } = await newParty(sandbox(), 'client_secret_post')
    const secret = client.clientSecret ?? ''
    expect(secret).toMatch(/^[\w-]{43}$/)
    await obtainCode(sandbox(), { discovery, client }, PRIYA)
    const hash = createHash('sha256').update(secret).digest('base64url')
    const cells = cellsOf(await dumpTables(sandbox().azurite))
    expect(findSecrets(cells, { id: client.clientId })).not.toEqual([])
    expect(findSecrets(cells, { secret, hash })).toEqual([])
  })

  test.each([
    ['no redirect addresses', { redirect_uris: undefined }, 'invalid_redirect_uri'],
    ['an empty list', { redirect_uris: [] }, 'invalid_redirect_uri'],
    [
      'eleven of them',
      { redirect_uris: Array.from({ length: 11 }, (_, at) => `https://chatgpt.com/connector/oauth/a${at}`) },
      'invalid_redirect_uri',
    ],
    ['no list', { redirect_uris: REDIRECT }, 'invalid_redirect_uri'],
    [
      'two segments for the star',
      { redirect_uris: ['https://chatgpt.com/connector/oauth/a/b'] },
      'invalid_redirect_uri',
    ],
    ['another grant alone', { grant_types: ['client_credentials'] }, 'invalid_client_metadata'],
    ['another response type alone', { response_types: ['token'] }, 'invalid_client_metadata'],
    ['a method that is not offered', { token_endpoint_auth_method: 'private_key_jwt' }, 'invalid_client_metadata'],
    ['a name that is no text', { client_name: 7 }, 'invalid_client_metadata'],
  ])('%s: 400', async (_, change, error) => {
    const { status, json } = await register(api(), { redirect_uris: [REDIRECT], ...change })
    expect([status, json.error]).toEqual([400, error])
  })

  test.each(['[]', 'null', '"text"', '{', '', '{"redirect_uris":'])(
    'the body %s: 400 invalid_request',
    async (body) => {
      const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
      const { status, text } = await raw(`${api()}/oauth/register`, {
        method: 'POST',
        headers,
        body: body ? [body] : [],
      })
      expect([status, (JSON.parse(text) as { error: string }).error]).toEqual([400, 'invalid_request'])
    },
  )

  test('one path of this machine can be admitted alone, and who is refused learns how', async () => {
    const doctor = await sandbox().startFromSources({ LOOPBACK_REDIRECTS: '/doctor/callback' })
    const ask = (address: string) =>
      register(doctor.url, { redirect_uris: [address], token_endpoint_auth_method: 'none' })
    expect((await ask('http://127.0.0.1:50123/doctor/callback')).status).toBe(201)
    expect((await ask('http://[::1]:50123/doctor/callback')).status).toBe(201)
    const { status, json } = await ask('http://127.0.0.1:50123/other')
    expect([status, json.error]).toEqual([400, 'invalid_redirect_uri'])
    expect(json.error_description).toContain('LOOPBACK_REDIRECTS')
    const line = await eventually(async () => (await events(doctor, 'client.refused'))[0])
    expect(line).toContain('LOOPBACK_REDIRECTS')
    const elsewhere = await ask('https://claude.ai/api/mcp/auth_callback')
    expect(elsewhere.json.error_description).toContain('CLIENTS=chatgpt,claude would admit it')
    const nowhere = await ask('https://crm.example/cb')
    expect(nowhere.json.error_description).toContain('REDIRECT_URI_ALLOW_LIST')
  })

  test('a loopback client may use another port than it registered, and nothing else may differ', async () => {
    const { discovery, client } = await newParty(sandbox(), 'none', 'http://127.0.0.1:1234/cb')
    const ask = (redirect: string) =>
      new Tab().open(buildAuthorizeUrl(discovery, client, { redirect_uri: redirect }).url)
    expect((await ask('http://127.0.0.1:65000/cb')).status).toBe(200)
    for (const other of ['http://127.0.0.1:1234/other', 'http://localhost:1234/cb', 'https://127.0.0.1:1234/cb'])
      expect((await ask(other)).status).toBe(400)
  })
})

describe('a client in use', () => {
  test.each([
    [undefined, 'dynamics.read'],
    ['openid', 'dynamics.read'],
    ['openid profile email offline_access', 'dynamics.read offline_access'],
    ['dynamics.read', 'dynamics.read'],
    ['https://graph.microsoft.com/.default', 'dynamics.read'],
  ])('that asks for the scope %s is granted %s, and always a refresh token', async (scope, granted) => {
    const party = await newParty(sandbox())
    const issued = await obtainCode(sandbox(), party, PRIYA, { asked: { scope } })
    const { status, json } = await token(api(), codeFields(party, issued))
    expect([status, json.scope]).toEqual([200, granted])
    expect(json.refresh_token).toMatch(/^dmr_/)
  })
})

describe('after roll-out: registration closed, one static client', () => {
  test('registration is refused, and neither it nor metadata documents are advertised', async () => {
    const { status, json } = await register(closed.url, { redirect_uris: [REDIRECT] })
    expect([status, json.error]).toEqual([403, 'access_denied'])
    const metadata = await raw(`${closed.url}/.well-known/oauth-authorization-server`)
    const published = JSON.parse(metadata.text) as Record<string, unknown>
    expect(published).not.toHaveProperty('registration_endpoint')
    expect(published.client_id_metadata_document_supported).toBe(false)
  })

  test('the static client connects with its secret, and with no other', async () => {
    const { discovery } = await newParty(sandbox())
    const client = {
      clientId: 'chatgpt',
      clientSecret: SECRET,
      authMethod: 'client_secret_post',
      redirectUri: REDIRECT,
    } as const
    const party: Party = { discovery, client }
    const issued = await obtainCode(sandbox(), party, PRIYA, { base: closed.url })
    const wrong = await token(closed.url, { ...codeFields(party, issued), client_secret: 'wrong' })
    expect([wrong.status, wrong.json.error]).toEqual([401, 'invalid_client'])
    expect((await token(closed.url, codeFields(party, issued))).status).toBe(200)
  })

  test('a loopback address that was registered while it was allowed is refused at authorization', async () => {
    const { discovery, client } = await newParty(sandbox(), 'none', 'http://127.0.0.1:1234/cb')
    const tab = new Tab({ via: { from: api(), to: closed.url } })
    const page = await tab.open(buildAuthorizeUrl(discovery, client).url)
    expect([page.status, page.headers.get('location')]).toEqual([400, null])
  })

  test('a client id that is an address is unknown where metadata documents are off', async () => {
    const { discovery, client } = await newParty(sandbox())
    const tab = new Tab({ via: { from: api(), to: closed.url } })
    const asked = { client_id: 'https://chatgpt.com/oauth/client.json' }
    const page = await tab.open(buildAuthorizeUrl(discovery, client, asked).url)
    expect([page.status, page.headers.get('location')]).toEqual([400, null])
    expect(page.text).toContain('invalid_client')
  })
})

describe('sizes', () => {
  test.each([
    ['registration', '/oauth/register', 'application/json', 64],
    ['revocation', '/oauth/revoke', 'application/x-www-form-urlencoded', 64],
    ['consent', '/oauth/authorize', 'application/x-www-form-urlencoded', 64],
  ])('a body of %s over 64 KB: 413', async (_, path, type, kilobytes) => {
    const body = 'x'.repeat(kilobytes * 1024 + 1)
    const headers = { 'content-type': type, 'content-length': String(body.length), origin: api() }
    expect((await raw(`${api()}${path}`, { method: 'POST', headers, body: [body] })).status).toBe(413)
  })

  test('a body of /mcp: 128 KB is read, a byte more is 413', async () => {
    const { access } = await connect(sandbox(), PRIYA)
    const send = (size: number) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }).padEnd(size)
      const headers = { authorization: `Bearer ${access}`, 'content-type': 'application/json' }
      const length = { 'content-length': String(body.length) }
      return raw(`${api()}/mcp`, { method: 'POST', headers: { ...headers, ...length }, body: [body] })
    }
    expect((await send(128 * 1024)).status).toBe(200)
    expect((await send(128 * 1024 + 1)).status).toBe(413)
  })

  test('an address over 8 KB: 414; headers over 16 KB: 431', async () => {
    expect((await raw(`${api()}/oauth/authorize?state=${'x'.repeat(9000)}`)).status).toBe(414)
    const cookie = `a=${'x'.repeat(17_000)}`
    expect((await raw(`${api()}/oauth/callback`, { headers: { cookie } })).status).toBe(431)
  })

  test('an authorize request over 4 KB is shown, not redirected; a state of 2 KB comes back whole', async () => {
    const { discovery, client } = await newParty(sandbox())
    const ask = (state: string) => new Tab().open(buildAuthorizeUrl(discovery, client, { state, prompt: 'none' }).url)
    const tooLong = await ask('x'.repeat(4096))
    expect([tooLong.status, tooLong.headers.get('location')]).toEqual([400, null])
    const state = 'y'.repeat(2048)
    expect(target(await ask(state)).searchParams.get('state')).toBe(state)
  })
})
