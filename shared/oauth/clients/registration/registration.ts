import { addressesForLog } from '../../../http/foreign-address.ts'
import { jsonObject } from '../../../http/form.ts'
import type { Endpoint, Incoming } from '../../../http/message.ts'
import { json } from '../../../http/replies.ts'
import type { Random } from '../../../tokens/token.ts'
import { OAuthError } from '../../errors/oauth-error.ts'
import { scopesSupported } from '../../scope.ts'
import type { Advise } from '../admission-advice.ts'
import { redirectHostOf } from '../redirect-receiver.ts'
import { isAllowedRedirect, type RedirectRule } from '../redirect-uri.ts'
import { type ClientIds, MOST_ID_CHARACTERS } from './client-ids.ts'
import { parseClientMetadata } from './client-metadata.ts'
import type { Registration } from './id-layout.ts'
import { type LeftOut, leftOutOf, reasonsOf } from './left-out.ts'

export type RegistrationDeps = {
  readonly open: boolean
  /** Whether an administrator has switched it off for now. */
  readonly isOff?: () => Promise<boolean>
  readonly redirects: RedirectRule
  readonly writes: Parameters<typeof scopesSupported>[0]
  readonly advise: Advise
  readonly ids: ClientIds
  readonly random: Random
  readonly now: () => number
}

/**
 * `POST /oauth/register`. Nothing is stored: strangers send this, and a row for each would let them fill a table or use
 * up what others need. @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export function registrationEndpoint(deps: RegistrationDeps): Endpoint {
  return async (request) => {
    if (!deps.open || (await deps.isOff?.()))
      throw new OAuthError('access_denied', 'This server registers no more clients by itself.')
    const asked = parseClientMetadata(jsonObject(request))
    const redirectUris = asked.redirectUris.filter((uri) => isAllowedRedirect(uri, deps.redirects))
    const leftOut = leftOutOf(asked.redirectUris, redirectUris, deps.advise)
    if (redirectUris.length === 0) throw noneAdmitted(leftOut, request)
    const registration: Registration = { ...asked, redirectUris }
    const now = deps.now()
    const clientId = await deps.ids.issue(registration, now, deps.random)
    if (clientId === undefined) throw tooLong(request)
    const secret = registration.authMethod === 'none' ? undefined : await deps.ids.secretOf(clientId)
    request.audit({
      name: 'client.registered',
      outcome: 'ok',
      clientId,
      ...redirectHostOf(redirectUris[0] ?? ''),
      ...(leftOut.length === 0 ? {} : whatWasRefused(leftOut, 'left out: ')),
    })
    const scope = scopesSupported(deps.writes).join(' ')
    return json(201, registered(registration, leftOut, { clientId, secret, now, scope }))
  }
}

const whatWasRefused = (leftOut: readonly LeftOut[], before = '') => ({
  reason: before + reasonsOf(leftOut),
  redirectUri: addressesForLog(leftOut.map(({ uri }) => uri)),
})

function noneAdmitted(leftOut: readonly LeftOut[], request: Incoming): OAuthError {
  const code = 'invalid_redirect_uri'
  const refused = whatWasRefused(leftOut)
  const { uri = '' } = leftOut[0] ?? {}
  request.audit({ name: 'client.refused', outcome: 'refused', code, ...redirectHostOf(uri), ...refused })
  return new OAuthError(code, refused.reason)
}

/** A name is cut where it is too long; an address that was cut would be another one. */
function tooLong(request: Incoming): OAuthError {
  const code = 'invalid_redirect_uri'
  const reason = `redirect_uris are too long together: a client id, which holds them, has at most ${MOST_ID_CHARACTERS} characters.`
  request.audit({ name: 'client.refused', outcome: 'refused', code, reason })
  return new OAuthError(code, reason)
}

type Issued = {
  readonly clientId: string
  readonly secret: string | undefined
  readonly now: number
  readonly scope: string
}

/** What was registered, which may differ from what was asked. @see RFC 7591 §3.2.1 */
function registered(
  { name, redirectUris, authMethod }: Registration,
  leftOut: readonly LeftOut[],
  { clientId, secret, now, scope }: Issued,
): unknown {
  return {
    client_id: clientId,
    client_id_issued_at: Math.floor(now / 1000),
    ...(secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
    client_name: name,
    redirect_uris: redirectUris,
    ...(leftOut.length === 0 ? {} : { redirect_uris_left_out: leftOut.map(told) }),
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: authMethod,
    scope,
  }
}

const MOST_ECHOED = 500

const told = ({ place, uri, advice: { reason, settings } }: LeftOut) => ({
  index: place,
  redirect_uri: uri.slice(0, MOST_ECHOED),
  reason,
  settings,
})
