import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'
import type { Outgoing } from '../../../../shared/http/message.ts'
import { parseJson } from '../../../../shared/dataverse/web-api/parse-json.ts'
import { answerWithSdk } from '../../../../shared/mcp/endpoint/answer-with-sdk.ts'
import { finalMessages } from '../../../../shared/mcp/endpoint/messages/final-messages.ts'
import { BASE, createHarness, incoming, send, type Harness, type Message } from '../support/harness.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

const JSON_TYPE = 'application/json'
const STREAM = 'text/event-stream'
const META = 'io.modelcontextprotocol'
const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
}
const CALL = { name: 'query_crm', arguments: { entity: 'opportunity', select: ['name'] } }
const PING = { jsonrpc: '2.0', id: 1, method: 'ping' }
const VIEW = { uri: 'ui://reports/view.html' }

let upstream: Upstream
let harness: Harness
beforeAll(async () => {
  upstream = await startUpstream()
  upstream.answer = () => ({ body: { value: [{ name: 'Quay' }] } })
  harness = createHarness(upstream.url)
})
afterAll(async () => await upstream.stop())

type Params = Readonly<Record<string, unknown>>

/** One request as clients of 2026-07-28 send it. */
function modern(method: string, params: Params = {}, meta: Params = {}): Message {
  const _meta = { [`${META}/protocolVersion`]: '2026-07-28', [`${META}/clientCapabilities`]: {}, ...meta }
  const { name, uri } = params
  const named = typeof name === 'string' ? name : typeof uri === 'string' ? uri : undefined
  return {
    body: { jsonrpc: '2.0', id: 7, method, params: { ...params, _meta } },
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...(named && { 'mcp-name': named }) },
  }
}

function legacy(method: string, params: Params = {}, meta?: Params): Message {
  const body = { jsonrpc: '2.0', id: 7, method, params: { ...params, ...(meta && { _meta: meta }) } }
  return { body, headers: { 'mcp-protocol-version': '2025-11-25' } }
}

const typeOf = ({ headers }: Outgoing): string | undefined => headers?.['content-type']
const messageOf = ({ body }: Outgoing) =>
  z.looseObject({ jsonrpc: z.literal('2.0'), id: z.union([z.number(), z.null()]) }).parse(JSON.parse(body ?? ''))

/** Every method that a client may send, with the status of its answer in either era. */
const METHODS: readonly (readonly [method: string, params: Params, modern: number, legacy: number])[] = [
  ['server/discover', {}, 200, 200],
  ['initialize', INITIALIZE, 404, 200],
  ['ping', {}, 404, 200],
  ['logging/setLevel', { level: 'debug' }, 404, 200],
  ['tools/list', {}, 200, 200],
  ['tools/call', CALL, 200, 200],
  ['tools/call', { name: 'query_crm', arguments: { entity: 'nothing at all' } }, 200, 200],
  ['tools/call', { name: 'no_such_tool', arguments: {} }, 200, 200],
  ['prompts/list', {}, 200, 200],
  ['prompts/get', { name: 'closing-this-month', arguments: {} }, 200, 200],
  ['prompts/get', { name: 'closing-this-month', arguments: { nonsense: '1' } }, 200, 200],
  ['resources/list', {}, 200, 200],
  ['resources/templates/list', {}, 200, 200],
  ['resources/read', VIEW, 200, 200],
  ['resources/read', { uri: 'prompt://reports/nothing' }, 200, 200],
  ['resources/subscribe', VIEW, 404, 200],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'x' }, argument: { name: 'top', value: '1' } }, 404, 200],
  ['subscriptions/listen', { notifications: {} }, 404, 200],
  ['sampling/createMessage', {}, 404, 200],
  ['no/such/method', {}, 404, 200],
]

