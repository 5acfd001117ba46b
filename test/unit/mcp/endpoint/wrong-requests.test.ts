import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createHarness, send, type Harness } from '../support/harness.ts'
import { answerOf, ask, MODERN, REVISIONS, type Answer, type Revision } from '../support/revisions.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

let upstream: Upstream
let made: Harness
let harness: Harness
beforeAll(async () => {
  upstream = await startUpstream()
  made = createHarness(upstream.url)
})
beforeEach(() => {
  harness = { ...made, events: [] }
})
afterAll(() => upstream.stop())

const LISTS = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']
const INVALID_PARAMS = -32_602
const PROTOCOL = 'io.modelcontextprotocol'
const LONG = 'x'.repeat(20_000)

/** In words for whoever reads it, and short. */
function expectPlain({ error }: Answer): void {
  expect(error?.message).toMatch(/^[A-Z]/)
  expect(error?.message).not.toMatch(/zod|invalid_type|✖|→|Invalid input|\[\s*\{|undefined|\[object/)
  expect(error?.message.length).toBeLessThan(2_500)
}

describe.each(REVISIONS)('of %s', (revision) => {
  describe.each(LISTS)('%s', (method) => {
    test.each([['x'], [''], ['eyJwYWdlIjogMn0='], [LONG], [7], [{}], [['x']], [true]])(
      'with the cursor %.20j is refused, as no list has one',
      async (cursor) => {
        const answer = await ask(harness, revision, { method, params: { cursor } })
        expect([answer.status, answer.id, answer.error?.code]).toEqual([200, 7, INVALID_PARAMS])
        expect(answer.error?.message).toContain(`cursor is none of this server's: ${method}`)
      },
    )

    test.each([[{ cursor: null }], [{}], [undefined], [{ more: 1 }]])('with %j comes whole', async (params) => {
      const { error, result } = await ask(harness, revision, { method, ...(params !== undefined && { params }) })
      expect(error).toBeUndefined()
      expect(result).not.toHaveProperty('nextCursor')
    })
  })

  test.each([
    ['prompt://reports/pipeline-by-stge', /Did you mean: prompt:\/\/reports\/pipeline-by-stage/],
    ['file:///etc/passwd', /There are: prompt:\/\/reports\//],
    ['not an address', /There is no resource/],
  ])('a missing resource has the code of its time, and its uri: %s', async (uri, said) => {
    const { status, error } = await ask(harness, revision, { method: 'resources/read', params: { uri } })
    const code = revision === MODERN ? INVALID_PARAMS : -32_002
    expect({ status, ...error }).toEqual({ status: 200, code, message: expect.stringMatching(said), data: { uri } })
  })

  test.each<[unknown, RegExp]>([
    ['query_crmm', /There is no tool "query_crmm"\. Did you mean: query_crm/],
    ['Query-CRM', /Did you mean: query_crm/],
    ['zzzzzzzzzzzz', /There are: query_crm, analyze, get_record, .*whoami.*timeline\./],
    ['__proto__', /There is no tool "__proto__"/],
    ['constructor', /There is no tool "constructor"/],
    ['toString', /There is no tool/],
    [LONG, /There is no tool "x+…"/],
    ['', /There is no tool/],
    [7, /The name of a tool is missing.*query_crm/],
    [['whoami'], /The name of a tool is missing/],
    [null, /The name of a tool is missing/],
    [undefined, /The name of a tool is missing/],
  ])('an unknown tool, %.20j, is an error of the protocol that helps', async (name, said) => {
    const answer = await ask(harness, revision, { method: 'tools/call', params: { name, arguments: {} } })
    expect([answer.status, answer.error?.code]).toEqual([200, INVALID_PARAMS])
    expect(answer.error?.message).toMatch(said)
    expectPlain(answer)
    expect(harness.events).toEqual([])
  })

  test.each([[[]], [['x']], ['{"a":1}'], [7], [true]])('arguments that are none, %j, are refused', async (args) => {
    const answer = await ask(harness, revision, { method: 'tools/call', params: { name: 'whoami', arguments: args } })
    expect([answer.status, answer.error?.code]).toEqual([200, INVALID_PARAMS])
    expect(answer.error?.message).toBe(
      'The arguments of whoami are no object. Write them as one, {} where there are none.',
    )
  })

  test.each([[{ arguments: null }], [{}], [{ task: 7 }], [{ task: { ttl: 1 } }], [{ arguments: {}, more: [] }]])(
    'a call with %j is served',
    async (params) => {
      upstream.answer = () => ({ body: { value: [] } })
      const answer = await ask(harness, revision, { method: 'tools/call', params: { name: 'query_crm', ...params } })
      expect([answer.status, answer.error]).toEqual([200, undefined])
      expect(harness.events).toHaveLength(1)
    },
  )

  test.each([
    [{}, 'params.protocolVersion must be a text; params.capabilities must be an object; params.clientInfo must be an'],
    [undefined, 'params must be an object'],
    [{ protocolVersion: 7, capabilities: [], clientInfo: 'x' }, 'params.protocolVersion must be a text'],
    [{ protocolVersion: 'x', capabilities: {}, clientInfo: {} }, 'params.clientInfo.name must be a text'],
    [{ protocolVersion: 'x', capabilities: { sampling: 7 }, clientInfo: { name: 'x', version: 'x' } }, 'capabilities'],
  ])('a handshake with %j says what is wrong', async (params, said) => {
    const answer = await ask(harness, revision, { method: 'initialize', params })
    const expected = revision === MODERN ? [404, -32_601] : [200, INVALID_PARAMS]
    expect([answer.status, answer.error?.code]).toEqual(expected)
    if (revision === MODERN) return
    expect(answer.error?.message).toMatch(/^Wrong params of initialize: /)
    expect(answer.error?.message).toContain(said)
    expectPlain(answer)
  })
})

describe.each([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
])('of 2026-07-28 a %s', (method, member) => {
  const meta = { [`${PROTOCOL}/protocolVersion`]: MODERN, [`${PROTOCOL}/clientCapabilities`]: {} }
  const body = { jsonrpc: '2.0', id: LONG, method, params: { [member]: LONG, _meta: meta } }

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['no Mcp-Name', {}, /Mcp-Name header is absent/],
    ['another Mcp-Name', { 'mcp-name': `y${LONG}` }, /Mcp-Name header names "yx+…x+"$/],
    ['an Mcp-Name that is no base64', { 'mcp-name': `=?base64?${LONG}!?=` }, /invalid Base64/],
    ['another Mcp-Method', { 'mcp-method': LONG }, /Mcp-Method|method/],
    ['another version', { 'mcp-protocol-version': LONG }, /version/i],
  ])('with %s is told so, however long what it quotes is', async (_what, headers, said) => {
    const sent = { 'mcp-protocol-version': MODERN, 'mcp-method': method, ...headers }
    const { body: text = '', ...rest } = await send(harness, { body, headers: sent })
    const { id, error, ...answer } = answerOf({ ...rest, body: text })
    expect([answer.status, id === LONG || id === null]).toEqual([400, true])
    expect(error?.message).toMatch(said)
    expect(error?.message.length).toBeLessThan(500)
    expect(JSON.stringify(error?.data ?? {}).length).toBeLessThan(1_500)
  })
})

const METHODS = [
  ...['initialize', 'server/discover', 'ping', 'logging/setLevel', 'tools/call', 'prompts/get', 'resources/read'],
  ...['resources/subscribe', 'resources/unsubscribe', 'completion/complete', 'subscriptions/listen'],
  ...['tasks/get', 'tasks/list', 'tasks/cancel', 'tasks/result', 'sampling/createMessage', 'elicitation/create'],
  ...['roots/list', 'notifications/cancelled', '__proto__', 'constructor', 'toString', '', LONG],
  ...LISTS,
]
const MEMBERS = [
  ...['name', 'uri', 'arguments', 'cursor', 'protocolVersion', 'capabilities', 'clientInfo', 'level', 'ref', 'task'],
  ...['argument', 'notifications', 'taskId', 'requestState', 'inputResponses', 'context', '__proto__', 'constructor'],
]
const REAL = ['whoami', 'query_crm', 'pipeline-by-stage', 'prompt://reports/pipeline-by-stage', '2025-11-25']

describe('whatever a request holds', () => {
  const wrong = fc.oneof(
    fc.constantFrom<unknown>(null, [], {}, 0, -1, 1e300, '', LONG, true, ['x'], { a: [{ b: null }] }),
    fc.constantFrom<unknown>(...REAL, JSON.parse('{"__proto__":{"x":1},"constructor":7,"toString":null}')),
    fc.jsonValue({ maxDepth: 3 }),
  )
  const members = fc.dictionary(fc.constantFrom(...MEMBERS), wrong, { maxKeys: 4 })
  const asked = fc.record({
    method: fc.constantFrom(...METHODS),
    params: fc.oneof({ weight: 5, arbitrary: members }, wrong),
  })

  test.each(REVISIONS)('it is not called a fault of ours at %s, nor told in a validator’s words', async (revision) => {
    upstream.answer = () => ({ body: { value: [] } })
    await fc.assert(
      fc.asyncProperty(asked, async (request) => {
        const answer = await ask(harness, revision, request)
        expect(answer.error?.code).not.toBe(-32_603)
        expect([200, 400, 404]).toContain(answer.status)
        if (answer.error) expectPlain(answer)
        else expect(answer.result).toBeDefined()
      }),
      { numRuns: 200 },
    )
  })

  test('nor in a batch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { minLength: 1, maxLength: 5 }), async (all) => {
        const body = all.map((one, id) => ({ jsonrpc: '2.0', id, ...one }))
        const { status, body: text = '' } = await send(harness, { body, headers: { accept: 'application/json' } })
        expect([200, 400]).toContain(status)
        expect(text).not.toMatch(/-32603|invalid_type|Invalid input/)
      }),
      { numRuns: 80 },
    )
  })
})

