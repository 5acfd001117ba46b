import { buildAuthorizeUrl, readCallback, requestedScopes } from './authorize.ts'
import { type Arrival, type BrowserOptions, walkBrowser } from './browser.ts'
import { type Challenge, type Discovery, discover, parseChallenge } from './discovery.ts'
import { postMcp, readResult } from './mcp.ts'
import { metadataDocumentClient, type OAuthClient, register, STABLE_REDIRECT_URI } from './registration.ts'
import {
  challengeIn,
  contentsSchema,
  type ResourceContents,
  type Tool,
  type ToolResult,
  toolResultSchema,
  toolsSchema,
} from './results.ts'
import { redeem, refreshTokens, revokeToken, type Tokens } from './token.ts'
import { type Step, StepError, type Wire } from './wire.ts'

export type ChatGptOptions = {
  readonly mcpUrl: string
  readonly userAgent?: string
  readonly redirectUri?: string
  readonly onStep?: (step: Step) => void
  /** How the client gets its id: registration, a metadata document, or one that an administrator typed in. */
  readonly clientMode?: 'dcr' | 'cimd' | 'static'
  readonly staticClient?: Omit<OAuthClient, 'redirectUri'>
  /** Refresh once and try again when a call meets 401 `invalid_token`; true unless given. */
  readonly autoRefresh?: boolean
}

export type { Step, Tool, ToolResult, ResourceContents }

/** What a connected client keeps. */
export type Connection = {
  readonly discovery: Discovery
  readonly client: OAuthClient
  readonly tokens: Tokens
}

function requireCallback(arrival: Arrival): URL {
  if (arrival.kind === 'callback') return arrival.url
  throw new StepError(`Sign-in ended at ${arrival.url.split('?')[0] ?? ''}`, {
    status: arrival.status,
    text: arrival.html,
  })
}

async function obtainClient(wire: Wire, options: ChatGptOptions, { server }: Discovery): Promise<OAuthClient> {
  const { clientMode = 'dcr', redirectUri = STABLE_REDIRECT_URI, staticClient } = options
  if (clientMode === 'dcr') return register(wire, server, redirectUri)
  if (clientMode === 'cimd') return metadataDocumentClient(server, redirectUri)
  if (!staticClient) throw new Error('clientMode "static" needs staticClient')
  return { ...staticClient, redirectUri }
}

/** How the person goes through the pages, and another scope than ChatGPT asks for when it connects. */
export type SignInOptions = Pick<BrowserOptions, 'cancel' | 'jar' | 'tick'> & { readonly scope?: string | undefined }

/** @throws StepError, or AuthorizationError when the person or the server refused */
async function signIn(
  wire: Wire,
  discovery: Discovery,
  client: OAuthClient,
  upn: string,
  { scope, ...browser }: SignInOptions,
): Promise<Tokens> {
  const pending = buildAuthorizeUrl(discovery, client, scope === undefined ? {} : { scope })
  const { redirectUri } = client
  const arrival = await walkBrowser(pending.url, upn, { ...browser, redirectUri, onStep: wire.onStep })
  const code = readCallback(requireCallback(arrival), pending, discovery)
  return redeem(wire, discovery, client, code, pending)
}

/** A client that does on the wire what ChatGPT does. Every exchange goes through `onStep`; failures throw StepError. */
export class ChatGpt {
  readonly #options: ChatGptOptions
  readonly #wire: Wire
  #connection: Connection | undefined
  #lastId = 0

  constructor(options: ChatGptOptions) {
    this.#options = options
    this.#wire = { userAgent: options.userAgent ?? 'openai-mcp/1.0.0', onStep: options.onStep }
  }

  /** @throws Error before `connect` */
  get connection(): Connection {
    if (!this.#connection) throw new Error('not connected')
    return this.#connection
  }

  /** Discovery, registration (once), sign-in as `upn`, code for tokens. */
  async connect(upn: string, browser: SignInOptions = {}): Promise<Connection> {
    const discovery = await discover(this.#wire, this.#options.mcpUrl)
    const client = this.#connection?.client ?? (await obtainClient(this.#wire, this.#options, discovery))
    const tokens = await signIn(this.#wire, discovery, client, upn, browser)
    this.#connection = { discovery, client, tokens }
    return this.#connection
  }

  /** @throws StepError on any HTTP status but 200, and on a JSON-RPC error */
  async request(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<Record<string, unknown>> {
    const id = ++this.#lastId
    const post = () => {
      const { access_token: accessToken } = this.connection.tokens
      return postMcp(this.#wire, this.#options.mcpUrl, { id, method, params, accessToken })
    }
    const reply = await post()
    const challenge = parseChallenge(reply.headers.get('www-authenticate'))
    const stale = reply.status === 401 && challenge?.error === 'invalid_token'
    if (!stale || this.#options.autoRefresh === false) return readResult(`MCP ${method}`, reply, id)
    await this.refresh()
    return readResult(`MCP ${method}`, await post(), id)
  }

  async listTools(): Promise<Tool[]> {
    return toolsSchema.parse(await this.request('tools/list')).tools
  }

  async callTool(name: string, args: Readonly<Record<string, unknown>> = {}): Promise<ToolResult> {
    return toolResultSchema.parse(await this.request('tools/call', { name, arguments: args }))
  }

  /**
   * What ChatGPT does with the challenge in a tool's result: the linking screen again, for the scopes that it names, and
   * then the same call. @returns the challenge, or `undefined` where the result holds none
   */
  async stepUp(result: ToolResult, upn: string, browser: SignInOptions = {}): Promise<Challenge | undefined> {
    const challenge = parseChallenge(challengeIn(result) ?? null)
    // Without both, no linking screen appears.
    if (challenge?.error === undefined || challenge.error_description === undefined) return undefined
    const { discovery } = this.connection
    const scope = requestedScopes({ ...discovery, challenge })
    await this.connect(upn, { scope, ...browser })
    return challenge
  }

  async readResource(uri: string): Promise<ResourceContents[]> {
    return contentsSchema.parse(await this.request('resources/read', { uri })).contents
  }

  async refresh(): Promise<Tokens> {
    const { discovery, client, tokens } = this.connection
    const renewed = await refreshTokens(this.#wire, discovery, client, tokens.refresh_token ?? '')
    this.#connection = { discovery, client, tokens: { ...tokens, ...renewed } }
    return this.connection.tokens
  }

  /** Revokes the refresh token, as Disconnect does. */
  async revoke(): Promise<void> {
    const { discovery, client, tokens } = this.connection
    await revokeToken(this.#wire, discovery, client, tokens.refresh_token ?? tokens.access_token)
  }
}

export const createChatGpt = (options: ChatGptOptions): ChatGpt => new ChatGpt(options)
