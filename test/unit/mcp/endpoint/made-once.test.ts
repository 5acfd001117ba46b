import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { McpServer, Protocol } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { derivedKeyOf } from '../../../../shared/tokens/derived-key.ts'
import type { Keys } from '../../../../shared/tokens/keys.ts'
import { createHarness, type Message, send, type Harness } from '../support/harness.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'
import { ask, MODERN } from '../support/revisions.ts'

const ROW = { opportunityid: '7c1d2e01-0001-4a6b-8c2d-10a3c1a86f01', name: 'Deal' }
let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
  upstream.answer = () => ({ body: { value: Array.from({ length: 20 }, () => ROW) } })
})
afterAll(async () => await upstream.stop())
const undo: (() => void)[] = []
afterEach(() => undo.splice(0).forEach((restore) => restore()))

/** First arguments of the calls of a method until the test ends, each of which goes on as before. */
function callsOf<K extends string>(owner: Record<K, (...given: never[]) => unknown>, name: K): unknown[] {
  const seen: unknown[] = []
  const real: unknown = owner[name]
  if (typeof real !== 'function') throw new TypeError(`no method ${name}`)
  const watched = function (this: unknown, ...given: unknown[]): unknown {
    seen.push(given[0])
    return Reflect.apply(real, this, given)
  }
  undo.push(() => void Object.assign(owner, { [name]: real }))
  Object.assign(owner, { [name]: watched })
  return seen
}

let keysAsked = 0
const keys = { index: async () => new Uint8Array(32).fill((keysAsked += 1)) } satisfies Pick<Keys, 'index'>
const stage = (): Harness =>
  createHarness(upstream.url, { toolDeadlineMs: 60_000 }, undefined, {
    cursorKey: derivedKeyOf(keys, 'cursor'),
  })

const query = { name: 'query_crm', arguments: { entity: 'opportunity', select: ['name'], top: 20 } }
const report = { name: 'run_report', arguments: { report: 'my-open-opportunities' } }
const ASKED = [
  ['tools/call', query, ['query_crm'], ['tools/list', 'tools/call']],
  ['tools/call', { name: 'whoami', arguments: {} }, ['whoami'], ['tools/list', 'tools/call']],
  ['tools/call', report, ['run_report'], ['tools/list', 'tools/call']],
  ['tools/list', {}, [], []],
  ['prompts/list', {}, [], ['prompts/list', 'prompts/get']],
  ['prompts/get', { name: 'my-open-opportunities' }, [], ['prompts/list', 'prompts/get']],
  ['resources/list', {}, [], ['resources/list', 'resources/templates/list', 'resources/read']],
] as const

/** What zod looks up for each schema that it writes as JSON, and notes of each that is described. */
function schemaWork(): () => number {
  const [read, noted] = [callsOf(z.globalRegistry, 'get'), callsOf(z.globalRegistry, 'add')]
  return () => read.length + noted.length
}

test('what counts the work on schemas counts it', () => {
  const work = schemaWork()
  z.toJSONSchema(z.object({ name: z.string().describe('A name') }))
  expect(work()).toBeGreaterThan(1)
})

