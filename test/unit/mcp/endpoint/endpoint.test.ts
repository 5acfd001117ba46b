import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { BASE, CORRELATION_ID, createHarness, PAGE_ORIGIN, readResult, send, type Harness } from '../support/harness.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

let upstream: Upstream
let harness: Harness
beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(async () => await upstream.stop())
beforeEach(() => {
  upstream.seen.length = 0
  upstream.answer = () => ({ body: { value: [] } })
  harness = createHarness(upstream.url)
})

const METADATA = `resource_metadata="${BASE}/.well-known/oauth-protected-resource/mcp"`
const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' }

describe('the bearer is checked before method and body', () => {
  test.each(['POST', 'GET', 'DELETE', 'PUT'])(
    '%s without a token is challenged, and no error is named',
    async (method) => {
      const answer = await send(harness, { method, headers: { authorization: '' }, body: 'garbage' })
      expect(answer.status).toBe(401)
      expect(answer.headers?.['www-authenticate']).toBe(`Bearer ${METADATA}, scope="dynamics.read"`)
      expect(answer.headers?.['cache-control']).toBe('no-store')
    },
  )

  test.each([
    ['an unknown token', 'Bearer nobody'],
    ['an empty token', 'Bearer '],
    ['two tokens', 'Bearer token-priya token-marcus'],
    ['a token with a quote', 'Bearer token-"priya"'],
    ['an endless token', `Bearer token-${'a'.repeat(5_000)}`],
  ])('%s is invalid_token', async (_what, authorization) => {
    const answer = await send(harness, { headers: { authorization }, body: LIST })
    expect(answer.status).toBe(401)
    expect(answer.headers?.['www-authenticate']).toContain(`${METADATA}, scope="dynamics.read", error="invalid_token"`)
    expect(harness.events).toEqual([
      expect.objectContaining({ name: 'mcp.refused', code: 'invalid_token', status: 401 }),
    ])
  })

  test('another scheme is no attempt with a token', async () => {
    const answer = await send(harness, { headers: { authorization: 'Basic dXNlcjpwdw==' }, body: LIST })
    expect(answer.status).toBe(401)
    expect(answer.headers?.['www-authenticate']).not.toContain('error=')
  })

  test('a token in the query is refused even beside a good header', async () => {
    const answer = await send(harness, { query: 'access_token=token-priya', body: LIST })
    expect(answer.status).toBe(400)
    expect(answer.headers?.['www-authenticate']).toContain('error="invalid_request"')
  })

  test.each(['GET', 'DELETE', 'PUT'])('%s with a good token is not allowed', async (method) => {
    const answer = await send(harness, { method })
    expect(answer.status).toBe(405)
    expect(answer.headers?.allow).toBe('POST, OPTIONS')
  })
})

describe('origin', () => {
  test.each(['https://evil.example', 'null', `${PAGE_ORIGIN}.evil.example`, 'http://chatgpt.com'])(
    '%s is foreign: 403 before anything else',
    async (origin) => {
      const answer = await send(harness, { headers: { origin, authorization: '' }, body: LIST })
      expect(answer.status).toBe(403)
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
      expect(JSON.parse(answer.body ?? '')).toMatchObject({ jsonrpc: '2.0', id: null })
    },
  )

  test('an allowed page may preflight without a token, and reads the challenge', async () => {
    const preflight = await send(harness, { method: 'OPTIONS', headers: { origin: PAGE_ORIGIN, authorization: '' } })
    expect(preflight.status).toBe(204)
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': PAGE_ORIGIN,
      'access-control-allow-methods': 'POST, OPTIONS',
      vary: 'Origin',
    })
    const challenged = await send(harness, { headers: { origin: PAGE_ORIGIN, authorization: '' } })
    expect(challenged.headers?.['access-control-expose-headers']).toContain('WWW-Authenticate')
    const refused = await send(harness, { headers: { origin: PAGE_ORIGIN, authorization: 'Bearer nobody' } })
    expect(refused.headers).toMatchObject({
      'access-control-allow-origin': PAGE_ORIGIN,
      'www-authenticate': expect.stringContaining('invalid_token'),
    })
  })
})

