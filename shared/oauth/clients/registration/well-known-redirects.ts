/**
 * How the addresses of known clients begin, so that a client id stays short. A client id names an entry by its place:
 * entries are added at the end, and never changed, moved or removed, or ids that are in use would be read otherwise.
 */
export const WELL_KNOWN: readonly string[] = [
  '',
  'https://chatgpt.com/connector_platform_oauth_redirect',
  'https://chatgpt.com/connector/oauth/',
  'https://claude.ai/api/mcp/auth_callback',
  'https://claude.com/api/mcp/auth_callback',
  'http://127.0.0.1',
  'http://localhost',
  'http://[::1]',
  'https://vscode.dev/redirect',
  'https://insiders.vscode.dev/redirect',
  'https://global.consent.azure-apim.net/redirect/',
  'https://',
  'cursor://anysphere.cursor-mcp/oauth/callback',
]

/** The place of the longest entry that an address begins with; the empty one begins every address. */
export function wellKnownStart(uri: string): number {
  let best = 0
  for (const [place, start] of WELL_KNOWN.entries())
    if (uri.startsWith(start) && start.length > (WELL_KNOWN[best] ?? '').length) best = place
  return best
}
