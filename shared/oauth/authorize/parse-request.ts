import type { Parameters } from '../../http/form.ts'
import type { Client, Clients } from '../clients/client.ts'
import { isAllowedRedirect, isRegisteredRedirect, type RedirectRule, whyRefused } from '../clients/redirect-uri.ts'
import { OAuthError } from '../errors/oauth-error.ts'

/** Who asks and where the answer may go: until both are known, an error is shown and never redirected. */
export type Asker = { readonly client: Client; readonly redirectUri: string; readonly state?: string }

/** @param from the network that asks */
export async function parseAsker(
  parameters: Parameters,
  clients: Clients,
  rule: RedirectRule,
  from?: string,
): Promise<Asker> {
  const client = await checkClient(parameters.get('client_id'), clients, from)
  const redirectUri = checkRedirectUri(parameters.get('redirect_uri'), client, rule)
  const state = parameters.get('state')
  return { client, redirectUri, ...(state === undefined ? {} : { state }) }
}

const STALE_CLIENT =
  'No app is registered here under that client id. Remove the connector in the app that sent you here, and add it again: it then gets a new one.'

async function checkClient(clientId: string | undefined, clients: Clients, from?: string): Promise<Client> {
  if (clientId === undefined) throw new OAuthError('invalid_request', 'The request names no client.')
  const client = await clients.forAuthorization(clientId, from)
  if (!client) throw new OAuthError('invalid_client', STALE_CLIENT, { status: 400 })
  return client
}

/** @see https://www.rfc-editor.org/rfc/rfc9700#section-4.1 */
export function checkRedirectUri(asked: string | undefined, client: Client, rule: RedirectRule): string {
  const redirectUri = asked ?? (client.redirectUris.length === 1 ? client.redirectUris[0] : undefined)
  if (redirectUri === undefined) throw new OAuthError('invalid_request', 'The request names no redirect address.')
  if (!isRegisteredRedirect(redirectUri, client.redirectUris))
    throw new OAuthError('invalid_request', 'The redirect address is not one that the app registered.')
  if (!isAllowedRedirect(redirectUri, rule)) throw new OAuthError('invalid_request', whyRefused(redirectUri))
  return redirectUri
}