describe('messages', () => {
  test.each([
    ['empty', '', -32700],
    ['an empty object', '{}', -32600],
    ['an empty batch', '[]', -32600],
    ['garbage', 'garbage', -32700],
    ['a number', '1', -32600],
  ])('%s is a JSON-RPC error with status 400', async (_what, body, code) => {
    const answer = await send(harness, { body })
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ jsonrpc: '2.0', error: { code }, id: null })
  })

  test('no body, however strange, is a 500 or an answer without JSON-RPC', async () => {
    const method = fc.constantFrom('tools/call', 'tools/list', 'initialize', 'server/discover', 'ping', 'x')
    const message = fc.record({ jsonrpc: fc.constant('2.0'), id: fc.jsonValue(), method, params: fc.jsonValue() })
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      message.map((one) => JSON.stringify(one)),
    )
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const answer = await send(harness, { body: text })
        expect([200, 202, 400, 404]).toContain(answer.status)
        expect(answer.body ?? '"jsonrpc":"2.0"').toContain('"jsonrpc":"2.0"')
      }),
      { numRuns: 300 },
    )
  })

  test('a body over the limit is 413, a foreign content type 415, a huge batch 400', async () => {
    expect((await send(harness, { body: `"${'x'.repeat(131_072)}"` })).status).toBe(413)
    expect((await send(harness, { body: LIST, headers: { 'content-type': 'text/plain' } })).status).toBe(415)
    expect((await send(harness, { body: Array.from({ length: 11 }, () => LIST) })).status).toBe(400)
  })

  test.each([
    ['too deep', '{"a":'.repeat(33), 'nested too deeply'],
    ['too deep, before its end', '['.repeat(100_000), 'nested too deeply'],
    ['too wide', `[${'1,'.repeat(50_000)}1]`, 'too many members'],
    ['too long a text', JSON.stringify({ a: 'x'.repeat(90_000) }), 'too long a text'],
    ['many messages', JSON.stringify(Array.from({ length: 11 }, () => LIST)), 'too many messages'],
  ])('a body %s is 400, named, and found in the log', async (_what, body, reason) => {
    const answer = await send(harness, { body })
    expect(answer.status).toBe(400)
    const { error } = JSON.parse(answer.body ?? '') as { error: { message: string; data: object } }
    expect(error).toMatchObject({ message: expect.stringContaining(reason), data: { correlationId: CORRELATION_ID } })
    expect(harness.events).toEqual([
      expect.objectContaining({ name: 'request.refused', reason: error.message, correlationId: CORRELATION_ID }),
    ])
  })

  test.each([undefined, '*/*', 'text/html, */*;q=0.8', 'application/json, text/event-stream'])(
    'initialize of 2025-03-26 with Accept: %s',
    async (accept) => {
      const params = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'curl', version: '1' } }
      const body = { jsonrpc: '2.0', id: 1, method: 'initialize', params }
      const answer = await send(harness, { body, headers: accept ? { accept } : {} })
      expect(answer.status).toBe(200)
      expect(readResult(answer)).toMatchObject({
        protocolVersion: '2025-03-26',
        serverInfo: { name: 'chatgpt-dynamics-mcp', version: '1.2.3' },
      })
    },
  )

  test('server/discover of 2026-07-28 is answered as JSON', async () => {
    const answer = await send(harness, modern('server/discover'))
    expect(answer.status).toBe(200)
    expect(answer.headers?.['content-type']).toBe('application/json')
    const result = readResult(answer) as { supportedVersions: string[]; instructions: string }
    expect(result.supportedVersions).toContain('2026-07-28')
    expect(result.instructions.slice(0, 512)).toContain('After an error follow its next step')
  })

  test('a subscription, which would never end, is refused at once', async () => {
    const answer = await send(harness, modern('subscriptions/listen', { notifications: {} }))
    expect(answer.status).toBe(404)
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ error: { code: -32601 } })
  })

  test.each(['subscriptions/listen', 'notifications/cancelled', 'no/such'])(
    'nobody waits for an answer to the notification %s, and none is given',
    async (method) => {
      const { headers, body } = modern(method)
      const answer = await send(harness, { headers, body: { ...(body as object), id: undefined } })
      expect([answer.status, answer.body]).toEqual([202, undefined])
    },
  )
})

describe('when Dataverse refuses the token', () => {
  test('the whole answer is 401 invalid_token and the bearer is forgotten', async () => {
    upstream.answer = () => ({ status: 401, body: '' })
    const params = { name: 'query_crm', arguments: { entity: 'account', select: ['name'] } }
    const answer = await send(harness, { body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params } })
    expect(answer.status).toBe(401)
    expect(answer.headers?.['www-authenticate']).toContain('error="invalid_token"')
    expect(harness.forgotten).toEqual(['token-priya'])
    expect(harness.events.map(({ name, code }) => [name, code])).toEqual([
      ['tool.called', 'invalid_token'],
      ['mcp.refused', 'invalid_token'],
    ])
    expect(harness.events.at(-1)).toMatchObject({ grantId: expect.any(String), userId: expect.any(String) })
  })
})

function modern(
  method: string,
  params: Record<string, unknown> = {},
): { body: unknown; headers: Record<string, string> } {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  return {
    body: { jsonrpc: '2.0', id: 'openai-mcp-discover', method, params: { ...params, _meta } },
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method },
  }
}
