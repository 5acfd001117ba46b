import { randomBytes, randomUUID } from 'node:crypto'
import { type ClientProfile, plainState, PUBLIC } from './profile.ts'

/** @see https://github.com/geelen/mcp-remote/blob/main/src/lib/node-oauth-client-provider.ts */
export const MCP_REMOTE: ClientProfile = {
  name: 'mcp-remote',
  registers: ({ port }) => ({
    redirect_uris: [`http://localhost:${port}/oauth/callback`],
    ...PUBLIC,
    client_name: 'MCP CLI Proxy',
    client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
    software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
    software_version: '0.15.1',
    scope: 'dynamics.read',
  }),
  // Older versions kept what they registered and took another port where that one was taken; newer ones register anew.
  // On Windows all of it is at 127.0.0.1.
  waits: ({ port }) => [{ redirectUri: `http://localhost:${port}/oauth/callback`, state: randomUUID() }],
  scope: 'challenge',
  namesResourceAtRefresh: true,
  revision: '2025-11-25',
  // It hands all of a result on to the program behind it.
  reads: 'unknown',
  revokes: false,
  unknown: ['which program is behind it'],
}

/**
 * A page of this machine. Its command line registers an address of its own, at port 6276; that one is run as a package.
 * @see https://github.com/modelcontextprotocol/inspector/blob/main/client/src/lib/auth.ts
 */
export const INSPECTOR: ClientProfile = {
  name: 'inspector',
  registers: () => ({
    redirect_uris: ['http://localhost:6274/oauth/callback', 'http://localhost:6274/oauth/callback/debug'],
    ...PUBLIC,
    client_name: 'MCP Inspector',
    client_uri: 'https://github.com/modelcontextprotocol/inspector',
    scope: 'dynamics.read',
    application_type: 'native',
  }),
  waits: () =>
    ['http://localhost:6274/oauth/callback', 'http://localhost:6274/oauth/callback/debug'].map((redirectUri) => ({
      redirectUri,
      state: randomBytes(32).toString('hex'),
    })),
  scope: 'challenge',
  namesResourceAtRefresh: true,
  revision: '2025-11-25',
  origin: 'http://localhost:6274',
  reads: 'both',
  revokes: false,
  unknown: [],
}

/** @see https://github.com/aaif-goose/goose/blob/main/crates/goose/src/oauth/mod.rs */
export const GOOSE: ClientProfile = {
  name: 'goose',
  registers: ({ port }) => ({
    client_name: 'goose',
    redirect_uris: [`http://127.0.0.1:${port}/oauth_callback`],
    ...PUBLIC,
  }),
  // The document listed `localhost` once while goose waited at 127.0.0.1, which no server that compares hosts may let
  // pass (RFC 8252 §8.3); the one of today lists what it uses.
  document: () => ({
    client_id: 'https://goose-docs.ai/oauth/client-metadata.json',
    client_name: 'goose',
    redirect_uris: ['http://127.0.0.1/oauth_callback', 'http://[::1]/oauth_callback'],
    ...PUBLIC,
  }),
  waits: ({ port }) => [{ redirectUri: `http://127.0.0.1:${port}/oauth_callback`, state: plainState() }],
  // It names none of its own.
  scope: 'none',
  namesResourceAtRefresh: true,
  revision: '2025-06-18',
  reads: 'unknown',
  revokes: false,
  unknown: ['the grants of its document', 'its revision', 'what its model is given of a result', 'whether it revokes'],
}

/** @see https://github.com/google-gemini/gemini-cli/blob/main/packages/core/src/mcp/oauth-provider.ts */
export const GEMINI_CLI: ClientProfile = {
  name: 'gemini-cli',
  registers: ({ port }) => ({
    client_name: 'Gemini CLI MCP Client',
    redirect_uris: [`http://localhost:${port}/oauth/callback`],
    ...PUBLIC,
    scope: '',
  }),
  waits: ({ port }) => [
    { redirectUri: `http://localhost:${port}/oauth/callback`, state: randomBytes(16).toString('base64url') },
  ],
  scope: 'challenge',
  namesResourceAtRefresh: true,
  revision: '2025-11-25',
  // https://zenn.dev/7shi/articles/20250710-output-schema
  reads: 'text',
  revokes: false,
  unknown: ['whether it revokes'],
}
