import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { callTool, createHarness, send, serve, type Harness } from '../support/harness.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'
import { rowsAsObjects } from '../support/rows.ts'

let upstream: Upstream
let harness: Harness
let served: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  upstream = await startUpstream()
  upstream.answer = ({ token }) => ({
    delayMs: token.endsWith('priya') ? 300 : 50,
    body: { value: [{ name: `row of ${token}` }], fullname: token },
  })
  harness = createHarness(upstream.url)
  served = await serve(harness)
})
afterAll(async () => {
  await served.stop()
  await upstream.stop()
})

const requestInit = (name: string): RequestInit => ({ headers: { authorization: `Bearer token-${name}` } })
const QUERY = { name: 'query_crm', arguments: { entity: 'opportunity', select: ['name'] } }

describe('real clients', () => {
  test.each(['legacy', 'auto'] as const)('client 2.x, negotiation %s, lists, calls and reads', async (mode) => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
    await client.connect(new StreamableHTTPClientTransport(new URL(served.url), { requestInit: requestInit('marcus') }))
    expect((await client.listTools()).tools).toHaveLength(12)
    const result = await client.callTool(QUERY)
    expect(result.structuredContent).toMatchObject({ rows: [['row of dataverse-token-of-marcus', null]] })
    const { resources } = await client.listResources()
    expect(resources.map(({ uri }) => uri)).toContain('prompt://reports/pipeline-by-stage')
    const { prompts } = await client.listPrompts()
    expect(prompts.map(({ name }) => name)).toContain('pipeline-by-stage')
    await client.close()
  })

  test('sdk 1.x lists, calls, reads, and gets errors as results', async () => {
    const client = new Client1({ name: 'test', version: '1' })
    const transport = new Transport1(new URL(served.url), { requestInit: requestInit('marcus') })
    await client.connect(transport)
    expect((await client.listTools()).tools).toHaveLength(12)
    const result = await client.callTool(QUERY)
    expect(result.structuredContent).toMatchObject({ rows: [['row of dataverse-token-of-marcus', null]] })
    const refused = await client.callTool({ name: 'query_crm', arguments: { entity: 'nothing at all' } })
    expect(refused.isError).toBe(true)
    const read = await client.readResource({ uri: 'prompt://reports/closing-this-month' })
    expect(read.contents[0]).toMatchObject({ mimeType: 'text/markdown' })
    const prompt = await client.getPrompt({ name: 'closing-this-month', arguments: { top: '5' } })
    expect(prompt.messages[0]?.content).toMatchObject({ type: 'text', text: expect.stringContaining('"top":5') })
    expect(harness.events).toContainEqual(
      expect.objectContaining({ name: 'resource.read', report: 'closing-this-month', userId: 'oid-marcus' }),
    )
    await client.close()
  })
})

describe('two people at once', () => {
  test('equal JSON-RPC ids against a slow Dataverse never meet', async () => {
    const names = Array.from({ length: 20 }, (_, index) => (index % 2 ? 'priya' : 'marcus'))
    const answers = await Promise.all(names.map((name) => callTool(harness, 'query_crm', QUERY.arguments, name)))
    expect(answers.map(({ structuredContent }) => rowsAsObjects(structuredContent)[0]?.name)).toEqual(
      names.map((name) => `row of dataverse-token-of-${name}`),
    )
  })

  test('a token that Dataverse refuses one person costs the other nothing, even for shared metadata', async () => {
    const fresh = createHarness(upstream.url)
    const ended = { authorization: 'Bearer token-priya' }
    const before = upstream.answer
    upstream.answer = ({ token }) =>
      token.endsWith('priya') ? { status: 401, body: '' } : { delayMs: 50, body: { value: [{ name: 'mine' }] } }
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: QUERY }
    const [refused, answered] = await Promise.all([
      send(fresh, { body, headers: ended }),
      callTool(fresh, 'query_crm', QUERY.arguments, 'marcus'),
    ])
    upstream.answer = before
    expect(refused.status).toBe(401)
    expect(answered.structuredContent).toMatchObject({ rows: [['mine', null]] })
  })
})
