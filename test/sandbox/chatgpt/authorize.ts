import { createHash, randomBytes } from 'node:crypto'
import type { Discovery } from './discovery.ts'
import type { OAuthClient } from './registration.ts'

/** What the client keeps while the person is away in the browser. */
export type PendingAuthorization = {
  readonly url: string
  readonly state: string
  readonly codeVerifier: string
}

const random = () => randomBytes(32).toString('base64url')

/** ChatGPT asks for what the resource wants, and for every OpenID scope and `offline_access` that the server lists. */
export function requestedScopes({ challenge, resource, server }: Discovery): string {
  const wanted = challenge.scope === undefined ? resource.scopes_supported : challenge.scope.split(' ')
  const extra = ['openid', 'email', 'profile', 'offline_access'].filter((scope) =>
    server.scopes_supported.includes(scope),
  )
  return [...new Set([...extra, ...wanted])].join(' ')
}

/** `overrides` replace parameters, or leave them out where undefined, for tests that attack. */
export function buildAuthorizeUrl(
  discovery: Discovery,
  client: OAuthClient,
  overrides: Readonly<Record<string, string | undefined>> = {},
): PendingAuthorization {
  const state = overrides.state ?? random()
  const codeVerifier = random()
  const parameters: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope: requestedScopes(discovery),
    state,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    resource: discovery.resource.resource,
    ...overrides,
  }
  const url = new URL(discovery.server.authorization_endpoint)
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.append(name, value)
  return { url: url.href, state, codeVerifier }
}

/** The answer came with an OAuth error (RFC 6749 section 4.1.2.1). */
export class AuthorizationError extends Error {
  override readonly name = 'AuthorizationError'
  readonly code: string
  constructor(code: string, description: string | null) {
    super(description === null ? code : `${code}: ${description}`)
    this.code = code
  }
}

function single(callback: URL, name: string): string | null {
  const values = callback.searchParams.getAll(name)
  if (values.length > 1) throw new Error(`the callback has ${values.length} parameters "${name}"`)
  return values[0] ?? null
}

/**
 * Checks a callback as ChatGPT does: `iss` (RFC 9207) and `state` exactly, on errors too.
 * @returns the authorization code
 * @throws AuthorizationError when the server refused
 */
export function readCallback(callback: URL, pending: PendingAuthorization, { server }: Discovery): string {
  const iss = single(callback, 'iss')
  if (server.authorization_response_iss_parameter_supported && iss !== server.issuer) {
    throw new Error(`iss is ${iss ?? 'missing'}, not ${server.issuer}`)
  }
  if (single(callback, 'state') !== pending.state) throw new Error('the callback has another state')
  const error = single(callback, 'error')
  if (error !== null) throw new AuthorizationError(error, single(callback, 'error_description'))
  const code = single(callback, 'code')
  if (code === null) throw new Error('the callback has neither code nor error')
  return code
}
