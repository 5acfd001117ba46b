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
const SINCE_ADMITTED =
  'The redirect address is not one that the app registered. It may have been left out, as it was not admitted then: remove the connector in the app that sent you here, and add it again.'
const ADD_AGAIN = 'Then remove the connector in the app that sent you here, and add it again.'

/**
 * What the app never named is told apart from what it named and this server does not admit: the one is for whoever made
 * the app, the other for the administrator. @see https://www.rfc-editor.org/rfc/rfc9700#section-4.1
 */
export function checkRedirectUri(
  asked: string | undefined,
  client: Client,
  { redirects, advise }: Pick<AskerDeps, 'redirects' | 'advise'>,
): string {
  const named = [...client.redirectUris, ...(client.leftOut ?? [])]
  const redirectUri = asked ?? (named.length === 1 ? named[0] : undefined)
  if (redirectUri === undefined) throw new OAuthError('invalid_request', 'The request names no redirect address.')
  if (!isRegisteredRedirect(redirectUri, named)) throw notRegistered(redirectUri, client, { redirects, advise })
  if (!isAllowedRedirect(redirectUri, redirects)) {
    const { reason, settings } = advise.redirect(redirectUri)
    throw new OAuthError('invalid_request', reason).about([redirectUri], settings)
  }
  return redirectUri
}

/**
 * A registration does not hold what was left out of it. Only the address of a client that is known by name is advised to
 * be admitted: a link that a stranger wrote must not have an administrator admit the stranger's.
 */
function notRegistered(
  redirectUri: string,
  { kind }: Client,
  { redirects, advise }: Pick<AskerDeps, 'redirects' | 'advise'>,
): OAuthError {
  const wrong = (text: string, settings: readonly string[] = []) =>
    new OAuthError('invalid_request', text).about([redirectUri], settings)
  if (kind !== 'registered') return wrong(NOT_REGISTERED)
  if (isAllowedRedirect(redirectUri, redirects)) return wrong(SINCE_ADMITTED)
  const { reason, settings } = advise.redirect(redirectUri)
  const isKnown = settings.some((setting) => setting.startsWith('CLIENTS='))
  return isKnown ? wrong(`${reason} ${ADD_AGAIN}`, settings) : wrong(NOT_REGISTERED)
}
