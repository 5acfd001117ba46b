import { z } from 'zod'

const answerSchema = z.object({ result: z.record(z.string(), z.unknown()) })
const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2025-11-25',
}

/** How a package sends a request with its access token. */
export type Send = (body: string, headers: Headers) => Promise<Response>

/** One JSON-RPC request by a package that knows OAuth and nothing of MCP. @throws Error unless it is answered */
export async function ask(send: Send, method: string, params: object = {}): Promise<Record<string, unknown>> {
  const response = await send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), new Headers(HEADERS))
  const text = await response.text()
  if (!response.ok) throw new Error(`${method}: HTTP ${response.status} ${text}`)
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  const json = isStream ? (/^data: (\{.*)$/m.exec(text)?.[1] ?? '') : text
  return answerSchema.parse(JSON.parse(json)).result
}

const listed = z.object({ tools: z.array(z.object({ name: z.string() })) })
export const listTools = async (send: Send): Promise<string[]> =>
  listed.parse(await ask(send, 'tools/list')).tools.map(({ name }) => name)

export const callTool = async (send: Send, name: string, input: object): Promise<string> =>
  JSON.stringify(await ask(send, 'tools/call', { name, arguments: input }))
