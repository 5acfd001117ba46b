import { buildAuthorizeUrl, type PendingAuthorization, readCallback } from '../../sandbox/chatgpt/authorize.ts'
import { walkBrowser } from '../../sandbox/chatgpt/browser.ts'
import { discover, type Discovery } from '../../sandbox/chatgpt/discovery.ts'
import { type OAuthClient, registrationBody, STABLE_REDIRECT_URI } from '../../sandbox/chatgpt/registration.ts'
import { codeFields, postToken, refreshFields } from '../../sandbox/chatgpt/token.ts'
import { postForm, type Reply, send } from '../../sandbox/chatgpt/wire.ts'
import { PEOPLE } from '../../sandbox/people.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start-sandbox.ts'

export const WIRE = { userAgent: 'conformance' }
export const PERSON = PEOPLE[0]!.upn
export const REDIRECT = STABLE_REDIRECT_URI

type Overrides = Readonly<Record<string, string | undefined>>
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> }
export type Approved = { readonly code: string; readonly callback: URL; readonly pending: PendingAuthorization }
export type Pair = { readonly access: string; readonly refresh: string }

/** A running sandbox, and the moves of a client whose every parameter a test may change. */
export type Kit = ReturnType<typeof createKit> & {
  readonly sandbox: Sandbox
  readonly close: () => Promise<void>
  /** The same moves towards another instance, which has settings of its own. A sign-in begins and ends at the first. */
  readonly at: (instance: { readonly url: string }) => ReturnType<typeof createKit>
}

export async function startKit(options: SandboxOptions = {}): Promise<Kit> {
  const sandbox = await startSandbox(options)
  const discovery = await discover(WIRE, sandbox.mcpUrl)
  const at = ({ url }: { readonly url: string }) =>
    createKit({ ...discovery, server: { ...discovery.server, token_endpoint: `${url}/oauth/token` } }, url)
  return { sandbox, close: sandbox.close, at, ...createKit(discovery) }
}

/** The JSON of an answer; an empty object where there is none. */
export const readAnswer = ({ status, headers, text }: Reply): Answer => ({
  status,
  headers,
  body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
})

/** @param base where to send what no metadata names an address for */
export function createKit(discovery: Discovery, base = discovery.server.issuer) {
  const postJson = async (url: string, body: unknown) =>
    readAnswer(await send(WIRE, 'POST', { method: 'POST', url, headers: JSON_TYPE, body: JSON.stringify(body) }))
  const register = (metadata: Record<string, unknown>) => postJson(`${base}/oauth/register`, metadata)

  const newClient = async (authMethod: OAuthClient['authMethod'] = 'none'): Promise<OAuthClient> => {
    const { body } = await register(registrationBody(REDIRECT, authMethod))
    const secret = typeof body.client_secret === 'string' ? { clientSecret: body.client_secret } : {}
    return { clientId: String(body.client_id), ...secret, authMethod, redirectUri: REDIRECT }
  }

  /** The authorize URL as it is, not followed. */
  const ask = (client: OAuthClient, overrides: Overrides = {}): Promise<Reply> =>
    send(WIRE, 'GET', { url: buildAuthorizeUrl(discovery, client, overrides).url })

  /** Consent, sign-in at Entra, and back at the client with a code. */
  const approve = async (client: OAuthClient, overrides: Overrides = {}, upn = PERSON): Promise<Approved> => {
    const pending = buildAuthorizeUrl(discovery, client, overrides)
    const arrival = await walkBrowser(pending.url, upn, { redirectUri: client.redirectUri })
    if (arrival.kind === 'page') throw new Error(`${arrival.status} ${arrival.html}`)
    return { code: readCallback(arrival.url, pending, discovery), callback: arrival.url, pending }
  }

  const token = async (client: OAuthClient, fields: Overrides): Promise<Answer> =>
    readAnswer(await postToken(WIRE, discovery, client, present(fields)))

  const redeem = (client: OAuthClient, { code, pending }: Approved, changes: Overrides = {}): Promise<Answer> =>
    token(client, { ...codeFields(code, client, pending, discovery), ...changes })

  const refresh = (client: OAuthClient, refreshToken: string, changes: Overrides = {}): Promise<Answer> =>
    token(client, { ...refreshFields(refreshToken, client, discovery), ...changes })

  const connect = async (client: OAuthClient): Promise<Pair> => pairOf(await redeem(client, await approve(client)))

  const revoke = async (client: OAuthClient, value: string): Promise<Reply> =>
    send(WIRE, 'Revoke', postForm(`${base}/oauth/revoke`, { token: value, client_id: client.clientId }))

  /** The status of an MCP call with this token: 401 once it has ended. */
  const mcpStatus = async (accessToken: string): Promise<number> => (await callPing(`${base}/mcp`, accessToken)).status

  return {
    discovery,
    base,
    postJson,
    register,
    newClient,
    ask,
    approve,
    token,
    redeem,
    refresh,
    connect,
    revoke,
    mcpStatus,
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }

const present = (fields: Overrides): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined))

export const pairOf = ({ status, body }: Answer): Pair => {
  if (status !== 200) throw new Error(`no tokens: ${status} ${JSON.stringify(body)}`)
  return { access: String(body.access_token), refresh: String(body.refresh_token) }
}

const callPing = (url: string, accessToken: string): Promise<Reply> =>
  send(WIRE, 'ping', {
    method: 'POST',
    url,
    headers: { ...JSON_TYPE, authorization: `Bearer ${accessToken}`, 'mcp-protocol-version': '2025-11-25' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  })
