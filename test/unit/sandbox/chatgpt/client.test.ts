import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createChatGpt } from '../../../sandbox/chatgpt/client.ts'
import { STABLE_REDIRECT_URI } from '../../../sandbox/chatgpt/registration.ts'
import type { Step } from '../../../sandbox/chatgpt/wire.ts'
import { type Bridge, type Seen, startBridge } from './bridge.ts'

let bridge: Bridge
beforeEach(async () => {
  bridge = await startBridge()
})
afterEach(() => bridge.close())

const ANN = 'ann@x.example'
const last = (path: string): Seen => bridge.seen.filter((one) => one.path === path).at(-1)!
const fields = (path: string) => [...new URLSearchParams(last(path).body)]

/** Lets the MCP endpoint answer calls that carry `accepted`, and refuse others as RFC 6750 says. */
function acceptToken(accepted: string, answer: (message: { id: unknown; params: object }) => object | string): void {
  const refuse = bridge.routes['POST /mcp']!
  bridge.routes['POST /mcp'] = (seen) => {
    const authorization = seen.headers.authorization
    if (authorization === undefined) return refuse(seen)
    if (authorization !== `Bearer ${accepted}`) {
      return { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }
    }
    const body = answer(JSON.parse(seen.body) as { id: unknown; params: object })
    return { body, headers: { 'content-type': typeof body === 'string' ? 'text/event-stream' : 'application/json' } }
  }
}

describe('connect', () => {
  test('goes the whole way in ChatGPT’s order', async () => {
    const steps: Step[] = []
    const chatgpt = createChatGpt({ mcpUrl: bridge.mcpUrl, onStep: (step) => steps.push(step) })
    const { tokens, client } = await chatgpt.connect(ANN)
    expect(tokens.access_token).toBe('first')
    expect(client).toMatchObject({ clientId: 'c-1', authMethod: 'none', redirectUri: STABLE_REDIRECT_URI })
    expect(bridge.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /mcp',
      'GET /.well-known/oauth-protected-resource/mcp',
      'GET /.well-known/oauth-authorization-server',
      'GET /.well-known/openid-configuration',
      'POST /register',
      'GET /authorize',
      'POST /authorize',
      'GET /pick',
      'POST /pick',
      'GET /callback',
      'POST /token',
    ])
    expect(steps.map((step) => step.status)).toEqual([401, 200, 200, 404, 201, 200, 303, 200, 303, 303, 200])
    expect(JSON.stringify(steps)).not.toContain('state=')
  })

  test('opens with server/discover of 2026-07-28', async () => {
    await createChatGpt({ mcpUrl: bridge.mcpUrl }).connect(ANN)
    const { headers, body } = last('/mcp')
    expect(headers).toMatchObject({
      'user-agent': 'openai-mcp/1.0.0',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'server/discover',
    })
    expect(JSON.parse(body)).toMatchObject({
      id: 'openai-mcp-discover',
      params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } },
    })
  })

  test('sends PKCE, resource and the scopes that the server lists, and ChatGPT’s token fields in order', async () => {
    await createChatGpt({ mcpUrl: bridge.mcpUrl }).connect(ANN)
    const { query } = last('/authorize')
    expect(Object.fromEntries(query)).toMatchObject({
      response_type: 'code',
      client_id: 'c-1',
      scope: 'offline_access dynamics.read',
      code_challenge_method: 'S256',
      resource: bridge.mcpUrl,
    })
    expect(fields('/token').map(([name]) => name)).toEqual([
      'grant_type',
      'code',
      'redirect_uri',
      'code_verifier',
      'client_id',
      'resource',
    ])
    expect(fields('/token')[1]).toEqual(['code', 'code-of-ann'])
  })

  test('registers once', async () => {
    const chatgpt = createChatGpt({ mcpUrl: bridge.mcpUrl })
    await chatgpt.connect(ANN)
    await chatgpt.connect(ANN)
    expect(bridge.seen.filter(({ path }) => path === '/register')).toHaveLength(1)
  })

  test.each([
    ['a metadata document', { clientMode: 'cimd' as const }, 'https://chatgpt.com/oauth/client.json', undefined],
    [
      'a static client with a secret',
      {
        clientMode: 'static' as const,
        staticClient: { clientId: 'st', clientSecret: 'x y', authMethod: 'client_secret_basic' as const },
      },
      undefined,
      `Basic ${Buffer.from('st:x+y').toString('base64')}`,
    ],
  ])('can use %s instead', async (_, options, clientId, authorization) => {
    await createChatGpt({ mcpUrl: bridge.mcpUrl, ...options }).connect(ANN)
    expect(bridge.seen.some(({ path }) => path === '/register')).toBe(false)
    expect(Object.fromEntries(fields('/token')).client_id).toBe(clientId)
    expect(last('/token').headers.authorization).toBe(authorization)
  })
})