describe.each(METHODS)('%s %j', (method, params, modernStatus, legacyStatus) => {
  test.each([{}, { progressToken: 7 }, { [`${META}/logLevel`]: 'debug' }])(
    'is answered as JSON to 2026-07-28, with %j',
    async (meta) => {
      const answer = await send(harness, modern(method, params, meta))
      expect([typeOf(answer), answer.status]).toEqual([JSON_TYPE, modernStatus])
      expect(messageOf(answer).id).toBe(7)
    },
  )

  test('is answered as one event to 2025-11-25', async () => {
    const answer = await send(harness, legacy(method, params, { progressToken: 'x' }))
    expect([typeOf(answer), answer.status]).toEqual([STREAM, legacyStatus])
    expect(answer.body?.match(/^data: \{/gm)).toHaveLength(1)
  })
})

describe('a progress token of any kind', () => {
  const BREAKING = '"\n\ndata: {"result":{}}\n\n'
  const TOKENS = [0, -1.5, '', 'x', '__proto__', 'x'.repeat(10_000), BREAKING, true, {}, ['x'], null]

  test.each(TOKENS.map((token) => [JSON.stringify(token).slice(0, 40), token]))('%s: JSON', async (_name, token) => {
    for (const call of [send(harness, modern('tools/call', CALL, { progressToken: token })), talk(loud(token))]) {
      const answer = await call
      expect(typeOf(answer)).toBe(JSON_TYPE)
      // A token that is none is a refused request to the SDK.
      const isToken = typeof token === 'string' || Number.isInteger(token)
      expect(messageOf(answer)).toHaveProperty(isToken ? 'result' : 'error')
    }
  })

  test.each(TOKENS.map((token) => [JSON.stringify(token).slice(0, 40), token]))(
    '%s: one response to 2025-11-25',
    async (_name, token) => {
      const answer = await send(harness, legacy('tools/call', CALL, { progressToken: token }))
      expect([200, 400]).toContain(answer.status)
      expect(answer.body?.match(/"jsonrpc":"2.0"/g)).toHaveLength(1)
    },
  )
})

/** A tool that tells how far it is, and writes to the client's log, before it answers. */
function talkative(waits: number): McpServer {
  const server = new McpServer({ name: 'test', version: '1' }, { capabilities: { logging: {}, tools: {} } })
  const input = z.object({ fails: z.boolean().optional() })
  server.registerTool('talk', { inputSchema: input }, async ({ fails }, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken ?? 'none'
    for (const progress of [1, 2, 3])
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 3 } })
    const said = { level: 'warning', data: 'half\nway\n\ndata: {"result":{}}' } as const
    await mcpReq.notify({ method: 'notifications/message', params: said })
    await new Promise((resolve) => setTimeout(resolve, waits))
    if (fails) throw new Error('no')
    return { content: [{ type: 'text', text: 'said\n\ndata: all' }] }
  })
  return server
}

const talk = async (message: Message, waits = 0, deadlineMs = 1_000): Promise<Outgoing> => {
  const request = incoming(message, [])
  const json = parseJson(new TextDecoder().decode(request.body))
  return await answerWithSdk({ ...request, json }, `${BASE}/mcp`, deadlineMs, () => talkative(waits))
}

const loud = (progressToken: unknown): Message =>
  modern('tools/call', { name: 'talk', arguments: {} }, { progressToken, [`${META}/logLevel`]: 'debug' })

describe('a tool that reports progress and logs', () => {
  const LOUD = { progressToken: 'p', [`${META}/logLevel`]: 'debug' }

  test.each([
    [{}, { content: [{ type: 'text', text: 'said\n\ndata: all' }] }],
    [{ fails: true }, { isError: true }],
  ])('is answered as JSON to 2026-07-28 all the same, with %j', async (args, expected) => {
    const answer = await talk(modern('tools/call', { name: 'talk', arguments: args }, LOUD))
    expect([typeOf(answer), answer.status]).toEqual([JSON_TYPE, 200])
    expect(messageOf(answer)).toMatchObject({ id: 7, result: expected })
  })

  test('keeps its events for 2025-11-25', async () => {
    const answer = await talk(legacy('tools/call', { name: 'talk', arguments: {} }, LOUD))
    expect(typeOf(answer)).toBe(STREAM)
    expect(answer.body?.match(/"method":"notifications\/progress"/g)).toHaveLength(3)
    expect(JSON.parse(finalMessages(answer.body ?? '').at(-1) ?? '')).toMatchObject({
      id: 7,
      result: { content: [{}] },
    })
  })

  test('that never ends is broken off as JSON', async () => {
    const answer = await talk(modern('tools/call', { name: 'talk', arguments: {} }, LOUD), 800, -4_900)
    expect([typeOf(answer), answer.status]).toEqual([JSON_TYPE, 504])
    expect(messageOf(answer)).toMatchObject({ error: { message: expect.stringContaining('in time') } })
  })
})

