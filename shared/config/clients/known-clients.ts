/** What one client of people needs to be admitted; everything here is public and published by its maker. */
export type KnownClient = {
  /** As its makers call it. */
  readonly title: string
  /** Where its codes go: exact https addresses, one `*` for a whole path segment, or one exact private-use address. */
  readonly redirectUris: readonly string[]
  /** Paths on the person's own machine, on any port; one `*` for a whole segment. */
  readonly loopbackPaths: readonly string[]
  /** Web origins from which it calls in a browser. */
  readonly origins: readonly string[]
  /** Hosts of its metadata documents. */
  readonly metadataDomains: readonly string[]
  /** The pages that say so. */
  readonly sources: readonly string[]
}

/** The clients that `CLIENTS` may name. */
export const KNOWN_CLIENTS = {
  chatgpt: {
    title: 'ChatGPT',
    redirectUris: ['https://chatgpt.com/connector_platform_oauth_redirect', 'https://chatgpt.com/connector/oauth/*'],
    loopbackPaths: [],
    origins: ['https://chatgpt.com', 'https://chat.openai.com'],
    metadataDomains: ['chatgpt.com'],
    sources: ['https://developers.openai.com/apps-sdk/build/auth'],
  },
  codex: {
    title: 'Codex',
    redirectUris: [],
    // The star is an id that it makes of the server's address.
    loopbackPaths: ['/callback', '/callback/*'],
    origins: [],
    metadataDomains: ['chatgpt.com'],
    sources: ['https://learn.chatgpt.com/docs/extend/mcp', 'https://github.com/openai/codex/issues/30460'],
  },
  claude: {
    title: 'Claude',
    redirectUris: ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'],
    loopbackPaths: [],
    origins: [],
    metadataDomains: ['claude.ai'],
    sources: [
      'https://claude.com/docs/connectors/building/authentication',
      'https://support.claude.com/en/articles/11175166-getting-started-with-custom-connectors-using-remote-mcp',
    ],
  },
  'claude-code': {
    title: 'Claude Code',
    redirectUris: [],
    loopbackPaths: ['/callback'],
    origins: [],
    metadataDomains: ['claude.ai'],
    sources: ['https://code.claude.com/docs/en/mcp', 'https://github.com/anthropics/claude-code/issues/90370'],
  },
  'copilot-studio': {
    title: 'Copilot Studio',
    // The star is an id of each connection's own.
    redirectUris: ['https://global.consent.azure-apim.net/redirect/*'],
    loopbackPaths: [],
    origins: [],
    metadataDomains: [],
    sources: [
      'https://learn.microsoft.com/microsoft-copilot-studio/mcp-add-existing-server-to-agent',
      'https://github.com/tableau/tableau-mcp/issues/866',
    ],
  },
  vscode: {
    title: 'Visual Studio Code',
    redirectUris: ['https://vscode.dev/redirect', 'https://insiders.vscode.dev/redirect'],
    loopbackPaths: ['/'],
    origins: [],
    metadataDomains: ['vscode.dev', 'insiders.vscode.dev'],
    sources: [
      'https://code.visualstudio.com/api/extension-guides/ai/mcp',
      'https://github.com/microsoft/vscode/blob/main/src/vs/base/common/oauth.ts',
    ],
  },
  cursor: {
    title: 'Cursor',
    redirectUris: ['cursor://anysphere.cursor-mcp/oauth/callback', 'https://www.cursor.com/agents/mcp/oauth/callback'],
    loopbackPaths: ['/callback'],
    origins: [],
    metadataDomains: [],
    sources: [
      'https://cursor.com/docs/mcp',
      'https://forum.cursor.com/t/oauth-redirect-uri-changed-from-cursor-to-http-localhost-for-streamable-http-mcp/165019',
    ],
  },
  inspector: {
    title: 'MCP Inspector',
    redirectUris: [],
    loopbackPaths: ['/oauth/callback', '/oauth/callback/debug'],
    origins: ['http://localhost:6274', 'http://127.0.0.1:6274'],
    metadataDomains: [],
    sources: ['https://github.com/modelcontextprotocol/inspector/blob/main/client/src/lib/auth.ts'],
  },
  'mcp-remote': {
    title: 'mcp-remote',
    redirectUris: [],
    loopbackPaths: ['/oauth/callback'],
    origins: [],
    metadataDomains: [],
    sources: ['https://github.com/geelen/mcp-remote/blob/main/src/lib/node-oauth-client-provider.ts'],
  },
  goose: {
    title: 'goose',
    redirectUris: [],
    loopbackPaths: ['/oauth_callback'],
    origins: [],
    metadataDomains: ['goose-docs.ai'],
    sources: [
      'https://github.com/aaif-goose/goose/blob/main/crates/goose/src/oauth/mod.rs',
      'https://goose-docs.ai/oauth/client-metadata.json',
    ],
  },
  'gemini-cli': {
    title: 'Gemini CLI',
    redirectUris: [],
    loopbackPaths: ['/oauth/callback'],
    origins: [],
    metadataDomains: [],
    sources: [
      'https://geminicli.com/docs/tools/mcp-server/',
      'https://github.com/google-gemini/gemini-cli/blob/main/packages/core/src/mcp/oauth-provider.ts',
    ],
  },
  zed: {
    title: 'Zed',
    redirectUris: [],
    loopbackPaths: ['/callback'],
    origins: [],
    metadataDomains: ['zed.dev'],
    sources: ['https://zed.dev/docs/ai/mcp', 'https://zed.dev/oauth/client-metadata.json'],
  },
} as const satisfies Readonly<Record<string, KnownClient>>

export type ClientName = keyof typeof KNOWN_CLIENTS