describe('what stops a connection', () => {
  const metadata = (change: object) => () => {
    const route = bridge.routes['GET /.well-known/oauth-authorization-server']!
    bridge.routes['GET /.well-known/oauth-authorization-server'] = (seen) => ({
      body: { ...(route(seen).body as object), ...change },
    })
  }
  const location = (change: (url: URL) => void) => () => {
    const route = bridge.routes['GET /callback']!
    bridge.routes['GET /callback'] = (seen) => {
      const answer = route(seen)
      const url = new URL(String(answer.headers?.location))
      change(url)
      return { ...answer, headers: { location: url.href } }
    }
  }
  test.each([
    ['a 401 without a challenge', () => (bridge.routes['POST /mcp'] = () => ({ status: 401 })), /no 401 with a Bearer/],
    ['an issuer that differs by a slash', metadata({ issuer: 'http://127.0.0.1/' }), /issuer is not exactly/],
    ['no S256', metadata({ code_challenge_methods_supported: ['plain'] }), /must advertise PKCE support/],
    ['a registration answered 200', () => (bridge.routes['POST /register'] = () => ({ body: {} })), /HTTP 200/],
    ['a missing iss', location((url) => url.searchParams.delete('iss')), /iss is missing/],
    ['a wrong iss', location((url) => url.searchParams.set('iss', 'http://evil.example')), /iss is http:\/\/evil/],
    ['a wrong state', location((url) => url.searchParams.set('state', 'other')), /another state/],
    ['two codes', location((url) => url.searchParams.append('code', 'two')), /2 parameters "code"/],
    ['tokens that may be cached', () => cacheable(), /may be cached/],
  ])('%s', async (_, arrange, message) => {
    arrange()
    await expect(createChatGpt({ mcpUrl: bridge.mcpUrl }).connect(ANN)).rejects.toThrow(message)
  })

  function cacheable(): void {
    const route = bridge.routes['POST /token']!
    bridge.routes['POST /token'] = (seen) => ({ ...route(seen), headers: { 'cache-control': 'max-age=60' } })
  }

  test('the person cancels', async () => {
    const connecting = createChatGpt({ mcpUrl: bridge.mcpUrl }).connect(ANN, { cancel: 'consent' })
    await expect(connecting).rejects.toMatchObject({ name: 'AuthorizationError', code: 'access_denied' })
  })

  test('a page that refuses the person, with its status and text', async () => {
    const connecting = createChatGpt({ mcpUrl: bridge.mcpUrl }).connect('tom@x.example')
    await expect(connecting).rejects.toMatchObject({
      name: 'StepError',
      status: 403,
      body: expect.stringContaining('Back'),
    })
  })
})

describe('a connected client', () => {
  test('reads JSON and event-stream answers, and names what it calls in the headers', async () => {
    acceptToken('first', ({ id, params }) => {
      const result = { content: [{ type: 'text', text: JSON.stringify(params) }] }
      return `: hello\n\nevent: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`
    })
    const chatgpt = createChatGpt({ mcpUrl: bridge.mcpUrl })
    await chatgpt.connect(ANN)
    const { content } = await chatgpt.callTool('whoami', { a: 1 })
    expect(JSON.parse(content[0]?.text ?? '')).toMatchObject({ name: 'whoami', arguments: { a: 1 } })
    expect(last('/mcp').headers).toMatchObject({ 'mcp-method': 'tools/call', 'mcp-name': 'whoami' })
    await chatgpt.callTool('wärme').catch(() => undefined)
    expect(last('/mcp').headers['mcp-name']).toBe('=?base64?d8Okcm1l?=')
  })

  test('refreshes on invalid_token and tries again, with ChatGPT’s fields', async () => {
    acceptToken('second', ({ id }) => ({ jsonrpc: '2.0', id, result: { tools: [{ name: 'a', inputSchema: {} }] } }))
    const chatgpt = createChatGpt({ mcpUrl: bridge.mcpUrl })
    await chatgpt.connect(ANN)
    expect((await chatgpt.listTools()).map(({ name }) => name)).toEqual(['a'])
    expect(fields('/token').map(([name]) => name)).toEqual(['grant_type', 'refresh_token', 'client_id', 'resource'])
    expect(chatgpt.connection.tokens).toMatchObject({ access_token: 'second', refresh_token: 'r-second' })
  })

  test('does not refresh when told not to', async () => {
    acceptToken('second', () => ({}))
    const chatgpt = createChatGpt({ mcpUrl: bridge.mcpUrl, autoRefresh: false })
    await chatgpt.connect(ANN)
    await expect(chatgpt.listTools()).rejects.toMatchObject({ name: 'StepError', status: 401 })
  })

  test('tells JSON-RPC errors and answers to another request', async () => {
    const chatgpt = createChatGpt({ mcpUrl: bridge.mcpUrl })
    await chatgpt.connect(ANN)
    acceptToken('first', ({ id }) => ({ jsonrpc: '2.0', id, error: { code: -32602, message: 'no such resource' } }))
    await expect(chatgpt.readResource('x://y')).rejects.toThrow(/JSON-RPC error -32602.*no such resource/)
    acceptToken('first', () => ({ jsonrpc: '2.0', id: 999, result: {} }))
    await expect(chatgpt.listTools()).rejects.toThrow(/no answer to request/)
  })

  test('revokes the refresh token', async () => {
    const chatgpt = createChatGpt({ mcpUrl: bridge.mcpUrl })
    await chatgpt.connect(ANN)
    await chatgpt.revoke()
    expect(fields('/revoke')).toEqual([
      ['token', 'r-first'],
      ['client_id', 'c-1'],
    ])
  })

  test('is not one before it connects', async () => {
    await expect(createChatGpt({ mcpUrl: bridge.mcpUrl }).listTools()).rejects.toThrow('not connected')
  })
})
