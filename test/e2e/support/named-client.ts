import { createHash, randomBytes } from 'node:crypto'
import type { ClientProfile, Metadata, Place, Waiting, Way } from '../clients/profiles/profile.ts'
import { type Discovery, discover } from '../../sandbox/chatgpt/discovery.ts'
import { postMcp, readResult } from '../../sandbox/chatgpt/mcp.ts'
import { type ToolResult, toolResultSchema, type Tool, toolsSchema } from '../../sandbox/chatgpt/results.ts'
import { postForm, type Reply, send, type Wire } from '../../sandbox/chatgpt/wire.ts'
import { type Page, Tab, target } from './tab.ts'

/** An instance of the app, and the public address by which everybody names it. */
export type Server = { readonly publicUrl: string; readonly url: string }

/** What a registered or published client has in hand. */
export type Identity = { readonly clientId: string; readonly secret?: string }
export type Asked = { readonly page: Page; readonly tab: Tab; readonly verifier: string }
export type Tokens = { readonly access_token: string; readonly refresh_token: string }

type Fields = Readonly<Record<string, string>>

/** The wire of one client towards one instance, step by step; nothing is repaired and no refusal is thrown. */
export class NamedClient {
  readonly profile: ClientProfile
  readonly #server: Server
  readonly #wire: Wire
  readonly #mcpUrl: string

  constructor(profile: ClientProfile, server: Server) {
    this.profile = profile
    this.#server = server
    this.#mcpUrl = `${server.publicUrl}/mcp`
    const via = (url: string) => url.replace(server.publicUrl, server.url)
    this.#wire = { userAgent: profile.userAgent ?? profile.name, via }
  }

  place(port: number): Place {
    return { mcpUrl: this.#mcpUrl, port }
  }

  discover(): Promise<Discovery> {
    return discover(this.#wire, this.#mcpUrl)
  }

  register(metadata: Metadata): Promise<Reply> {
    return send(this.#wire, 'Registration', {
      method: 'POST',
      url: `${this.#server.publicUrl}/oauth/register`,
      headers: { 'content-type': 'application/json', ...this.#fromPage() },
      body: JSON.stringify(metadata),
    })
  }

  #fromPage(): Fields {
    return this.profile.origin === undefined ? {} : { origin: this.profile.origin }
  }

  #scope({ challenge, server }: Discovery): string | undefined {
    if (this.profile.scope === 'none') return undefined
    return this.profile.scope === 'challenge' ? challenge.scope : server.scopes_supported.join(' ')
  }

  /** Opens the authorize address in a browser: the consent page, or whatever comes in its place. */
  async authorize({ clientId }: Identity, { redirectUri, state }: Waiting, discovery: Discovery): Promise<Asked> {
    const verifier = randomBytes(32).toString('base64url')
    const url = new URL(discovery.server.authorization_endpoint)
    const asked = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: this.#scope(discovery),
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      resource: discovery.resource.resource,
    }
    for (const [name, value] of Object.entries(asked)) if (value !== undefined) url.searchParams.set(name, value)
    const tab = new Tab({ via: { from: this.#server.publicUrl, to: this.#server.url } })
    return { page: await tab.open(url.href), tab, verifier }
  }

  /** Consent, Continue, Entra, the account: where the browser is sent in the end. */
  async approve({ page, tab }: Asked, upn: string): Promise<URL> {
    const picker = await tab.follow(await tab.press(page, 'continue'))
    return target(await tab.follow(await tab.press(picker, upn)))
  }

  #token(identity: Identity, fields: Fields): Promise<Reply> {
    const secret: Fields = identity.secret === undefined ? {} : { client_secret: identity.secret }
    const request = postForm(`${this.#server.publicUrl}/oauth/token`, {
      ...fields,
      client_id: identity.clientId,
      ...secret,
    })
    return send(this.#wire, 'Token', { ...request, headers: { ...request.headers, ...this.#fromPage() } })
  }

  redeem(identity: Identity, code: string, { redirectUri }: Waiting, verifier: string): Promise<Reply> {
    return this.#token(identity, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      resource: this.#mcpUrl,
    })
  }

  refresh(identity: Identity, refreshToken: string): Promise<Reply> {
    const resource: Fields = this.profile.namesResourceAtRefresh ? { resource: this.#mcpUrl } : {}
    return this.#token(identity, { grant_type: 'refresh_token', refresh_token: refreshToken, ...resource })
  }

  revoke({ clientId }: Identity, token: string): Promise<Reply> {
    return send(
      this.#wire,
      'Revoke',
      postForm(`${this.#server.publicUrl}/oauth/revoke`, { token, client_id: clientId }),
    )
  }

  /** One request as its revision sends it, with the page that calls, if one does. */
  post(accessToken: string, method: string, params: Metadata = {}): Promise<Reply> {
    const { revision } = this.profile
    const url = this.#mcpUrl
    const headers = this.#fromPage()
    if (revision === '2026-07-28') return postMcp(this.#wire, url, { id: 1, method, params, accessToken, headers })
    const isNotification = method.startsWith('notifications/')
    return send(this.#wire, method, {
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${accessToken}`,
        ...(method === 'initialize' ? {} : { 'mcp-protocol-version': revision }),
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', method, params, ...(isNotification ? {} : { id: 1 }) }),
    })
  }

  /** The opening of its revision. */
  async open(accessToken: string): Promise<Record<string, unknown>> {
    const { revision, name } = this.profile
    if (revision === '2026-07-28') return this.#result(accessToken, 'server/discover')
    const opened = await this.#result(accessToken, 'initialize', {
      protocolVersion: revision,
      capabilities: {},
      clientInfo: { name, version: '1.0.0' },
    })
    await this.post(accessToken, 'notifications/initialized')
    return opened
  }

  async #result(accessToken: string, method: string, params: Metadata = {}): Promise<Record<string, unknown>> {
    return readResult(method, await this.post(accessToken, method, params), 1)
  }

  async listTools(accessToken: string): Promise<Tool[]> {
    return toolsSchema.parse(await this.#result(accessToken, 'tools/list')).tools
  }

  async callTool(accessToken: string, name: string, args: Metadata = {}): Promise<ToolResult> {
    return toolResultSchema.parse(await this.#result(accessToken, 'tools/call', { name, arguments: args }))
  }
}

/** @returns the ways by which a client can say who it is */
export const waysOf = ({ registers, document }: ClientProfile): readonly Way[] => [
  ...(registers ? (['registration'] as const) : []),
  ...(document ? (['document'] as const) : []),
]

/** What a model is given of a result, by each way in which it may be: all of it has to be in each. */
export function readings({ reads }: ClientProfile, { content, structuredContent }: ToolResult): readonly string[] {
  const text = content.map((part) => part.text ?? '').join('\n')
  const structured = JSON.stringify(structuredContent)
  if (reads === 'text') return [text]
  if (reads === 'structured') return [structured]
  return reads === 'both' ? [`${structured}\n${text}`] : [text, structured]
}
