import type { Parameters } from '../../http/form.ts'
import type { Client, Clients } from '../clients/client.ts'
import type { Advise } from '../clients/admission-advice.ts'
import { isAllowedRedirect, isRegisteredRedirect, type RedirectRule } from '../clients/redirect-uri.ts'
import { OAuthError } from '../errors/oauth-error.ts'

/** Who asks and where the answer may go: until both are known, an error is shown and never redirected. */
export type Asker = { readonly client: Client; readonly redirectUri: string }

export type AskerDeps = { readonly clients: Clients; readonly redirects: RedirectRule; readonly advise: Advise }

/** @param from the network that asks */
export async function parseAsker(parameters: Parameters, deps: AskerDeps, from?: string): Promise<Asker> {
  const client = await checkClient(parameters.get('client_id'), deps.clients, from)
  return { client, redirectUri: checkRedirectUri(parameters.get('redirect_uri'), client, deps) }
}

const STALE_CLIENT =
  'No app is registered here under that client id. Remove the connector in the app that sent you here, and add it again: it then gets a new one.'

async function checkClient(clientId: string | undefined, clients: Clients, from?: string): Promise<Client> {
  if (clientId === undefined) throw new OAuthError('invalid_request', 'The request names no client.')
  const client = await clients.forAuthorization(clientId, from)
  if (!client) throw new OAuthError('invalid_client', STALE_CLIENT, { status: 400 })
  return client
}

const NOT_REGISTERED = 'The redirect address is not one that the app registered.'

/**
 * What the app never named is told apart from what it named and this server does not admit: the one is for whoever made
 * the app, the other for the administrator. @see https://www.rfc-editor.org/rfc/rfc9700#section-4.1
 */
export function checkRedirectUri(
  asked: string | undefined,
  { redirectUris, leftOut = [] }: Client,
  { redirects, advise }: Pick<AskerDeps, 'redirects' | 'advise'>,
): string {
  const named = [...redirectUris, ...leftOut]
  const redirectUri = asked ?? (named.length === 1 ? named[0] : undefined)
  if (redirectUri === undefined) throw new OAuthError('invalid_request', 'The request names no redirect address.')
  if (!isRegisteredRedirect(redirectUri, named))
    throw new OAuthError('invalid_request', NOT_REGISTERED).about([redirectUri])
  if (!isAllowedRedirect(redirectUri, redirects)) {
    const { reason, settings } = advise.redirect(redirectUri)
    throw new OAuthError('invalid_request', reason).about([redirectUri], settings)
  }
  return redirectUri
}
