const ALLOWED_HEADERS =
  'authorization, content-type, accept, mcp-protocol-version, mcp-method, mcp-name, mcp-session-id, last-event-id'
/** What `/mcp` serves: it opens no stream of its own and keeps no session that could be ended. */
export const MCP_METHODS = 'POST, OPTIONS'
const PREFLIGHT_SECONDS = '600'

/**
 * A browser names the page that asks; a page that is not on the list may be a DNS rebinding attack.
 * No `Origin` means no browser.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning
 */
export function isForeignOrigin(origin: string | null, allowed: readonly string[]): boolean {
  return origin !== null && !allowed.includes(origin)
}

/** CORS headers for an allowed page; `vary` even without one, as a cache must keep the two apart. */
export function corsHeaders(origin: string | null): Record<string, string> {
  if (origin === null) return { vary: 'Origin' }
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'WWW-Authenticate, MCP-Protocol-Version',
  }
}

export function preflightHeaders(): Record<string, string> {
  return {
    'access-control-allow-methods': MCP_METHODS,
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': PREFLIGHT_SECONDS,
  }
}
