import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { postMcp } from '../../sandbox/chatgpt/mcp.ts'
import { send } from '../../sandbox/chatgpt/wire.ts'
import { type Kit, startKit, WIRE } from '../support/kit.ts'
import { listToolsAs, openAs, postRaw, request, rpcErrorOf } from '../support/mcp-calls.ts'
import { REVISIONS } from '../support/revisions.ts'

let kit: Kit
let url: string
let accessToken: string
beforeAll(async () => {
  kit = await startKit()
  url = kit.sandbox.mcpUrl
  accessToken = (await kit.connect(await kit.newClient())).access
})
afterAll(() => kit.close())

const rpc = (method: string, params?: object) => ({ jsonrpc: '2.0', id: 9, method, ...(params && { params }) })
const NEWEST = REVISIONS.find(({ stateless }) => stateless)!

describe.each(REVISIONS)('a client of $date', (revision) => {
  const versioned = { 'mcp-protocol-version': revision.date }

  test('opens, and is answered in its own revision', async () => {
    const result = await openAs(revision, url, accessToken)
    if (revision.stateless) expect(result.supportedVersions).toContain(revision.date)
    else expect(result.protocolVersion).toBe(revision.date)
  })

  test('gets the tools, in the same order each time, with names as the specification wants', async () => {
    const { tools } = await listToolsAs(revision, url, accessToken)
    expect(tools.length).toBeGreaterThan(3)
    for (const name of tools) expect(name).toMatch(/^[A-Za-z0-9_.-]{1,128}$/)
    expect((await listToolsAs(revision, url, accessToken)).tools).toEqual(tools)
  })

  test('gets no session, and one that it brings is ignored', async () => {
    const reply = await postRaw(url, { body: rpc('ping'), accessToken, headers: { 'mcp-session-id': 'made-up' } })
    expect(reply.status).toBe(200)
    expect(reply.headers.get('mcp-session-id')).toBeNull()
  })

  test('a notification is 202 without a body', async () => {
    const body = { jsonrpc: '2.0', method: 'notifications/initialized' }
    const reply = await postRaw(url, { body, accessToken, headers: revision.stateless ? {} : versioned })
    expect([reply.status, reply.text]).toEqual([202, ''])
  })

  test.each(['GET', 'DELETE'] as const)('%s is 405', async (method) => {
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'text/event-stream', ...versioned }
    const reply = await send(WIRE, method, { method, url, headers })
    expect(reply.status).toBe(405)
    expect(reply.headers.get('allow')).toBe('POST, OPTIONS')
  })

  test('a foreign Origin is 403, an allowed one is not', async () => {
    const ask = (origin: string) => postRaw(url, { body: rpc('ping'), accessToken, headers: { origin } })
    const refused = await ask('https://attacker.example')
    expect(refused.status).toBe(403)
    expect(refused.headers.get('access-control-allow-origin')).toBeNull()
    expect((await ask('https://chatgpt.com')).status).toBe(200)
    expect((await ask('null')).status).toBe(403)
  })

  test('an unknown method is -32601, with its id', async () => {
    const reply = await request(revision, url, accessToken, 'no/such-method')
    expect(reply.status).toBe(revision.stateless ? 404 : 200)
    expect(reply.text).toContain('-32601')
    expect(reply.text).toMatch(/"id":7/)
  })

  test.each([
    ['an empty body', ''],
    ['an empty object', '{}'],
    ['an empty list', '[]'],
    ['no JSON', '{"jsonrpc"'],
    ['a number', '7'],
  ])('%s is a JSON-RPC error and no crash', async (_what, body) => {
    const reply = await postRaw(url, { body, accessToken, headers: versioned })
    expect(reply.status).toBe(400)
    expect(rpcErrorOf(reply).code).toBeLessThan(-31_999)
  })
})

describe('the version header', () => {
  test.each(['1999-01-01', '2027-01-01', 'newest', '2025-06-18, 2025-11-25'])('%s is 400', async (version) => {
    const headers = { 'mcp-protocol-version': version }
    expect((await postRaw(url, { body: rpc('tools/list'), accessToken, headers })).status).toBe(400)
  })

  test('an unsupported version says which ones there are', async () => {
    const headers = { 'mcp-protocol-version': '2027-01-01', 'mcp-method': 'tools/list' }
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2027-01-01' }
    const reply = await postMcp(WIRE, url, { id: 9, method: 'tools/list', params: { _meta }, accessToken, headers })
    expect(reply.status).toBe(400)
    expect(JSON.parse(reply.text)).toMatchObject({
      id: 9,
      error: { code: -32_022, data: { requested: '2027-01-01', supported: expect.arrayContaining(['2026-07-28']) } },
    })
  })

  test('none means a client of 2025-03-26', async () => {
    expect((await postRaw(url, { body: rpc('tools/list'), accessToken })).status).toBe(200)
  })
})

