import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { TableClient } from '@azure/data-tables'
import { type Kit, readAnswer, REDIRECT, startKit, WIRE } from '../support/kit.ts'
import { send } from '../../sandbox/chatgpt/wire.ts'
import { REVISIONS } from '../support/revisions.ts'

const SECRET = 'a secret that an administrator typed in'
const KNOWN = {
  clientId: 'chatgpt',
  clientSecret: SECRET,
  authMethod: 'client_secret_post',
  redirectUri: REDIRECT,
} as const

let kit: Kit
beforeAll(async () => {
  kit = await startKit({
    settings: {
      STATIC_CLIENT_ID: KNOWN.clientId,
      STATIC_CLIENT_REDIRECT_URIS: REDIRECT,
      STATIC_CLIENT_SECRET_SHA256: createHash('sha256').update(SECRET).digest('base64url'),
    },
  })
})
afterAll(() => kit.close())

describe.each(REVISIONS)('registration at $date', ({ sendsResource }) => {
  const own = sendsResource ? {} : { resource: undefined }

  test('a public client: 201, what was registered, and no secret', async () => {
    const { status, headers, body } = await kit.register({
      client_name: 'ChatGPT',
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      software_id: 'ignored',
    })
    expect(status).toBe(201)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({
      client_id: expect.stringMatching(/^dmi2_[\w-]{45,105}$/),
      client_id_issued_at: expect.any(Number),
      client_name: 'ChatGPT',
      redirect_uris: [REDIRECT],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'dynamics.read offline_access',
    })
  })

  test('a confidential client authenticates by client_secret_basic', async () => {
    const client = await kit.newClient('client_secret_basic')
    expect(client.clientSecret).toMatch(/^[\w-]{43}$/)
    expect((await kit.redeem(client, await kit.approve(client, own), own)).status).toBe(200)
  })
})

describe('with registration closed', () => {
  let closed: ReturnType<Kit['at']>
  beforeAll(async () => {
    closed = kit.at(await kit.sandbox.startInstance({ REGISTRATION: 'closed' }))
  })

  test('no registration endpoint is advertised, and it refuses', async () => {
    const metadata = await (await fetch(`${closed.base}/.well-known/oauth-authorization-server`)).json()
    expect(metadata).toHaveProperty('token_endpoint')
    expect(metadata).not.toHaveProperty('registration_endpoint')
    const refused = await closed.register({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' })
    expect(refused).toMatchObject({ status: 403, body: { error: 'access_denied' } })
  })

  test.each(REVISIONS)('a client known beforehand connects at $date', async ({ sendsResource }) => {
    const own = sendsResource ? {} : { resource: undefined }
    const approved = await kit.approve(KNOWN, own)
    const refused = await closed.redeem({ ...KNOWN, clientSecret: 'wrong' }, approved, own)
    expect(refused).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect((await closed.redeem(KNOWN, approved, own)).status).toBe(200)
  })
})

describe('what cannot be registered', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['no redirect address', { redirect_uris: undefined }, 'invalid_redirect_uri'],
    ['an empty list', { redirect_uris: [] }, 'invalid_redirect_uri'],
    ['an address outside the list', { redirect_uris: ['https://attacker.example/cb'] }, 'invalid_redirect_uri'],
    ['an http address', { redirect_uris: ['http://chatgpt.com/connector/oauth/abc'] }, 'invalid_redirect_uri'],
    ['a fragment', { redirect_uris: [`${REDIRECT}#x`] }, 'invalid_redirect_uri'],
    ['a script', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    ['a user name', { redirect_uris: ['https://chatgpt.com@attacker.example/'] }, 'invalid_redirect_uri'],
    ['private_key_jwt alone', { token_endpoint_auth_method: 'private_key_jwt' }, 'invalid_client_metadata'],
    ['client credentials alone', { grant_types: ['client_credentials'] }, 'invalid_client_metadata'],
    ['the implicit flow', { response_types: ['token'] }, 'invalid_client_metadata'],
    ['a name that is no text', { client_name: 7 }, 'invalid_client_metadata'],
  ])('%s', async (_what, members, error) => {
    const refused = await kit.register({ client_name: 'x', redirect_uris: [REDIRECT], ...members })
    expect(refused).toMatchObject({ status: 400, body: { error } })
    expect(refused.body).not.toHaveProperty('client_id')
  })

  test.each([
    ['no JSON', 'application/json', '{', 400],
    ['no object', 'application/json', '[]', 400],
    ['a form', 'application/x-www-form-urlencoded', 'client_name=x', 400],
  ])('%s', async (_what, type, body, status) => {
    const url = `${kit.base}/oauth/register`
    const reply = await send(WIRE, 'POST', { method: 'POST', url, headers: { 'content-type': type }, body })
    expect(readAnswer(reply)).toMatchObject({ status, body: { error: 'invalid_request' } })
  })
})

