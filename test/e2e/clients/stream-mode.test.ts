// Not in a bare npm test: starts built instances of the app.
import { tmpdir } from 'node:os'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { createChatGpt } from '../../sandbox/chatgpt/client.ts'
import { registrationBody, STABLE_REDIRECT_URI } from '../../sandbox/chatgpt/registration.ts'
import type { FunctionsHost } from '../../sandbox/functions-host/start.ts'
import { STREAM_MODE } from '../../sandbox/start-sandbox.ts'
import { callTool, connect, newParty, PRIYA, refresh, refreshFields, register, type Session } from '../support/oauth.ts'
import { raw } from '../support/raw.ts'
import { useSandbox } from '../support/suite.ts'
import { Tab, transactionOf } from '../support/tab.ts'

const sandbox = useSandbox({ deployed: true, settings: STREAM_MODE })
const api = () => sandbox().app.url
let session: Session
let buffered: FunctionsHost
beforeAll(async () => {
  session = await connect(sandbox(), PRIYA)
  buffered = await sandbox().startInstance({ HTTP_STREAMS: 'false' })
})
const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = { 'content-type': 'application/json' }

describe('stream mode', () => {
  test('ChatGPT connects, calls a tool, refreshes and disconnects', async () => {
    const chatGpt = createChatGpt({ mcpUrl: sandbox().mcpUrl })
    await chatGpt.connect(PRIYA)
    expect((await chatGpt.listTools()).map(({ name }) => name)).toContain('query_crm')
    const rows = await chatGpt.callTool('query_crm', { entity: 'account', select: ['name'], top: 3 })
    expect(rows.structuredContent).toMatchObject({ rows: expect.arrayContaining([expect.anything()]) })
    await chatGpt.refresh()
    await chatGpt.revoke()
  })

  test('both cookies of the sign-in are set, each in a line of its own', async () => {
    const tab = new Tab()
    const consent = await tab.open(buildAuthorizeUrl(session.discovery, session.client).url)
    const sent = await tab.press(consent, 'continue')
    expect(sent.status).toBe(303)
    const names = sent.headers.getSetCookie().map((line) => /^__Host-(\w+)-[\w-]{12}=/.exec(line)?.[1])
    expect(names).toEqual(['consent', 'signin'])
  })

  test('a body in chunks works at the token endpoint', async () => {
    const body = new URLSearchParams(refreshFields(session, session.refresh)).toString()
    const headers = { 'content-type': FORM, 'transfer-encoding': 'chunked' }
    const answer = await raw(`${api()}/oauth/token`, {
      method: 'POST',
      headers,
      body: [body.slice(0, 20), body.slice(20, 50), body.slice(50)],
    })
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text)).toMatchObject({ token_type: 'Bearer' })
  })

  test('a body in chunks works at /mcp', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/list' })
    const headers = {
      authorization: `Bearer ${session.access}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'transfer-encoding': 'chunked',
    }
    const answer = await raw(`${api()}/mcp`, { method: 'POST', headers, body: [body.slice(0, 9), body.slice(9)] })
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('"id":7')
  })

  test('a body that is no JSON is a parse error of JSON-RPC, in either mode', async () => {
    const broken = ['', '{"jsonrpc":', "{'method':'ping'}", '{method:1}', '[1,', '/**/{}', '{}{}', 'ping']
    for (const base of [api(), buffered.url])
      for (const body of broken) {
        const length = String(body.length)
        const headers = { authorization: `Bearer ${session.access}`, ...JSON_TYPE, 'content-length': length }
        const answer = await raw(`${base}/mcp`, { method: 'POST', headers, body: [body] })
        const { error } = JSON.parse(answer.text) as { error: { code: number } }
        expect([body, answer.status, error.code]).toEqual([body, 400, -32_700])
      }
  })

  test('headers of 30 KB get an answer', async () => {
    expect((await raw(`${api()}/health`, { headers: { x: 'x'.repeat(15_000) } })).status).toBe(200)
    expect((await raw(`${api()}/health`, { headers: { x: 'x'.repeat(30_000) } })).status).toBe(431)
  })

  test('an empty body in chunks is an empty body, not one that was dropped', async () => {
    const headers = { 'content-type': FORM, 'transfer-encoding': 'chunked' }
    const answer = await raw(`${api()}/oauth/token`, { method: 'POST', headers })
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([400, { error: 'invalid_request' }])
    expect(answer.text).not.toContain('HTTP_STREAMS')
  })

  test('a body in chunks that is too large: 413', async () => {
    const headers = { 'content-type': FORM, 'transfer-encoding': 'chunked' }
    const body = Array.from({ length: 9 }, () => 'x'.repeat(8 * 1024))
    expect((await raw(`${api()}/oauth/token`, { method: 'POST', headers, body })).status).toBe(413)
  })
})

describe('replacing the headers that the worker sees', () => {
  test.each(['headers', 'Headers', 'HEADERS'])('a query key %s is refused', async (name) => {
    const evil = encodeURIComponent(JSON.stringify({ cookie: '__Host-signin-x=y', origin: api() }))
    for (const path of ['/oauth/authorize', '/oauth/callback', '/health', '/.well-known/oauth-authorization-server']) {
      const answer = await raw(`${api()}${path}?${name}=${evil}`)
      expect([path, answer.status]).toEqual([path, 400])
      expect(answer.text).toContain('invalid_request')
    }
  })

  test.each(['headers', 'Headers'])('a JSON member %s is refused, at registration and at /mcp', async (name) => {
    const metadata = { ...registrationBody(STABLE_REDIRECT_URI, 'none'), [name]: { origin: 'https://chatgpt.com' } }
    const answer = await register(api(), metadata)
    expect([answer.status, answer.json.error]).toEqual([400, 'invalid_request'])
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/list',
      [name]: { authorization: `Bearer ${session.access}` },
    })
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
    const sent = { method: 'POST', headers: { ...headers, authorization: `Bearer ${session.access}` }, body: [body] }
    // The host drops all headers for one spelling: without a bearer nobody reads the body.
    expect((await raw(`${api()}/mcp`, sent)).status).toBe(name === 'headers' ? 401 : 400)
  })

  test('a consent cookie and an Origin in the query do not approve for the victim', async () => {
    const attacker = new Tab()
    const page = await attacker.open(buildAuthorizeUrl(session.discovery, session.client).url)
    const cookie = page.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const headers = JSON.stringify({ cookie, origin: api(), 'content-type': FORM })
    const victim = new Tab()
    const answer = await victim.post(
      `${api()}/oauth/authorize?headers=${encodeURIComponent(headers)}`,
      { transaction: transactionOf(page), decision: 'continue' },
      'https://evil.example',
    )
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
  })

  test('in buffered mode such a member is one that we do not know, and is ignored', async () => {
    const metadata = { ...registrationBody(STABLE_REDIRECT_URI, 'none'), headers: {} }
    expect((await register(buffered.url, metadata)).status).toBe(201)
  })
})

describe('an endpoint that throws', () => {
  test('answers all the same: a page with a correlation id, or JSON, and 500 or 503', async () => {
    const broken = await sandbox().startInstance({ LOCAL_KEY_FILE: tmpdir() })
    const party = await newParty(sandbox())
    const url = buildAuthorizeUrl(party.discovery, party.client).url.replace(api(), broken.url)
    const page = await new Tab().open(url)
    expect(page.status).toBeGreaterThanOrEqual(500)
    expect(page.text).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/)
    expect(page.text).not.toMatch(/EISDIR|node:|at async/)
    const answer = await refresh(broken.url, session, (await connect(sandbox(), PRIYA, { party: session })).refresh)
    expect([500, 503]).toContain(answer.status)
    expect(answer.json.error).toMatch(/^(server_error|temporarily_unavailable)$/)
    const call = await callTool(broken.url, session.access)
    expect([500, 503]).toContain(call.status)
  })
})
