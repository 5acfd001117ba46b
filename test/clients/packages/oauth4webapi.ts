/** oauth4webapi, as its examples have it, from the resource's metadata (RFC 9728) to a refreshed token. */
import * as oauth from 'oauth4webapi'
import { callTool, listTools, type Send } from '../runner/rpc.ts'
import { type Check, CLIENT_NAME, QUERY, REDIRECT } from '../runner/visit.ts'

/** The sandbox is a machine of its own without a certificate. */
const PLAIN = { [oauth.allowInsecureRequests]: true }

async function discover(address: URL): Promise<oauth.AuthorizationServer> {
  const found = await oauth.resourceDiscoveryRequest(address, PLAIN)
  const { authorization_servers: [issuer] = [] } = await oauth.processResourceDiscoveryResponse(address, found)
  const from = new URL(issuer ?? '')
  return oauth.processDiscoveryResponse(from, await oauth.discoveryRequest(from, { ...PLAIN, algorithm: 'oauth2' }))
}

async function register(server: oauth.AuthorizationServer): Promise<oauth.Client> {
  const metadata = { client_name: CLIENT_NAME, redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' }
  const answer = await oauth.dynamicClientRegistrationRequest(server, metadata, PLAIN)
  return oauth.processDynamicClientRegistrationResponse(answer)
}

type Parts = { readonly server: oauth.AuthorizationServer; readonly client: oauth.Client; readonly resource: string }

async function authorize({ server, client, resource }: Parts, signIn: (url: string) => Promise<URL>) {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const url = new URL(server.authorization_endpoint ?? '')
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'dynamics.read offline_access',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    resource,
  }).toString()
  const parameters = oauth.validateAuthResponse(server, client, await signIn(url.href), state)
  const options = { ...PLAIN, additionalParameters: { resource } }
  const answer = await oauth.authorizationCodeGrantRequest(
    ...([server, client, oauth.None(), parameters, REDIRECT, verifier, options] as const),
  )
  return oauth.processAuthorizationCodeResponse(server, client, answer)
}

async function refresh({ server, client, resource }: Parts, token: string) {
  const options = { ...PLAIN, additionalParameters: { resource } }
  const answer = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), token, options)
  return oauth.processRefreshTokenResponse(server, client, answer)
}

export const check: Check = async ({ address, signIn, endToken }) => {
  const server = await discover(new URL(address))
  const parts = { server, client: await register(server), resource: address }
  const tokens = await authorize(parts, signIn)
  const sendWith =
    (token: string): Send =>
    (body, headers) =>
      oauth.protectedResourceRequest(token, 'POST', new URL(address), headers, body, PLAIN)
  const send = sendWith(tokens.access_token)
  const tools = await listTools(send)
  const whoami = await callTool(send, 'whoami', {})
  const rows = await callTool(send, 'query_crm', QUERY)
  endToken()
  await callTool(send, 'query_crm', QUERY).catch(() => undefined)
  const next = await refresh(parts, tokens.refresh_token ?? '')
  return { tools, whoami, rows, refreshed: await callTool(sendWith(next.access_token), 'query_crm', QUERY) }
}
