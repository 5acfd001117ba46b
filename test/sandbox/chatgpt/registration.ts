import { z } from 'zod'
import type { ServerMetadata } from './discovery.ts'
import { readJson, send, StepError, type Wire } from './wire.ts'

export const STABLE_REDIRECT_URI = 'https://chatgpt.com/connector_platform_oauth_redirect'
export const METADATA_DOCUMENT_CLIENT_ID = 'https://chatgpt.com/oauth/client.json'

const registeredSchema = z.looseObject({
  client_id: z.string(),
  client_secret: z.string().optional(),
  redirect_uris: z.array(z.string()),
  token_endpoint_auth_method: z.string().default('client_secret_basic'),
})

export type OAuthClient = {
  readonly clientId: string
  readonly clientSecret?: string | undefined
  readonly authMethod: 'none' | 'client_secret_post' | 'client_secret_basic'
  readonly redirectUri: string
}

const AUTH_METHODS = ['none', 'client_secret_post', 'client_secret_basic'] as const

function chooseAuthMethod(offered: readonly string[]): OAuthClient['authMethod'] {
  const chosen = AUTH_METHODS.find((method) => offered.includes(method))
  if (!chosen) throw new Error(`no usable token endpoint authentication among ${offered.join(', ')}`)
  return chosen
}

/** What ChatGPT is reported to send to a registration endpoint (RFC 7591). */
export const registrationBody = (redirectUri: string, authMethod: string) => ({
  client_name: 'ChatGPT',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: authMethod,
})

/** @throws StepError unless the server answers 201 with a client for this redirect URI */
export async function register(wire: Wire, server: ServerMetadata, redirectUri: string): Promise<OAuthClient> {
  const title = 'Dynamic client registration'
  const authMethod = chooseAuthMethod(server.token_endpoint_auth_methods_supported)
  const reply = await send(wire, title, {
    method: 'POST',
    url: server.registration_endpoint ?? `${server.issuer}/register`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(registrationBody(redirectUri, authMethod)),
  })
  const registered = registeredSchema.parse(readJson(title, reply, [201]))
  if (!registered.redirect_uris.includes(redirectUri)) throw new StepError(title, reply, 'another redirect URI')
  return {
    clientId: registered.client_id,
    clientSecret: registered.client_secret,
    authMethod: chooseAuthMethod([registered.token_endpoint_auth_method]),
    redirectUri,
  }
}

/** A client that registers nothing: its id is the address of its metadata document. */
export function metadataDocumentClient(server: ServerMetadata, redirectUri: string): OAuthClient {
  if (!server.client_id_metadata_document_supported) throw new Error('the server does not read metadata documents')
  return { clientId: METADATA_DOCUMENT_CLIENT_ID, authMethod: 'none', redirectUri }
}