describe('the messages at the end of a stream', () => {
  const RESULT = '{"jsonrpc":"2.0","id":1,"result":{}}'
  const ERROR = '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}'
  test.each([
    [`event: message\ndata: ${RESULT}\n\n`, [RESULT]],
    [`data: {"method":"notifications/progress"}\n\n: keepalive\n\ndata: ${RESULT}\n\n`, [RESULT]],
    [`data: ${ERROR}\n\n`, [ERROR]],
    [`data: ${ERROR}\n\ndata: {"method":"notifications/progress"}\n\ndata: ${RESULT}\n\n`, [ERROR, RESULT]],
    [`data: ${RESULT}\n\ndata: {"method":"notifications/progress"}\n\n`, []],
    ['data: {"jsonrpc":"2.0","id":1,"resu', []],
    ['data: {"result":"text"}\n\n', []],
    [': keepalive\n\n', []],
    ['', []],
  ])('%j', (stream, expected) => expect(finalMessages(stream)).toEqual(expected))
})

describe('a client of 2025 that takes JSON alone', () => {
  const asking = (message: Message, accept: string): Message => ({
    ...message,
    headers: { ...message.headers, accept },
  })

  test.each(['application/json', 'Application/JSON; charset=utf-8', 'application/json, text/plain'])(
    'is answered so: %s',
    async (accept) => {
      for (const [method, params, , status] of METHODS) {
        const streamed = await send(harness, legacy(method, params))
        const answer = await send(harness, asking(legacy(method, params, { progressToken: 'p' }), accept))
        expect([method, answer.status, typeOf(answer)]).toEqual([method, status, JSON_TYPE])
        const [, same = streamed.body ?? ''] = /^data: (.*)$/m.exec(streamed.body ?? '') ?? []
        expect(Object.keys(messageOf(answer)).toSorted()).toEqual(Object.keys(JSON.parse(same) as object).toSorted())
      }
    },
  )

  test('a notification has no answer', async () => {
    const { body: _body, ...rest } = legacy('ping')
    const body = { jsonrpc: '2.0', method: 'notifications/initialized' }
    const answer = await send(harness, asking({ ...rest, body }, JSON_TYPE))
    expect([answer.status, answer.body ?? '']).toEqual([202, ''])
  })

  test('a batch of theirs is answered by a list, with all that was asked and not what was told', async () => {
    const told = { jsonrpc: '2.0', method: 'notifications/initialized' }
    const batch = [{ ...PING, id: 'a' }, told, { ...PING, id: 2, method: 'no/such' }]
    const answer = await send(harness, { body: batch, headers: { accept: JSON_TYPE } })
    expect([answer.status, typeOf(answer)]).toEqual([200, JSON_TYPE])
    const answers = z.array(z.looseObject({ id: z.unknown() })).parse(JSON.parse(answer.body ?? ''))
    expect(answers).toHaveLength(2)
    expect(answers).toContainEqual(expect.objectContaining({ id: 'a', result: {} }))
    expect(answers).toContainEqual(
      expect.objectContaining({ id: 2, error: expect.objectContaining({ code: -32_601 }) }),
    )
  })

  test('a batch of notifications has no answer', async () => {
    const told = { jsonrpc: '2.0', method: 'notifications/initialized' }
    const answer = await send(harness, { body: [told, told], headers: { accept: JSON_TYPE } })
    expect([answer.status, answer.body ?? '']).toEqual([202, ''])
  })
})
