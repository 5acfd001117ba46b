import { createHash, randomBytes } from 'node:crypto'
import { ConfidentialClientApplication } from '@azure/msal-node'
import type { Configuration } from '@azure/msal-node'
import { startEntra } from '../../../sandbox/entra/start.ts'
import type { Entra, EntraOptions } from '../../../sandbox/entra/start.ts'
import { ENTRA_CLIENT_ID, PEOPLE, TENANT_ID } from '../../../sandbox/people.ts'

export const SECRET = 'sandbox-client-secret'
export const REDIRECT_URI = 'http://127.0.0.1:7071/oauth/callback'
export const DATAVERSE = 'https://harbourpine.crm4.dynamics.example'
export const API_SCOPE = `api://${ENTRA_CLIENT_ID}/MCP.Access`
export const DATAVERSE_SCOPE = `${DATAVERSE}/user_impersonation`
export const SCOPES = `${API_SCOPE} openid profile email offline_access`

export const start = (options: Partial<EntraOptions> = {}): Promise<Entra> =>
  startEntra({
    tenantId: TENANT_ID,
    clientId: ENTRA_CLIENT_ID,
    clientSecret: SECRET,
    redirectUris: [REDIRECT_URI],
    apiScope: API_SCOPE,
    dataverseUrl: DATAVERSE,
    people: PEOPLE,
    ...options,
  })

/** A client whose authority is the https spelling of the stand-in's origin and whose endpoints are plain http. */
export function msalClient(
  entra: Entra,
  credential: Partial<Configuration['auth']> = { clientSecret: SECRET },
  system: Configuration['system'] = {},
): ConfidentialClientApplication {
  const tenantUrl = `${entra.url}/${TENANT_ID}`
  const authority = tenantUrl.replace('http:', 'https:')
  const { host } = new URL(authority)
  return new ConfidentialClientApplication({
    auth: {
      clientId: ENTRA_CLIENT_ID,
      authority,
      authorityMetadata: JSON.stringify({
        issuer: entra.issuer,
        authorization_endpoint: `${tenantUrl}/oauth2/v2.0/authorize`,
        token_endpoint: `${tenantUrl}/oauth2/v2.0/token`,
        jwks_uri: entra.jwksUri,
        end_session_endpoint: `${tenantUrl}/oauth2/v2.0/logout`,
      }),
      cloudDiscoveryMetadata: JSON.stringify({
        tenant_discovery_endpoint: `${authority}/v2.0/.well-known/openid-configuration`,
        metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
      }),
      ...credential,
    },
    system,
  })
}

export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

export function authorizeUrl(entra: Entra, changes: Record<string, string | undefined> = {}): URL {
  const url = new URL(`${entra.url}/${TENANT_ID}/oauth2/v2.0/authorize`)
  const parameters: Record<string, string | undefined> = {
    client_id: ENTRA_CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    response_mode: 'query',
    scope: SCOPES,
    state: 'state-1',
    ...changes,
  }
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value)
  return url
}

export const get = (url: URL | string): Promise<Response> => fetch(url, { redirect: 'manual' })

export const post = (url: URL | string, form: Record<string, string> | [string, string][]): Promise<Response> =>
  fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })

/** The redirect's query; a page instead of a redirect is an error that quotes the page. */
export async function returned(response: Response): Promise<URLSearchParams> {
  const location = response.headers.get('location')
  if (location === null) throw new Error(`${response.status} ${await response.text()}`)
  return new URL(location).searchParams
}

/** Answers the account picker of an authorize URL. */
export const signIn = async (url: URL | string, upn: string): Promise<URLSearchParams> =>
  returned(await post(url, { account: upn }))

export async function newCode(entra: Entra, upn: string, changes: Record<string, string> = {}): Promise<string> {
  const code = (await signIn(authorizeUrl(entra, changes), upn)).get('code')
  if (code === null) throw new Error('no code')
  return code
}

export const tokenRequest = (entra: Entra, form: Record<string, string>): Promise<Response> =>
  post(`${entra.url}/${TENANT_ID}/oauth2/v2.0/token`, {
    client_id: ENTRA_CLIENT_ID,
    client_secret: SECRET,
    ...form,
  })

export type Tokens = { access_token: string; refresh_token: string; id_token: string; scope: string }

/** Signs a person in without MSAL. */
export async function newTokens(entra: Entra, upn: string, changes: Record<string, string> = {}): Promise<Tokens> {
  const response = await tokenRequest(entra, {
    grant_type: 'authorization_code',
    code: await newCode(entra, upn, changes),
    redirect_uri: REDIRECT_URI,
  })
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as Tokens
}

export const oboForm = (assertion: string, scope = DATAVERSE_SCOPE): Record<string, string> => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  requested_token_use: 'on_behalf_of',
  assertion,
  scope,
})
