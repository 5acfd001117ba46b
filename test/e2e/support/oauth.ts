import { buildAuthorizeUrl, type PendingAuthorization } from '../../sandbox/chatgpt/authorize.ts'
import { type Discovery, discover } from '../../sandbox/chatgpt/discovery.ts'
import { postMcp } from '../../sandbox/chatgpt/mcp.ts'
import { type OAuthClient, registrationBody, STABLE_REDIRECT_URI } from '../../sandbox/chatgpt/registration.ts'
import { postForm, type Reply, send, type WireRequest } from '../../sandbox/chatgpt/wire.ts'
import type { Sandbox } from '../../sandbox/start-sandbox.ts'
import { type Page, Tab, target, type TabOptions } from './tab.ts'

export const WIRE = { userAgent: 'openai-mcp/1.0.0' }
export const PRIYA = 'priya.nair@harbourpine.example'
export const MARCUS = 'marcus.webb@harbourpine.example'
export const ELENA = 'elena.rossi@harbourpine.example'

export type Answer = Reply & { readonly json: Readonly<Record<string, unknown>> }
export type Headers = Readonly<Record<string, string>>
export type Fields = Readonly<Record<string, string>>
/** A client, and what it has learnt about the server. */
export type Party = { readonly discovery: Discovery; readonly client: OAuthClient }
export type Session = Party & { readonly access: string; readonly refresh: string; readonly grantId: string }
type Via = { readonly base?: string }

export async function call(request: WireRequest): Promise<Answer> {
  const reply = await send(WIRE, 'test', request)
  const isJson = reply.headers.get('content-type')?.startsWith('application/json') === true
  return { ...reply, json: isJson ? (JSON.parse(reply.text) as Record<string, unknown>) : {} }
}

export const form = (url: string, fields: Fields, headers: Headers = {}): Promise<Answer> => {
  const request = postForm(url, fields)
  return call({ ...request, headers: { ...request.headers, ...headers } })
}

export const register = (base: string, metadata: Readonly<Record<string, unknown>>): Promise<Answer> =>
  call({
    method: 'POST',
    url: `${base}/oauth/register`,
    body: JSON.stringify(metadata),
    headers: { 'content-type': 'application/json' },
  })

const discovered = new WeakMap<Sandbox, Discovery>()

/** Once for each sandbox: its documents stay the same, and are three requests of the dozen that a sign-in is. */
async function discoveryOf(sandbox: Sandbox): Promise<Discovery> {
  const discovery = discovered.get(sandbox) ?? (await discover(WIRE, sandbox.mcpUrl))
  discovered.set(sandbox, discovery)
  return discovery
}

/** Discovers the server and registers a client. */
export async function newParty(
  sandbox: Sandbox,
  authMethod: OAuthClient['authMethod'] = 'none',
  redirectUri = STABLE_REDIRECT_URI,
): Promise<Party> {
  const [{ app }, discovery] = [sandbox, await discoveryOf(sandbox)]
  const { status, json, text } = await register(app.url, registrationBody(redirectUri, authMethod))
  if (status !== 201) throw new Error(`registration: HTTP ${status} ${text}`)
  const secret = typeof json.client_secret === 'string' ? { clientSecret: json.client_secret } : {}
  return { discovery, client: { clientId: String(json.client_id), authMethod, redirectUri, ...secret } }
}

export type SignInOptions = Via & {
  readonly jar?: TabOptions['jar']
  /** Parameters of the authorize request that replace or drop what the client would send. */
  readonly asked?: Readonly<Record<string, string | undefined>>
  /** Whether the person ticks the boxes of the consent page. */
  readonly tick?: boolean
}
export type SignedIn = { readonly pending: PendingAuthorization; readonly page: Page; readonly tab: Tab }

const tabFor = (sandbox: Sandbox, { base, jar }: SignInOptions): Tab =>
  new Tab({ ...(jar && { jar }), ...(base === undefined ? {} : { via: { from: sandbox.app.url, to: base } }) })