test.each(ASKED.flatMap((asked) => (['2025-11-25', MODERN] as const).map((revision) => [revision, ...asked] as const)))(
  'of %s, a second %s makes no schema and no key, and registers what it asks for alone',
  async (revision, method, params, tools, handlers) => {
    const harness = stage()
    const first = await ask(harness, revision, { method, params })
    expect(first.result).toBeDefined()
    const keysBefore = keysAsked
    const work = schemaWork()
    const registered = callsOf(McpServer.prototype, 'registerTool')
    const handled = callsOf(Protocol.prototype, 'setRequestHandler')
    const second = await ask(harness, revision, { method, params })
    expect(withoutTimes(second)).toBe(withoutTimes(first))
    expect(first.result?.['isError']).toBeUndefined()
    expect(work()).toBe(0)
    expect(keysAsked).toBe(keysBefore)
    expect(registered).toEqual(tools)
    const own = handled.filter((name) => /^(?:tools|prompts|resources)\//.test(String(name)))
    expect(new Set(own)).toEqual(new Set(handlers))
  },
)

/** A report says as of when. */
function withoutTimes(answer: unknown): string {
  return JSON.stringify(answer).replaceAll(/\d\d:\d\d(?::\d\d)?/g, 'time')
}

const OPENING = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } }
const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: query }
test.each([
  ['what opens a connection', { jsonrpc: '2.0', id: 1, method: 'initialize', params: OPENING }],
  ['a batch', [call, { jsonrpc: '2.0', id: 2, method: 'prompts/list' }]],
])('%s reaches all of the server', async (_what, body) => {
  const registered = callsOf(McpServer.prototype, 'registerTool')
  const { status, body: text = '' } = await send(stage(), { body })
  expect(status).toBe(200)
  expect(registered).toHaveLength(12)
  for (const member of Array.isArray(body) ? ['"rows"', '"prompts"'] : ['"tools":{', '"prompts":{', '"resources":{'])
    expect(text).toContain(member)
})

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
const META = { [`io.modelcontextprotocol/protocolVersion`]: MODERN, 'io.modelcontextprotocol/clientCapabilities': {} }
const MODERN_HEADERS = { 'mcp-protocol-version': MODERN, 'mcp-method': 'tools/list' }
const IDS = [
  1,
  0,
  -5,
  2 ** 53,
  1.5,
  null,
  '',
  '1',
  'a"\\',
  '{"result":{},"jsonrpc":"2.0","id":1}',
  '$&',
  '\u2028',
  '\ud800',
]
/** Each differs from the first in what the SDK, or what chooses a type, looks at. */
const ASKED_LIKE: readonly Message[] = [
  { body: LIST },
  ...IDS.flatMap((id) => [{ body: { ...LIST, id } }, modern({}, { id })]),
  ...['application/json', 'text/event-stream', '*/*', 'text/plain', 'text/event-stream;q=0'].flatMap((accept) => [
    { body: LIST, headers: { accept } },
    modern({ accept }),
  ]),
  ...['2025-03-26', '2025-06-18', '2025-11-25', '1999-01-01'].map((version) => ({
    body: LIST,
    headers: { 'mcp-protocol-version': version },
  })),
  modern({ 'mcp-method': 'tools/call' }),
  modern({ 'mcp-name': 'query_crm' }),
  modern({ 'mcp-protocol-version': '2025-11-25' }),
  modern({}, { params: {} }),
  modern({}, { params: { _meta: { ...META, progressToken: 5 } } }),
  { body: LIST, headers: { 'content-type': 'text/plain' } },
  { body: LIST, headers: { 'mcp-session-id': 'one' } },
  ...[{ cursor: 'x' }, { cursor: null }, {}, [], 'x', null].map((params) => ({ body: { ...LIST, params } })),
  ...[undefined, '1.0'].map((jsonrpc) => ({ body: { ...LIST, jsonrpc } })),
  { body: { jsonrpc: '2.0', method: 'tools/list' } },
  { body: { ...LIST, result: {} } },
  { body: JSON.stringify(LIST).replace('{', '{"id":"2",') },
  { body: [LIST, { ...LIST, id: 2 }] },
]

function modern(headers: Record<string, string>, members: object = {}): Message {
  return { body: { ...LIST, params: { _meta: META }, ...members }, headers: { ...MODERN_HEADERS, ...headers } }
}

test('a list that others have asked for is answered as by a server of its own', async () => {
  const shared = stage()
  for (const message of ASKED_LIKE) await send(shared, message)
  const opened = callsOf(McpServer.prototype, 'connect')
  const answers: unknown[] = []
  for (const message of ASKED_LIKE) answers.push([message, await send(shared, message)])
  const asked = opened.length
  for (const [at, message] of ASKED_LIKE.entries()) expect(answers[at]).toEqual([message, await send(stage(), message)])
  expect(asked).toBeLessThan((opened.length - asked) / 2)
})

test('a list is another one as soon as a tool is off', async () => {
  const off = new Set<string>()
  const isToolOff = ({ name }: { readonly name: string }): boolean => off.has(name)
  const harness = createHarness(upstream.url, {}, undefined, {
    offFor: () => Promise.resolve({ whole: undefined, isToolOff }),
  })
  const has = async (): Promise<boolean> => (await send(harness, { body: LIST })).body?.includes('"whoami"') ?? false
  const seen = [await has(), await has()]
  off.add('whoami')
  seen.push(await has(), await has())
  off.clear()
  seen.push(await has())
  expect(seen).toEqual([true, true, false, false, true])
})
