import { z } from 'zod'
import type { PendingAuthorization } from './authorize.ts'
import type { Discovery } from './discovery.ts'
import type { OAuthClient } from './registration.ts'
import { postForm, readJson, type Reply, send, StepError, type Wire, type WireRequest } from './wire.ts'

const tokenSchema = z.looseObject({
  access_token: z.string(),
  token_type: z.string().regex(/^bearer$/i),
  /** seconds */
  expires_in: z.number().positive(),
  refresh_token: z.string().optional(),
  scope: z.string().optional(),
})

export type Tokens = z.infer<typeof tokenSchema>

/** RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined. */
function basicCredentials({ clientId, clientSecret = '' }: OAuthClient): string {
  const encode = (text: string) => new URLSearchParams([['', text]]).toString().slice(1)
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`
}

function clientRequest(client: OAuthClient, url: string, fields: Readonly<Record<string, string>>): WireRequest {
  if (client.authMethod === 'client_secret_basic') {
    const { client_id: _, ...rest } = fields
    const request = postForm(url, rest)
    return { ...request, headers: { ...request.headers, authorization: basicCredentials(client) } }
  }
  const secret = client.authMethod === 'client_secret_post' ? { client_secret: client.clientSecret ?? '' } : {}
  return postForm(url, { ...fields, ...secret })
}

/** A code request in ChatGPT's order of fields. */
export const codeFields = (
  code: string,
  client: OAuthClient,
  pending: PendingAuthorization,
  discovery: Discovery,
): Record<string, string> => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: client.redirectUri,
  code_verifier: pending.codeVerifier,
  client_id: client.clientId,
  resource: discovery.resource.resource,
})

/** A refresh request in ChatGPT's order of fields; it sends no scope. */
export const refreshFields = (refreshToken: string, client: OAuthClient, discovery: Discovery) => ({
  grant_type: 'refresh_token',
  refresh_token: refreshToken,
  client_id: client.clientId,
  resource: discovery.resource.resource,
})

/** Posts any fields to the token endpoint, as this client, and hands back the answer as it came. */
export function postToken(
  wire: Wire,
  discovery: Discovery,
  client: OAuthClient,
  fields: Readonly<Record<string, string>>,
): Promise<Reply> {
  const title = fields.grant_type === 'refresh_token' ? 'Refresh' : 'Code for tokens'
  return send(wire, title, clientRequest(client, discovery.server.token_endpoint, fields))
}

function readTokens(title: string, reply: Reply): Tokens {
  const tokens = tokenSchema.parse(readJson(title, reply))
  if (!/no-store/.test(reply.headers.get('cache-control') ?? '')) throw new StepError(title, reply, 'may be cached')
  return tokens
}

/** @throws StepError with the server's refusal */
export async function redeem(
  wire: Wire,
  discovery: Discovery,
  client: OAuthClient,
  code: string,
  pending: PendingAuthorization,
): Promise<Tokens> {
  const reply = await postToken(wire, discovery, client, codeFields(code, client, pending, discovery))
  return readTokens('Code for tokens', reply)
}

/** @throws StepError with the server's refusal */
export async function refreshTokens(
  wire: Wire,
  discovery: Discovery,
  client: OAuthClient,
  refreshToken: string,
): Promise<Tokens> {
  const reply = await postToken(wire, discovery, client, refreshFields(refreshToken, client, discovery))
  return readTokens('Refresh', reply)
}

/** What ChatGPT sends on Disconnect (RFC 7009). @throws StepError unless 200 */
export async function revokeToken(wire: Wire, discovery: Discovery, client: OAuthClient, token: string): Promise<void> {
  const title = 'Revoke'
  const url = discovery.server.revocation_endpoint
  if (url === undefined) throw new Error('the server names no revocation endpoint')
  const reply = await send(wire, title, clientRequest(client, url, { token, client_id: client.clientId }))
  if (reply.status !== 200) throw new StepError(title, reply)
}
