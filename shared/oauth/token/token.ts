import { EverythingOff } from '../../grants/switches/require-on.ts'
import { GrantRefused, type RefusalReason, type TokenPair } from '../../grants/types.ts'
import { FailedFor, failureOf } from '../../http/failed-for.ts'
import { formParameters } from '../../http/form.ts'
import type { Endpoint, Incoming, Outgoing } from '../../http/message.ts'
import { authenticateClient } from '../clients/authenticate.ts'
import type { Client, Clients } from '../clients/client.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { offJson } from '../errors/switched-off.ts'
import { exchangeCode } from './authorization-code.ts'
import { reportEntraFault } from '../callback/report-entra-fault.ts'
import { type GrantType, invalidGrant, parseGrantType } from './parse-request.ts'
import { createRefresh, type RefreshDeps } from './refresh-token.ts'
import { tokenResponse } from './response.ts'

export type TokenDeps = RefreshDeps & {
  readonly clients: Clients
  /** Makes this process forget the opened access tokens of a grant that has just ended. */
  readonly forgetGrant: (grantId: string) => void
}

/** `POST /oauth/token`: the client first, then the grant. @see RFC 6749 §3.2 */
export function tokenEndpoint(deps: TokenDeps): Endpoint {
  const refresh = createRefresh(deps)
  return async (request) => {
    const form = formParameters(request)
    const grantType = parseGrantType(form)
    const client = await authenticateClient(request, form, deps.clients)
    try {
      const pair = await (grantType === 'refresh_token' ? refresh(form, client) : exchangeCode(deps, form, client))
      report(request, grantType, client, pair)
      return tokenResponse(pair, deps.grantDeps.now())
    } catch (thrown) {
      const { error, asker } = failureOf(thrown)
      if (error instanceof EverythingOff) return refusedWhileOff(request, grantType, client)
      const { clientId } = client
      if (error instanceof GrantRefused) deps.forgetGrant(error.grantId)
      reportEntraFault(request, error, { step: 'refresh', clientId, ...asker })
      const refused = refusal(request, grantType, client, error)
      throw refused instanceof OAuthError && refused.status < 500
        ? refused
        : new FailedFor(refused, { clientId, ...asker })
    }
  }
}

function report(request: Incoming, step: GrantType, { clientId }: Client, pair: TokenPair): void {
  const { grantId, userId, scope } = pair
  reportRepeat(request, clientId, pair)
  request.audit({ name: 'token.issued', outcome: 'ok', step, clientId, grantId, scope, ...(userId ? { userId } : {}) })
}

/** A pair that was received is asked for again: by a client whose answer was lost, or by whoever follows it. */
function reportRepeat(
  request: Incoming,
  clientId: string,
  { grantId, repeatedAfterMs }: Pick<TokenPair, 'grantId' | 'repeatedAfterMs'>,
): void {
  if (repeatedAfterMs === undefined) return
  request.audit({ name: 'refresh.repeated', clientId, grantId, durationMs: repeatedAfterMs })
}

function refusedWhileOff(request: Incoming, step: GrantType, { clientId }: Client): Outgoing {
  request.audit({ name: 'token.refused', outcome: 'refused', step, clientId, reason: 'everything is switched off' })
  return offJson()
}

const REUSE = {
  'code-reused': 'code.reused',
  'refresh-reused': 'refresh.reused',
  'refresh-repeated': 'refresh.reused',
} as const
const isReuse = (reason: RefusalReason): reason is keyof typeof REUSE => reason in REUSE

function refusal(request: Incoming, step: GrantType, { clientId }: Client, error: unknown): unknown {
  if (error instanceof GrantRefused) {
    const { grantId, reason } = error
    reportRepeat(request, clientId, error)
    const name = isReuse(reason) ? REUSE[reason] : 'token.refused'
    const code = typeof error.cause === 'string' ? { code: error.cause } : {}
    // The id in a token that nobody issued is made up, and an event that names a grant is never only counted.
    const issued = reason === 'unknown' ? {} : { grantId }
    request.audit({ name, outcome: 'refused', step, clientId, reason, ...issued, ...code })
    // Not under the client: all of ChatGPT may be one, and somebody whose grant is gone must still hear so.
    return invalidGrant(error).blaming({ flow: grantId, issued: reason !== 'unknown' })
  }
  if (error instanceof OAuthError && error.status < 500) {
    const reason = typeof error.cause === 'string' ? error.cause : error.description
    request.audit({ name: 'token.refused', outcome: 'refused', step, clientId, code: error.code, reason })
    if (!error.blame.issued) error.blaming({ clientId })
  }
  return error
}
