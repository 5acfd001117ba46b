import { type ClientProfile, PUBLIC } from './profile.ts'

const CONNECTION = 'https://global.consent.azure-apim.net/redirect/mvp-5fcrm-20chat-20mcp-5f5f2c8f9d3a1b4c6e'

/** @see https://learn.microsoft.com/microsoft-copilot-studio/mcp-add-existing-server-to-agent */
export const COPILOT_STUDIO: ClientProfile = {
  name: 'copilot-studio',
  // Public, with PKCE and without a secret: https://github.com/microsoft/PowerPlatformConnectors/issues/4214
  registers: () => ({ client_name: 'Copilot Studio', redirect_uris: [CONNECTION], ...PUBLIC }),
  waits: () => [{ redirectUri: CONNECTION, state: "a+b/c==.~!*(')%_" }],
  scope: 'advertised',
  namesResourceAtRefresh: false,
  revision: '2025-06-18',
  reads: 'unknown',
  revokes: false,
  unknown: [
    'all of its registration but address and method',
    'how its state is made: assumed is every byte that an address has to escape',
    'scopes, resource, revision, headers',
    'what its model is given of a result',
  ],
}

/** Sixteen bytes in base64, made to have `+`, `/` and `=`. */
const BASE64_STATE = 'n+eBY2DPiN/k3xEe7rqmtg=='
/** Where vscode.dev hands the answer on to: an address of the editor's own. */
const EDITOR_STATE = 'vscode://dynamicauthprovider/127.0.0.1/authorize?nonce=Zk3uE9&windowId=1'

/** @see https://github.com/microsoft/vscode/blob/main/src/vs/base/common/oauth.ts */
export const VSCODE: ClientProfile = {
  name: 'vscode',
  registers: () => ({
    client_name: 'Visual Studio Code',
    client_uri: 'https://code.visualstudio.com',
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [
      'https://insiders.vscode.dev/redirect',
      'https://vscode.dev/redirect',
      'http://127.0.0.1/',
      'http://127.0.0.1:33418/',
    ],
    scope: 'dynamics.read',
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  }),
  // As served in September 2026 at its own address.
  document: () => ({
    client_id: 'https://vscode.dev/oauth/client-metadata.json',
    client_name: 'Visual Studio Code',
    client_uri: 'https://vscode.dev/product',
    logo_uri: 'https://code.visualstudio.com/assets/branding/code-stable.png',
    ...PUBLIC,
    grant_types: [...PUBLIC.grant_types, 'urn:ietf:params:oauth:grant-type:device_code'],
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
  }),
  // 33418, or any other port where that one is taken; on a remote machine by way of vscode.dev:
  // https://github.com/microsoft/vscode/blob/main/src/vs/workbench/api/node/extHostAuthentication.ts
  waits: ({ port }) => [
    { redirectUri: `http://127.0.0.1:${port}/`, state: BASE64_STATE },
    { redirectUri: 'https://vscode.dev/redirect', state: EDITOR_STATE },
  ],
  scope: 'challenge',
  namesResourceAtRefresh: true,
  revision: '2025-11-25',
  // https://github.com/microsoft/vscode/issues/290063
  reads: 'structured',
  revokes: false,
  unknown: ['whether a refresh names the resource', 'whether it revokes'],
}
