import { expect, test } from '@jest/globals'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import fc from 'fast-check'
import * as z from 'zod'
import { createWrittenAnswers } from '../../../../../shared/mcp/endpoint/messages/written-answers.ts'
import { writeOnce } from '../../../../../shared/mcp/endpoint/messages/written-result.ts'

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}
const TOOLS = writeOnce([{ name: 'told', description: 'é "quoted" \u2028', inputSchema: { type: 'object' as const } }])
const output = z.looseObject({})

/** A server whose tool gives back what it is told, as text and as structure. */
function serverTelling(told: Readonly<Record<string, unknown>>): McpServer {
  const server = new McpServer({ name: 'telling', version: '1.0.0' })
  const config = { description: 'Tells', inputSchema: z.looseObject({}), outputSchema: output }
  server.registerTool('told', config, () => ({
    structuredContent: told,
    content: [{ type: 'text', text: JSON.stringify(told) }],
  }))
  server.server.setRequestHandler('tools/list', () => ({ tools: TOOLS }))
  return server
}

type Message = { readonly id?: string | number; readonly method: string; readonly params?: object }

async function written(server: () => McpServer, body: unknown, version: string): Promise<string> {
  const one = body as Message
  const headers: [string, string][] = [
    ['accept', 'application/json, text/event-stream'],
    ['content-type', 'application/json'],
    ['mcp-protocol-version', version],
    ...(version === '2026-07-28' ? ([['mcp-method', one.method]] as [string, string][]) : []),
    ...(one.method === 'tools/call' ? ([['mcp-name', 'told']] as [string, string][]) : []),
  ]
  const request = new Request('https://mcp.example/mcp', { method: 'POST', headers })
  return (await createMcpHandler(server).fetch(request, { parsedBody: body })).text()
}

async function bothWays(told: Readonly<Record<string, unknown>>, body: unknown, version: string): Promise<string[]> {
  const { keptOf, putBack } = createWrittenAnswers()
  const seen: string[] = []
  const kept = await written(() => keptOf(serverTelling(told)), body, version)
  seen.push(putBack(kept), await written(() => serverTelling(told), body, version))
  expect(kept.length).toBeLessThan(seen[1]?.length ?? 0)
  return seen
}

/** What stands in place of a result, in a record and as an id. */
const IN_PLACE = '{"result":{},"jsonrpc":"2.0","id":1}'
const HOSTILE = { result: JSON.parse(IN_PLACE) as unknown, text: `data: ${IN_PLACE}\n\nevent: message\n` }
const IDS = [1, 0, -5, '', '1', 'a"\\', IN_PLACE, '$&', '\u2028']
const METHODS = ['tools/list', 'tools/call'] as const
const REVISIONS = ['2025-03-26', '2025-11-25', '2026-07-28'] as const

const messageOf = (version: string, id: string | number, method: string): object => {
  const named = method === 'tools/call' ? { name: 'told', arguments: {} } : {}
  return { jsonrpc: '2.0', id, method, params: { ...named, ...(version === '2026-07-28' && { _meta: META }) } }
}

test.each(REVISIONS.flatMap((version) => METHODS.flatMap((method) => IDS.map((id) => [version, method, id] as const))))(
  'of %s, the answer to %s with the id %j is what the SDK itself writes',
  async (version, method, id) => {
    const [ours, theirs] = await bothWays(HOSTILE, messageOf(version, id, method), version)
    expect(theirs).toContain('"result":{')
    expect(ours).toBe(theirs)
  },
)

test('so is each answer to a batch, in the order that the SDK gives them', async () => {
  const ids = fc.uniqueArray(fc.oneof(fc.constantFrom(...IDS), fc.integer(), fc.string()), {
    minLength: 1,
    maxLength: 10,
    selector: (id) => JSON.stringify(id),
  })
  await fc.assert(
    fc.asyncProperty(ids, fc.dictionary(fc.string(), fc.jsonValue()), async (all, told) => {
      const version = '2025-03-26'
      const batch = all.map((id, at) => messageOf(version, id, METHODS[at % 2] ?? 'tools/list'))
      const [ours, theirs] = await bothWays({ ...told, ...HOSTILE }, batch, version)
      expect(ours).toBe(theirs)
    }),
    { numRuns: 40 },
  )
})

test('an error is left to the SDK, and what broke off stays as it is', async () => {
  const { keptOf, putBack } = createWrittenAnswers()
  const unknown = { jsonrpc: '2.0', id: 1, method: 'tools/none', params: {} }
  const told = await written(() => keptOf(serverTelling({})), unknown, '2025-11-25')
  expect(told).toContain('"error":{')
  expect(putBack(told)).toBe(told)
  await written(() => keptOf(serverTelling({})), messageOf('2025-11-25', 1, 'tools/list'), '2025-11-25')
  for (const broken of ['', 'event: message\ndata: {"result":', told]) expect(putBack(broken)).toBe(broken)
})
