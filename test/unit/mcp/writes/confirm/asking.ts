import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'
import type { Proof } from '../../../../../shared/dataverse/change/token/change-tokens.ts'
import { createConfirm } from '../../../../../shared/mcp/writes/confirm/confirm.ts'
import { meansOf } from '../../../../../shared/mcp/writes/confirm/means.ts'
import type { Confirmation } from '../../../../../shared/mcp/writes/confirm/proof.ts'
import { caller } from '../../support/harness.ts'

const META = 'io.modelcontextprotocol/'
const KEY = new Uint8Array(32).fill(7)

export const FORM = { elicitation: { form: {} } }
export const CHANGE = '3f0e8a6c-0b6a-4c52-8a53-4a1b9d5e7d21'

export type Commit = {
  readonly changeId?: string
  readonly proof?: Proof
  readonly confirmation?: Confirmation
  readonly sentence?: string
  readonly human?: boolean
  readonly capabilities?: unknown
  readonly requestState?: unknown
  readonly inputResponses?: unknown
  readonly as?: { readonly name?: string; readonly clientId?: string; readonly resource?: string }
  readonly key?: Uint8Array
}

const Answer = z.object({
  result: z.looseObject({
    resultType: z.string().optional(),
    requestState: z.string().optional(),
    inputRequests: z.record(z.string(), z.unknown()).optional(),
    isError: z.boolean().optional(),
    structuredContent: z.looseObject({}).optional(),
    content: z.array(z.object({ text: z.string() })).optional(),
  }),
})
export type Answer = z.output<typeof Answer>['result']

/** One commit as it comes over the wire, through the SDK, to what asks a person: its answer, as it goes out. */
export async function commit(asked: Commit = {}): Promise<Answer> {
  const { capabilities = FORM, requestState, inputResponses } = asked
  const handler = createMcpHandler(() => serverOf(asked))
  const _meta = {
    [`${META}protocolVersion`]: '2026-07-28',
    [`${META}clientInfo`]: { name: 'test', version: '1' },
    [`${META}clientCapabilities`]: capabilities,
  }
  const params = { name: 'commit', arguments: {}, _meta, requestState, inputResponses }
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const revision = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'commit' }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  const request = new Request('http://127.0.0.1/mcp', { method: 'POST', headers: { ...headers, ...revision }, body })
  const text = await (await handler.fetch(request)).text()
  return Answer.parse(JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text)).result
}

function serverOf({
  changeId = CHANGE,
  proof = 'host',
  sentence = 'Apply it?',
  human = false,
  ...asked
}: Commit): McpServer {
  const server = new McpServer({ name: 'test', version: '1' }, { capabilities: { tools: {} } })
  server.registerTool('commit', { inputSchema: z.object({}) }, async (_args, message) => {
    const { name = 'priya', ...holder } = asked.as ?? {}
    const means = meansOf(message)
    const confirm = createConfirm({
      confirmation: asked.confirmation ?? 'host',
      means,
      message,
      key: () => Promise.resolve(asked.key ?? KEY),
      answerer: { ...caller(name), ...holder },
    })
    const opened = { changeId, proof, acceptsDuplicates: false, bodyHash: new Uint8Array(16) }
    const confirmed = await confirm(opened, sentence, human)
    if (confirmed.kind === 'ask') return confirmed.result
    return { content: [], structuredContent: { ...confirmed, means } }
  })
  return server
}
