import { revokeToken } from '../grants/revoking/revoke-token.ts'
import type { GrantDeps } from '../grants/types.ts'
import { formParameters } from '../http/form.ts'
import type { Endpoint } from '../http/message.ts'
import { json } from '../http/replies.ts'
import { parseToken, type Token } from '../tokens/token.ts'
import { authenticateClient } from './clients/authenticate.ts'
import type { Clients } from './clients/client.ts'
import { OAuthError } from './errors/oauth-error.ts'

export type RevokeDeps = {
  readonly clients: Clients
  readonly grantDeps: GrantDeps
  readonly forget: (hash: string) => void
  readonly forgetGrant: (grantId: string) => void
}

/**
 * `POST /oauth/revoke`: ChatGPT calls it on Disconnect. 200 for a token that is unknown or another client's, so that
 * nobody learns which tokens exist. The body says nothing, but is JSON: clients are to ignore it, and some parse it.
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2
 */
export function revokeEndpoint(deps: RevokeDeps): Endpoint {
  return async (request) => {
    const form = formParameters(request)
    const client = await authenticateClient(request, form, deps.clients)
    const value = form.get('token')
    if (value === undefined) throw new OAuthError('invalid_request', 'The request holds no token.')
    const token = ofAnyKind(value)
    const revoked = token ? await revokeToken(deps.grantDeps, token, client.clientId) : 'nothing'
    if (token) deps.forget(token.hash)
    if (token && revoked === 'grant') deps.forgetGrant(token.grantId)
    if (token && revoked !== 'nothing') {
      const { grantId } = token
      request.audit({ name: 'grant.revoked', step: revoked, clientId: client.clientId, grantId, reason: 'client' })
    }
    return json(200, {})
  }
}

/** The prefix says the kind; `token_type_hint` is not needed. */
const ofAnyKind = (value: string): Token | undefined => parseToken('refresh', value) ?? parseToken('access', value)
