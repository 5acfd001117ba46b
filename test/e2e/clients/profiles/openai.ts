import { createHash } from 'node:crypto'
import {
  METADATA_DOCUMENT_CLIENT_ID,
  registrationBody,
  STABLE_REDIRECT_URI,
} from '../../../sandbox/chatgpt/registration.ts'
import { type ClientProfile, plainState, PUBLIC } from './profile.ts'

const LOGO = 'https://persistent.oaistatic.com/sonic/misc/openai-logo.png'

/** @see https://developers.openai.com/apps-sdk/build/auth */
export const CHATGPT: ClientProfile = {
  name: 'chatgpt',
  userAgent: 'openai-mcp/1.0.0',
  registers: () => registrationBody(STABLE_REDIRECT_URI, 'none'),
  // As read in October 2026: https://github.com/jazzband/django-oauth-toolkit/issues/1857
  document: () => ({
    client_id: METADATA_DOCUMENT_CLIENT_ID,
    client_uri: 'https://chatgpt.com/',
    client_name: 'ChatGPT',
    redirect_uris: [STABLE_REDIRECT_URI],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    grant_types: PUBLIC.grant_types,
    response_types: PUBLIC.response_types,
    token_endpoint_auth_signing_alg: 'RS256',
    jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
    logo_uri: LOGO,
  }),
  // The address for servers that name themselves in the answer (RFC 9207), as this one does.
  waits: () => [{ redirectUri: STABLE_REDIRECT_URI, state: plainState() }],
  scope: 'advertised',
  namesResourceAtRefresh: true,
  revision: '2026-07-28',
  reads: 'both',
  revokes: true,
  unknown: ['the exact body of its registration', 'how its state is made'],
}

/** Of the server's address: the first nine bytes of its SHA-256. @see https://learn.chatgpt.com/docs/extend/mcp */
const callbackId = (mcpUrl: string): string =>
  createHash('sha256').update(mcpUrl).digest().subarray(0, 9).toString('base64url')

/** @see https://github.com/openai/codex/tree/main/codex-rs/rmcp-client */
export const CODEX: ClientProfile = {
  name: 'codex',
  // One address, with the port that it listens on: https://github.com/openai/codex/issues/30460
  registers: ({ mcpUrl, port }) => ({
    client_name: 'Codex',
    redirect_uris: [`http://127.0.0.1:${port}/callback/${callbackId(mcpUrl)}`],
    ...PUBLIC,
  }),
  // One document for each server: https://learn.chatgpt.com/docs/extend/mcp
  document: ({ mcpUrl }) => ({
    client_id: `https://chatgpt.com/oauth/codex/${callbackId(mcpUrl)}/client.json`,
    client_uri: 'https://chatgpt.com/codex',
    application_type: 'native',
    redirect_uris: ['127.0.0.1', 'localhost'].map((host) => `http://${host}/callback/${callbackId(mcpUrl)}`),
    token_endpoint_auth_methods_supported: ['none'],
    ...PUBLIC,
    client_name: 'Codex',
    logo_uri: LOGO,
  }),
  waits: ({ mcpUrl, port }) => [
    { redirectUri: `http://127.0.0.1:${port}/callback/${callbackId(mcpUrl)}`, state: plainState() },
  ],
  // Every scope that the server lists: https://github.com/openai/codex/issues/15643
  scope: 'advertised',
  // https://github.com/openai/codex/issues/33403
  namesResourceAtRefresh: false,
  revision: '2025-06-18',
  // https://github.com/anomalyco/opencode/pull/32074 says so of Codex
  reads: 'structured',
  revokes: false,
  unknown: ['its client_name', 'which revision it opens with: newer ones speak 2026-07-28, too', 'whether it revokes'],
}
