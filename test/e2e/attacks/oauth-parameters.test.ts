// Not in a bare npm test: starts built instances of the app.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Kit, type Pair, REDIRECT, startKit } from '../../conformance/support/kit.ts'
import { parseForms } from '../../sandbox/chatgpt/html-form.ts'
import type { OAuthClient } from '../../sandbox/chatgpt/registration.ts'
import { anyText, damaged, encode, headerValue, jsonWith } from './arbitraries.ts'

/** Registration has its total for a day. */
const LIMITED = { numRuns: 90 }
const FREE = { numRuns: 100 }
const VERIFIER = 'v'.repeat(43)
const CHALLENGE = 'A'.repeat(43)

let kit: Kit
let client: OAuthClient
let tokens: Pair
beforeAll(async () => {
  // No host but this: a client id that looks like a document's address leads to no look-up.
  const admitted = { CLIENTS: 'none', REDIRECT_URI_ALLOW_LIST: REDIRECT, CLIENT_ID_METADATA_DOMAINS: '127.0.0.1' }
  kit = await startKit({ deployed: true, settings: { ...admitted, TRUSTED_HOPS: '2' } })
  client = await kit.newClient()
  tokens = await kit.connect(client)
})
afterAll(() => kit.close())

let asked = 0
/** Each request is somebody else's, or most of them would be one too many failures. */
const elsewhere = () => ({ 'x-forwarded-for': `10.0.${Math.floor(++asked / 250)}.${asked % 250}` })
const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
  fetch(kit.base + path, { method: 'POST', redirect: 'manual', headers: { ...elsewhere(), ...headers }, body })
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(kit.base + path, { redirect: 'manual', headers: { ...elsewhere(), ...headers } })
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** An answer of ours: no fault, JSON or a page with its headers, and a redirect only to where a code may go. */
async function expectOurs(reply: Response, mayLeadTo: readonly string[] = []): Promise<string> {
  const text = await reply.text()
  expect(reply.status).toBeLessThan(500)
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
  const location = reply.headers.get('location')
  if (location !== null) {
    expect([reply.status, mayLeadTo.some((start) => location.startsWith(start))]).toEqual([303, true])
    expect(text).toBe('')
  } else if (reply.headers.get('content-type')?.startsWith('text/html')) {
    expect(reply.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(text).not.toContain('<script')
  } else if (text !== '') {
    expect(reply.headers.get('content-type')).toMatch(/^(application\/json|text\/event-stream)/)
  }
  if (reply.status >= 400) expect(reply.headers.get('cache-control')).toBe('no-store')
  return text
}

const authorizeParameters = () => ({
  response_type: 'code',
  client_id: client.clientId,
  redirect_uri: REDIRECT,
  state: 's',
  scope: 'dynamics.read',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
  resource: kit.sandbox.mcpUrl,
})

describe('whatever the parameters, the answer is ours', () => {
  test('GET /oauth/authorize: a page, or the registered address', async () => {
    const property = fc.asyncProperty(damaged(authorizeParameters()), async (parameters) => {
      await expectOurs(await get(`/oauth/authorize?${encode(parameters)}`), [`${REDIRECT}?`])
    })
    await fc.assert(property, LIMITED)
  })

  test('POST /oauth/authorize: a page, the registered address or Entra', async () => {
    const page = await get(`/oauth/authorize?${encode(Object.entries(authorizeParameters()))}`)
    const [form] = parseForms(await page.text(), kit.base)
    const cookie = page.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const fields = { ...Object.fromEntries(form?.fields ?? []), decision: 'continue' }
    const headers = fc.record({
      origin: fc.oneof({ weight: 3, arbitrary: fc.constant(kit.base) }, headerValue),
      cookie: fc.oneof({ weight: 3, arbitrary: fc.constant(cookie) }, headerValue),
    })
    const entra = `${kit.sandbox.entra.url}/`
    const property = fc.asyncProperty(damaged(fields), headers, async (parameters, sent) => {
      await expectOurs(await post('/oauth/authorize', encode(parameters), { ...FORM, ...sent }), [
        `${REDIRECT}?`,
        entra,
      ])
    })
    await fc.assert(property, LIMITED)
  })

  test('GET /oauth/callback: a page, never a way on', async () => {
    const valid = { state: `AAAAAAAAAAAA.${'A'.repeat(43)}`, code: 'x', error: 'access_denied', session_state: 'y' }
    const property = fc.asyncProperty(damaged(valid), headerValue, async (parameters, value) => {
      const cookie = `__Host-signin-AAAAAAAAAAAA=${value}`
      await expectOurs(await get(`/oauth/callback?${encode(parameters)}`, { cookie }))
    })
    await fc.assert(property, FREE)
  })

  test.each([
    ['a code', { grant_type: 'authorization_code', code: 'dmc_x', redirect_uri: REDIRECT, code_verifier: VERIFIER }],
    ['a refresh token', { grant_type: 'refresh_token', refresh_token: 'dmr_x', scope: 'dynamics.read' }],
  ])('POST /oauth/token with %s: JSON, and no tokens', async (_what, fields) => {
    const parameters = damaged({ ...fields, client_id: client.clientId, resource: kit.sandbox.mcpUrl })
    const authorization = fc.option(
      fc.oneof(
        headerValue,
        headerValue.map((text) => `Basic ${btoa(text)}`),
      ),
    )
    const property = fc.asyncProperty(parameters, authorization, async (sent, value) => {
      const headers = { ...FORM, ...(value === null ? {} : { authorization: value }) }
      const text = await expectOurs(await post('/oauth/token', encode(sent), headers))
      expect(JSON.parse(text)).toHaveProperty('error')
    })
    await fc.assert(property, FREE)
  })

  test('POST /oauth/revoke: nothing but 200 and the errors of RFC 6749', async () => {
    const parameters = damaged({ token: 'dmr_x', token_type_hint: 'refresh_token', client_id: client.clientId })
    const property = fc.asyncProperty(parameters, async (sent) => {
      const reply = await post('/oauth/revoke', encode(sent), FORM)
      await expectOurs(reply)
      expect([200, 400, 401]).toContain(reply.status)
    })
    await fc.assert(property, FREE)
    expect(await kit.mcpStatus(tokens.access)).toBe(200)
  })

  test('POST /oauth/register: 201 only for addresses on the list', async () => {
    const metadata = jsonWith({
      client_name: 'x',
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      scope: 'dynamics.read',
      jwks: { keys: [] },
    })
    const property = fc.asyncProperty(metadata, async (body) => {
      const headers = { 'content-type': 'application/json' }
      const reply = await post('/oauth/register', JSON.stringify(body), headers)
      const answer = JSON.parse(await expectOurs(reply))
      if (reply.status === 201) expect(answer.redirect_uris).toEqual([REDIRECT])
      else expect(answer).toHaveProperty('error')
    })
    await fc.assert(property, { numRuns: 80 })
  })
})

describe('whatever the body and the headers, the answer is ours', () => {
  test('bytes of any kind, of any type, at every endpoint that reads a body', async () => {
    const path = fc.constantFrom('/oauth/token', '/oauth/revoke', '/mcp')
    const type = fc.oneof(fc.constantFrom('application/json', FORM['content-type'], 'multipart/form-data'), headerValue)
    const property = fc.asyncProperty(path, type, fc.uint8Array({ maxLength: 200 }), async (to, contentType, bytes) => {
      const headers = {
        'content-type': contentType,
        ...(to === '/mcp' && { authorization: `Bearer ${tokens.access}` }),
      }
      await expectOurs(await post(to, new Uint8Array(bytes), headers))
    })
    await fc.assert(property, FREE)
  })

  test('messages to /mcp: JSON-RPC answers', async () => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    const methods = ['tools/list', 'tools/call', 'server/discover', 'initialize', 'resources/read', 'ping', 'no/method']
    const message = fc
      .constantFrom(...methods)
      .chain((method) =>
        jsonWith({ jsonrpc: '2.0', id: 1, method, params: { _meta: meta, name: 'whoami', arguments: {}, uri: 'x:y' } }),
      )
    const headers = fc.record(
      { 'mcp-protocol-version': headerValue, 'mcp-method': headerValue, 'mcp-name': headerValue, accept: headerValue },
      { requiredKeys: [] },
    )
    const property = fc.asyncProperty(message, headers, async (body, sent) => {
      const authorization = `Bearer ${tokens.access}`
      const all = { 'content-type': 'application/json', authorization, ...sent }
      await expectOurs(await post('/mcp', JSON.stringify(body), all))
    })
    await fc.assert(property, FREE)
  })

  test('bearer tokens and origins: 401, 403 or 400, never in', async () => {
    const property = fc.asyncProperty(headerValue, fc.option(headerValue), anyText, async (value, origin, query) => {
      const headers = { authorization: `Bearer ${value}`, ...(origin === null ? {} : { origin }) }
      const reply = await get(`/mcp?${encode([['q', query]])}`, headers)
      await expectOurs(reply)
      expect([400, 401, 403]).toContain(reply.status)
    })
    await fc.assert(property, FREE)
  })

  test('paths that nobody serves: 404 or 405 in JSON', async () => {
    const known = fc.constantFrom('oauth', '.well-known', 'mcp', 'admin', 'runtime')
    // A dot segment never leaves the client: it is resolved before.
    const segment = fc.oneof(anyText, known).filter((text) => !/^\.{1,2}$/.test(text))
    const property = fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 4 }), async (segments) => {
      const path = segments.map((one) => encodeURIComponent(one.toWellFormed())).join('/')
      const reply = await get(`/none/${path}`)
      await expectOurs(reply)
      expect([400, 404, 405, 414]).toContain(reply.status)
    })
    await fc.assert(property, FREE)
  })
})

describe('after all of it', () => {
  test('the same process is alive, has met no fault of its own, and still serves', async () => {
    expect((await get('/health')).status).toBe(200)
    expect(await kit.mcpStatus(tokens.access)).toBe(200)
    expect(
      (await kit.sandbox.app.logs()).filter((line) => /request\.failed|UnhandledPromise|uncaught/i.test(line)),
    ).toEqual([])
  })
})