/** Consent, Continue, Entra, the account; the last page is what our callback answered. */
export async function signIn(
  sandbox: Sandbox,
  { discovery, client }: Party,
  upn: string,
  options: SignInOptions = {},
): Promise<SignedIn> {
  const tab = tabFor(sandbox, options)
  const pending = buildAuthorizeUrl(discovery, client, options.asked)
  const consent = await tab.open(pending.url)
  const picker = await tab.follow(await tab.press(consent, 'continue', options.tick))
  const page = await tab.follow(await tab.press(picker, upn))
  return { pending, page, tab }
}

export type Issued = { readonly code: string; readonly verifier: string; readonly state: string }

/** Signs in as far as the code, which is not redeemed. */
export async function obtainCode(
  sandbox: Sandbox,
  party: Party,
  upn: string,
  options: SignInOptions = {},
): Promise<Issued> {
  const { page, pending } = await signIn(sandbox, party, upn, options)
  const code = target(page).searchParams.get('code')
  if (code === null) throw new Error(`no code: ${target(page).search}`)
  return { code, verifier: pending.codeVerifier, state: pending.state }
}

const secretOf = ({ authMethod, clientSecret }: OAuthClient): Fields =>
  authMethod === 'client_secret_post' ? { client_secret: clientSecret ?? '' } : {}

export const codeFields = ({ discovery, client }: Party, { code, verifier }: Pick<Issued, 'code' | 'verifier'>) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: client.redirectUri,
  code_verifier: verifier,
  client_id: client.clientId,
  resource: discovery.resource.resource,
  ...secretOf(client),
})

export const refreshFields = ({ discovery, client }: Party, refresh: string) => ({
  grant_type: 'refresh_token',
  refresh_token: refresh,
  client_id: client.clientId,
  resource: discovery.resource.resource,
  ...secretOf(client),
})

export const token = (base: string, fields: Fields, headers: Headers = {}): Promise<Answer> =>
  form(`${base}/oauth/token`, fields, headers)

export const refresh = (base: string, party: Party, refreshToken: string): Promise<Answer> =>
  token(base, refreshFields(party, refreshToken))

export const revoke = (base: string, { client }: Party, value: string): Promise<Answer> =>
  form(`${base}/oauth/revoke`, { token: value, client_id: client.clientId, ...secretOf(client) })

export const grantIdOf = (value: string): string => value.slice(4).split('.')[0] ?? ''

/** The tokens of a token response. @throws Error unless it is one */
export function pairOf({ status, json, text }: Answer): { access: string; refresh: string } {
  const { access_token: access, refresh_token: next } = json
  if (status !== 200 || typeof access !== 'string' || typeof next !== 'string')
    throw new Error(`no tokens: HTTP ${status} ${text}`)
  return { access, refresh: next }
}

/** The whole way; everything goes to `base` where it is given. */
export async function connect(
  sandbox: Sandbox,
  upn: string,
  options: SignInOptions & { readonly party?: Party } = {},
): Promise<Session> {
  const party = options.party ?? (await newParty(sandbox))
  const issued = await obtainCode(sandbox, party, upn, options)
  const pair = pairOf(await token(options.base ?? sandbox.app.url, codeFields(party, issued)))
  return { ...party, ...pair, grantId: grantIdOf(pair.access) }
}

const NO_ARGUMENTS: Readonly<Record<string, unknown>> = {}

/** Calls a tool with a bearer, and hands back the answer as it came. */
export async function callTool(
  base: string,
  accessToken: string,
  name = 'whoami',
  args = NO_ARGUMENTS,
  id: string | number = 1,
): Promise<Answer> {
  const params = { name, arguments: args }
  const reply = await postMcp(WIRE, `${base}/mcp`, { id, method: 'tools/call', params, accessToken })
  const isJson = reply.headers.get('content-type')?.startsWith('application/json') === true
  return { ...reply, json: isJson ? (JSON.parse(reply.text) as Record<string, unknown>) : {} }
}
