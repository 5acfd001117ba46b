import { type ClientProfile, plainState, PUBLIC } from './profile.ts'

const CALLBACK = 'https://claude.ai/api/mcp/auth_callback'

/** In the browser, on the desktop and on the phone: all call from Anthropic's servers. @see https://claude.com/docs/connectors/building/authentication */
export const CLAUDE: ClientProfile = {
  name: 'claude',
  userAgent: 'python-httpx/0.28.1',
  // With a secret: https://github.com/anthropics/claude-ai-mcp/issues/1043; without scope: https://github.com/anthropics/claude-code/issues/8001
  registers: () => ({
    client_name: 'Claude',
    redirect_uris: [CALLBACK],
    ...PUBLIC,
    token_endpoint_auth_method: 'client_secret_post',
  }),
  // It declares a grant that is none of ours, which is to be left out, not refused.
  document: () => ({
    client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
    client_name: 'Claude',
    client_uri: 'https://claude.ai',
    redirect_uris: [CALLBACK],
    ...PUBLIC,
    grant_types: [...PUBLIC.grant_types, 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
  }),
  waits: () => [{ redirectUri: CALLBACK, state: plainState() }],
  scope: 'challenge',
  namesResourceAtRefresh: true,
  revision: '2025-11-25',
  // https://github.com/anthropics/claude-code/issues/55677 compares it with Claude Code
  reads: 'both',
  revokes: false,
  unknown: [
    'whether claude.com is ever the host of its callback',
    'whether a refresh names the resource',
    'whether it revokes',
  ],
}

/** @see https://code.claude.com/docs/en/mcp */
export const CLAUDE_CODE: ClientProfile = {
  name: 'claude-code',
  registers: ({ port }) => ({
    client_name: 'Claude Code',
    redirect_uris: [`http://localhost:${port}/callback`],
    ...PUBLIC,
  }),
  // Both hosts and no port: https://github.com/anthropics/claude-code/issues/90370
  document: () => ({
    client_id: 'https://claude.ai/oauth/claude-code-client-metadata',
    client_name: 'Claude Code',
    client_uri: 'https://claude.ai',
    redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
    ...PUBLIC,
  }),
  // `localhost`, but for a few versions: https://github.com/anthropics/claude-code/issues/86233. They used the one host
  // at registration and later, and the document lists both: no host ever stands for the other.
  waits: ({ port }, way) =>
    (way === 'document' ? ['localhost', '127.0.0.1'] : ['localhost']).map((host) => ({
      redirectUri: `http://${host}:${port}/callback`,
      state: plainState(),
    })),
  // https://github.com/PrefectHQ/fastmcp/issues/4467
  scope: 'none',
  namesResourceAtRefresh: true,
  revision: '2025-11-25',
  // https://github.com/anthropics/claude-code/issues/79944
  reads: 'structured',
  revokes: false,
  unknown: ['the whole body of its registration', 'how its state is made', 'whether it revokes'],
}
