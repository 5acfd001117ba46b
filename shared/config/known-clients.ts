/** What one client of people needs to be admitted; everything here is public and published by its maker. */
export type KnownClient = {
  /** As its makers call it. */
  readonly title: string
  /** Where its codes go: exact https addresses, one `*` for a whole path segment, or one exact private-use address. */
  readonly redirectUris: readonly string[]
  /** Paths on the person's own machine, on any port. */
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
  claude: {
    title: 'Claude',
    redirectUris: ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'],
    loopbackPaths: [],
    origins: [],
    metadataDomains: ['claude.ai'],
    sources: [],
  },
  'claude-code': {
    title: 'Claude Code',
    redirectUris: [],
    loopbackPaths: ['/callback'],
    origins: [],
    metadataDomains: ['claude.ai'],
    sources: [],
  },
  'copilot-studio': {
    title: 'Copilot Studio',
    redirectUris: ['https://global.consent.azure-apim.net/redirect/*'],
    loopbackPaths: [],
    origins: [],
    metadataDomains: [],
    sources: [],
  },
  vscode: {
    title: 'Visual Studio Code',
    redirectUris: ['https://vscode.dev/redirect', 'https://insiders.vscode.dev/redirect'],
    loopbackPaths: ['/'],
    origins: [],
    metadataDomains: ['vscode.dev'],
    sources: [],
  },
  cursor: {
    title: 'Cursor',
    redirectUris: ['cursor://anysphere.cursor-mcp/oauth/callback'],
    loopbackPaths: [],
    origins: [],
    metadataDomains: [],
    sources: [],
  },
  inspector: {
    title: 'MCP Inspector',
    redirectUris: [],
    loopbackPaths: ['/oauth/callback', '/oauth/callback/debug'],
    origins: ['http://localhost:6274', 'http://127.0.0.1:6274'],
    metadataDomains: [],
    sources: [],
  },
  'mcp-remote': {
    title: 'mcp-remote',
    redirectUris: [],
    loopbackPaths: ['/oauth/callback'],
    origins: [],
    metadataDomains: [],
    sources: [],
  },
} as const satisfies Readonly<Record<string, KnownClient>>

export type ClientName = keyof typeof KNOWN_CLIENTS
