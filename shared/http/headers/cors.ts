import type { Endpoint, Outgoing } from '../message.ts'

/**
 * Lets browser clients (MCP Inspector, the consoles of `ALLOWED_ORIGINS`) call an endpoint. No credentials mode: a
 * cookie never travels with these calls, so any origin may read the public documents.
 */
export function withCors(
  endpoint: Endpoint,
  methods: readonly string[],
  allows: (origin: string) => boolean,
): Endpoint {
  const allow = methods.join(', ')
  const preflight = { 'access-control-allow-methods': allow, 'access-control-max-age': '7200' }
  return async (request) => {
    const origin = request.headers.get('origin')
    const allowed = origin !== null && allows(origin)
    if (request.method === 'OPTIONS')
      return { status: 204, headers: { allow, ...(allowed ? { ...grant(origin), ...preflight } : {}) } }
    const reply = await endpoint(request)
    return allowed ? withHeaders(reply, grant(origin)) : reply
  }
}

const grant = (origin: string) => ({
  'access-control-allow-origin': origin,
  'access-control-allow-headers': 'authorization, content-type, accept, mcp-protocol-version, mcp-method, mcp-name',
  'access-control-expose-headers': 'www-authenticate, retry-after',
  vary: 'origin',
})

function withHeaders(reply: Outgoing, headers: Readonly<Record<string, string>>): Outgoing {
  return { ...reply, headers: { ...reply.headers, ...headers } }
}
