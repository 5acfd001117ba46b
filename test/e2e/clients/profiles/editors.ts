import { type ClientProfile, plainState, PUBLIC } from './profile.ts'

const PRIVATE_USE = 'cursor://anysphere.cursor-mcp/oauth/callback'
const AGENTS = 'https://www.cursor.com/agents/mcp/oauth/callback'
const DESKTOP = 'http://localhost:8787/callback'

/** @see https://cursor.com/docs/mcp */
export const CURSOR: ClientProfile = {
  name: 'cursor',
  // All three in one body: https://github.com/soflyy/agent-connector-for-wp/issues/111
  registers: () => ({ client_name: 'Cursor', redirect_uris: [PRIVATE_USE, AGENTS, DESKTOP], ...PUBLIC }),
  // Its port never changes; older versions wait at the private-use address, agents on the web at the third.
  waits: () => [DESKTOP, PRIVATE_USE, AGENTS].map((redirectUri) => ({ redirectUri, state: plainState() })),
  // https://docs.pipeshub.com/mcp/cursor
  scope: 'advertised',
  namesResourceAtRefresh: true,
  revision: '2025-06-18',
  reads: 'unknown',
  revokes: false,
  unknown: [
    'the rest of its registration',
    'whether it names the resource',
    'what its model is given of a result',
    'whether it revokes',
  ],
}

/** @see https://github.com/zed-industries/zed/blob/main/crates/context_server/src/oauth.rs */
export const ZED: ClientProfile = {
  name: 'zed',
  registers: ({ port }) => ({
    client_name: 'Zed',
    redirect_uris: [`http://127.0.0.1:${port}/callback`],
    ...PUBLIC,
  }),
  document: () => ({
    client_id: 'https://zed.dev/oauth/client-metadata.json',
    client_name: 'Zed',
    client_uri: 'https://zed.dev',
    redirect_uris: ['http://127.0.0.1/callback'],
    ...PUBLIC,
    grant_types: ['authorization_code'],
  }),
  waits: ({ port }) => [{ redirectUri: `http://127.0.0.1:${port}/callback`, state: plainState() }],
  scope: 'challenge',
  namesResourceAtRefresh: true,
  revision: '2025-06-18',
  // It lists structured output among what it does not support: https://zed.dev/docs/ai/mcp
  reads: 'text',
  revokes: false,
  unknown: ['the grants of its document', 'its registration and state', 'its revision', 'whether it revokes'],
}
