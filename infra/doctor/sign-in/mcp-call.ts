import type { Answer, Ask } from '../wire/ask-server.ts'
import type { Visit } from '../visit.ts'

const REVISION = '2026-07-28'
const META = 'io.modelcontextprotocol/'

/** A request of revision 2026-07-28, as ChatGPT sends it. */
export function mcpCall(
  { url }: Visit,
  accessToken: string,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
): Ask {
  const meta = {
    [`${META}protocolVersion`]: REVISION,
    [`${META}clientInfo`]: { name: 'chatgpt-dynamics-mcp-doctor', version: '1.0.0' },
    [`${META}clientCapabilities`]: {},
  }
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${accessToken}`,
      'mcp-protocol-version': REVISION,
      'mcp-method': method,
      ...(typeof params.name === 'string' ? { 'mcp-name': params.name } : {}),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 'doctor', method, params: { ...params, _meta: meta } }),
  }
}

/** The `result` of a JSON-RPC answer, sent as JSON or as one event. */
export function resultIn({ headers, text }: Answer): Readonly<Record<string, unknown>> | undefined {
  const isStream = /^text\/event-stream\b/i.test(headers.get('content-type') ?? '')
  for (const message of isStream ? eventsIn(text) : [text]) {
    try {
      const { id, result } = JSON.parse(message) as { id?: unknown; result?: unknown }
      if (id === 'doctor' && typeof result === 'object' && result !== null) return result as Record<string, unknown>
    } catch {
      continue
    }
  }
  return undefined
}

const eventsIn = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trim())