describe('a batch', () => {
  const ping = (id: unknown) => ({ jsonrpc: '2.0', id, method: 'ping' })
  const CLIENT = { capabilities: {}, clientInfo: { name: 'x', version: '1' } }
  const opening = { ...ping(0), method: 'initialize', params: { protocolVersion: '2025-03-26', ...CLIENT } }
  const pings = (count: number) => Array.from({ length: count }, (_, id) => ping(id))
  const told = { jsonrpc: '2.0', method: 'notifications/initialized' }
  const post = (revision: Revision, body: unknown) =>
    send(harness, { body, headers: revision === 'none' ? {} : { 'mcp-protocol-version': revision } })

  describe.each(['none', '2025-03-26'] as const)('of %s', (revision) => {
    test.each([1, 2, 10])('of %d requests is served', async (count) => {
      const { status, body } = await post(revision, pings(count))
      expect([status, body?.match(/"result":\{\}/g)?.length]).toEqual([200, count])
    })

    test.each<[string, unknown, RegExp]>([
      ['none', [], /empty/],
      ['too many', pings(11), /too many messages: 10 at most/],
      ['a handshake', [opening], /initialize on its own/],
      ['a handshake and more', [ping(1), opening], /initialize on its own/],
      ['two of one id', [ping(1), told, ping(1)], /same id/],
      ['what is no message', [ping(1), 7], /invalid message/],
    ])('of %s is refused', async (_what, body, said) => {
      const answer = answerOf(await post(revision, body))
      expect([answer.status, answer.id, answer.error?.code]).toEqual([400, null, -32_600])
      expect(answer.error?.message).toMatch(said)
    })
  })

  describe.each(['2025-06-18', '2025-11-25', '2026-07-28'] as const)('of %s', (revision) => {
    test.each([[pings(1)], [pings(2)], [[told]], [[opening]], [pings(11)]])('is refused: %.60j', async (body) => {
      const answer = answerOf(await post(revision, body))
      expect([answer.status, answer.id, answer.error?.code]).toEqual([400, null, -32_600])
      expect(answer.error?.message).toMatch(/2025-06-18 and later have no batches/)
    })
  })

  test.each(['newest', '1999-01-01'])('of no revision, %s, is refused', async (version) => {
    const { status } = await send(harness, { body: pings(2), headers: { 'mcp-protocol-version': version } })
    expect(status).toBe(400)
  })
})
