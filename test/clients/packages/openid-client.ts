/** openid-client, as its README has it for OAuth 2.0: registration, the code flow with PKCE, refresh, a resource. */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  dynamicClientRegistration,
  fetchProtectedResource,
  None,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
} from 'openid-client'
import { z } from 'zod'
import { callTool, listTools, type Send } from '../runner/rpc.ts'
import { type Check, CLIENT_NAME, QUERY, REDIRECT } from '../runner/visit.ts'

/** The package reads no metadata of a resource (RFC 9728): the first step is the application's. */
async function issuerOf(address: string): Promise<URL> {
  const { headers } = await fetch(address, { method: 'POST' })
  const at = /resource_metadata="([^"]+)"/.exec(headers.get('www-authenticate') ?? '')?.[1] ?? ''
  const metadata: unknown = await (await fetch(at)).json()
  const [issuer] = z.object({ authorization_servers: z.tuple([z.url()]) }).parse(metadata).authorization_servers
  return new URL(issuer)
}

export const check: Check = async ({ address, signIn, endToken }) => {
  const metadata = { client_name: CLIENT_NAME, redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' }
  const config = await dynamicClientRegistration(await issuerOf(address), metadata, None(), {
    algorithm: 'oauth2',
    execute: [allowInsecureRequests],
  })
  const pkceCodeVerifier = randomPKCECodeVerifier()
  const expectedState = randomState()
  const resource = { resource: address }
  const url = buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: 'dynamics.read offline_access',
    code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    ...resource,
  })
  const answer = await signIn(url.href)
  const tokens = await authorizationCodeGrant(config, answer, { pkceCodeVerifier, expectedState }, resource)
  const sendWith =
    (token: string): Send =>
    (body, headers) =>
      fetchProtectedResource(config, token, new URL(address), 'POST', body, headers)
  const send = sendWith(tokens.access_token)
  const tools = await listTools(send)
  const whoami = await callTool(send, 'whoami', {})
  const rows = await callTool(send, 'query_crm', QUERY)
  endToken()
  await callTool(send, 'query_crm', QUERY).catch(() => undefined)
  const next = await refreshTokenGrant(config, tokens.refresh_token ?? '', resource)
  return { tools, whoami, rows, refreshed: await callTool(sendWith(next.access_token), 'query_crm', QUERY) }
}