describe('what is registered', () => {
  test('addresses that are not admitted are left out, and said to be', async () => {
    const left = ['https://attacker.example/cb', 'https://vscode.dev/redirect']
    const { status, body } = await kit.register({ redirect_uris: [left[0], REDIRECT, left[1]] })
    expect([status, body.redirect_uris]).toEqual([201, [REDIRECT]])
    expect(body.redirect_uris_left_out).toMatchObject([
      { index: 0, redirect_uri: left[0], settings: ['REDIRECT_URI_ALLOW_LIST'] },
      { index: 2, redirect_uri: left[1], settings: ['CLIENTS=chatgpt,vscode'] },
    ])
    const client = { clientId: String(body.client_id), authMethod: 'none', redirectUri: REDIRECT } as const
    for (const redirectUri of left) {
      const reply = await kit.ask({ ...client, redirectUri })
      expect([reply.status, reply.headers.get('location')]).toEqual([400, null])
    }
    expect((await kit.ask(client)).status).toBe(200)
  })

  test('a default method is client_secret_basic, and unknown types are left out', async () => {
    const { body } = await kit.register({
      redirect_uris: [REDIRECT],
      grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
      response_types: ['code', 'id_token'],
    })
    expect(body).toMatchObject({
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      client_secret: expect.any(String),
      client_secret_expires_at: 0,
    })
  })

  test('neither the secret nor its hash is stored', async () => {
    const client = await kit.newClient('client_secret_basic')
    const secret = client.clientSecret ?? ''
    expect((await kit.redeem(client, await kit.approve(client))).status).toBe(200)
    const dump = await dumpClients()
    expect(dump).toContain(client.clientId)
    expect(dump).not.toContain(secret)
    expect(dump).not.toContain(createHash('sha256').update(secret).digest('base64url'))
  })

  test('what is not used is ignored, whatever it holds', async () => {
    const wrong = { scope: null, logo_uri: null, client_uri: 'relative', contacts: 5, jwks: [], software_statement: {} }
    const { status, body } = await kit.register({ redirect_uris: [REDIRECT], ...wrong })
    expect({ status, scope: body.scope }).toEqual({ status: 201, scope: 'dynamics.read offline_access' })
  })

  test.each<[string, Record<string, unknown>]>([
    ['redirect_uris', { redirect_uris: [] }],
    [
      'redirect_uris[0], redirect_uris[1]: ',
      { redirect_uris: ['https://attacker.example/cb', 'https://b.example/cb'] },
    ],
    ['client_name', { client_name: 7 }],
    ['grant_types', { grant_types: ['client_credentials'] }],
    ['response_types', { response_types: ['token'] }],
    ['token_endpoint_auth_method', { token_endpoint_auth_method: 'private_key_jwt' }],
  ])('what is refused is named: %s', async (member, members) => {
    const { status, body } = await kit.register({ redirect_uris: [REDIRECT], ...members })
    expect([status, String(body.error_description).startsWith(member)]).toEqual([400, true])
  })

  test('nothing is offered to manage it (RFC 7592)', async () => {
    const { body } = await kit.register({ redirect_uris: [REDIRECT] })
    expect(body).not.toHaveProperty('registration_access_token')
    expect(body).not.toHaveProperty('registration_client_uri')
  })
})

async function dumpClients(): Promise<string> {
  const { connectionString } = kit.sandbox.azurite
  const table = TableClient.fromConnectionString(connectionString, 'clients', { allowInsecureConnection: true })
  const rows: string[] = []
  for await (const row of table.listEntities()) rows.push(JSON.stringify(row))
  return rows.join('\n')
}