describe('requests of 2026-07-28', () => {
  test.each<[string, Record<string, string>]>([
    ['another Mcp-Method', { 'mcp-method': 'tools/call' }],
    ['an empty Mcp-Method', { 'mcp-method': '' }],
    ['another version in the header than in _meta', { 'mcp-protocol-version': '2025-11-25' }],
  ])('%s is 400, -32020', async (_what, headers) => {
    const reply = await postMcp(WIRE, url, { id: 9, method: 'tools/list', accessToken, headers })
    expect(reply.status).toBe(400)
    expect(rpcErrorOf(reply)).toEqual({ id: 9, code: -32_020 })
  })

  test.each(['list_entities', '=?base64?bGlzdF9lbnRpdGllcw==?='])('Mcp-Name %s must be the tool’s', async (name) => {
    const call = { id: 9, method: 'tools/call', params: { name: 'whoami', arguments: {} }, accessToken }
    expect(rpcErrorOf(await postMcp(WIRE, url, { ...call, headers: { 'mcp-name': name } }))).toEqual({
      id: 9,
      code: -32_020,
    })
  })

  test('Mcp-Name may come in base64', async () => {
    const headers = { 'mcp-name': '=?base64?d2hvYW1p?=' }
    const call = { id: 9, method: 'tools/call', params: { name: 'whoami', arguments: {} }, accessToken, headers }
    expect((await postMcp(WIRE, url, call)).status).toBe(200)
  })

  test('without _meta: 400, -32602', async () => {
    const headers = { 'mcp-protocol-version': NEWEST.date, 'mcp-method': 'tools/list' }
    const reply = await postRaw(url, { body: rpc('tools/list', {}), accessToken, headers })
    expect(reply.status).toBe(400)
    expect(rpcErrorOf(reply)).toEqual({ id: 9, code: -32_602 })
  })

  test('initialize, ping and sessions are gone: 404, -32601', async () => {
    for (const method of ['initialize', 'ping', 'logging/setLevel']) {
      const reply = await postMcp(WIRE, url, { id: 9, method, accessToken })
      expect([reply.status, rpcErrorOf(reply)]).toEqual([404, { id: 9, code: -32_601 }])
    }
  })

  test('results say their type, and lists how long they hold and for whom', async () => {
    const result = await openAs(NEWEST, url, accessToken)
    expect(result).toMatchObject({ resultType: 'complete', ttlMs: expect.any(Number) })
    expect(['public', 'private']).toContain(result.cacheScope)
    const list = JSON.parse((await request(NEWEST, url, accessToken, 'tools/list')).text)
    expect(list.result).toMatchObject({ resultType: 'complete', ttlMs: expect.any(Number) })
  })
})

describe('media types and sizes', () => {
  test.each(['*/*', undefined, 'application/json, text/event-stream'])('Accept %s is served', async (accept) => {
    const headers = {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'application/json',
      ...(accept && { accept }),
    }
    const reply = await send(WIRE, 'POST', { method: 'POST', url, headers, body: JSON.stringify(rpc('ping')) })
    expect(reply.status).toBe(200)
  })

  test('Accept: text/html is 406', async () => {
    expect((await postRaw(url, { body: rpc('ping'), accessToken, headers: { accept: 'text/html' } })).status).toBe(406)
  })

  test('a body that is no JSON by its type is 415', async () => {
    const headers = { 'content-type': 'text/plain' }
    expect((await postRaw(url, { body: rpc('ping'), accessToken, headers })).status).toBe(415)
  })

  test('more than 128 KB is 413', async () => {
    expect((await postRaw(url, { body: ' '.repeat(131_072), accessToken })).status).toBe(400)
    expect((await postRaw(url, { body: ' '.repeat(131_073), accessToken })).status).toBe(413)
  })

  test('what a tool answers may not be kept by anybody between', async () => {
    const reply = await request(NEWEST, url, accessToken, 'tools/list')
    expect(reply.headers.get('cache-control')).toBe('no-store')
  })
})
