import { z } from 'zod'
import { type Reply, send, StepError, type Wire } from './wire.ts'

export const PROTOCOL_VERSION = '2026-07-28'
const META = 'io.modelcontextprotocol/'

export type McpCall = {
  readonly id: string | number
  readonly method: string
  readonly params?: Readonly<Record<string, unknown>>
  /** What a watcher reads; by default the method and its name. */
  readonly title?: string
  readonly accessToken?: string | undefined
  /** Replace or add headers, for tests that attack. */
  readonly headers?: Readonly<Record<string, string>>
}

const rpcSchema = z.looseObject({
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.looseObject({ code: z.number(), message: z.string() }).optional(),
})

const requestMeta = (given: unknown) => ({
  [`${META}protocolVersion`]: PROTOCOL_VERSION,
  [`${META}clientInfo`]: { name: 'openai-mcp', version: '1.0.0' },
  [`${META}clientCapabilities`]: {
    experimental: { 'openai/visibility': {} },
    extensions: { [`${META}ui`]: { mimeTypes: ['text/html;profile=mcp-app'] } },
  },
  ...(typeof given === 'object' ? given : {}),
})

const NAMED_BY: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
}

function nameOf({ method, params }: McpCall): string | undefined {
  const value = params?.[NAMED_BY[method] ?? '']
  return typeof value === 'string' ? value : undefined
}

/** Header values outside visible ASCII travel in the revision's base64 form. */
function headerSafe(name: string): string {
  const plain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(name) && !name.startsWith('=?base64?')
  return plain ? name : `=?base64?${Buffer.from(name, 'utf8').toString('base64')}?=`
}

/** Posts one JSON-RPC request as revision 2026-07-28 wants it, and hands back the answer as it came. */
export function postMcp(wire: Wire, mcpUrl: string, call: McpCall): Promise<Reply> {
  const name = nameOf(call)
  const title = call.title ?? `MCP ${call.method}${name === undefined ? '' : ` ${name}`}`
  const params = { ...call.params, _meta: requestMeta(call.params?._meta) }
  return send(wire, title, {
    method: 'POST',
    url: mcpUrl,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': PROTOCOL_VERSION,
      'mcp-method': call.method,
      ...(name !== undefined && { 'mcp-name': headerSafe(name) }),
      ...(call.accessToken !== undefined && { authorization: `Bearer ${call.accessToken}` }),
      ...call.headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: call.id, method: call.method, params }),
  })
}

function eventData(text: string): string[] {
  return text
    .split(/\r?\n\r?\n/)
    .map((event) =>
      event
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart())
        .join('\n'),
    )
    .filter((data) => data !== '')
}

/** The answer to request `id`, from a JSON body or from an event stream. */
export function readRpc(step: string, reply: Reply, id: string | number): z.infer<typeof rpcSchema> {
  const isStream = reply.headers.get('content-type')?.startsWith('text/event-stream') === true
  try {
    const messages = isStream ? eventData(reply.text) : [reply.text]
    const found = messages.map((text) => rpcSchema.parse(JSON.parse(text))).find((message) => message.id === id)
    if (found) return found
  } catch {
    throw new StepError(step, reply, 'no JSON-RPC answer')
  }
  throw new StepError(step, reply, `no answer to request ${id}`)
}

/** @throws StepError on any status but 200, and on a JSON-RPC error */
export function readResult(step: string, reply: Reply, id: string | number): Record<string, unknown> {
  if (reply.status !== 200) throw new StepError(step, reply)
  const { result, error } = readRpc(step, reply, id)
  if (!result) throw new StepError(step, reply, `JSON-RPC error ${error?.code ?? ''}`)
  return result
}
