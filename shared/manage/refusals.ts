import type { TokenFault } from '../entra/verify-token.ts'
import { WireError } from '../http/wire-error.ts'
import type { NotAdmitted } from './administrator.ts'

export type Refusal = TokenFault | NotAdmitted | 'no-token' | 'malformed' | 'token-in-query'

type Shown = { readonly status: 400 | 401 | 403; readonly error: string; readonly description: string }

const invalid = (description: string): Shown => ({ status: 401, error: 'invalid_token', description })
const OTHER_TENANT = invalid(
  'The token is of another tenant, or of version 1: the registration must ask for version 2 (requestedAccessTokenVersion).',
)

/** ASCII without quotes, as RFC 6750 section 3 wants it in a challenge. */
const REFUSALS: Readonly<Record<Refusal, Shown>> = {
  'no-token': invalid(
    'An access token of Entra for this app is required, of somebody with the app role Administrator.',
  ),
  malformed: invalid('The Authorization header holds no bearer token.'),
  'token-in-query': {
    status: 400,
    error: 'invalid_request',
    description: 'The access token belongs in the Authorization header.',
  },
  'not-verified': invalid('The token is not one that Entra signed for this tenant.'),
  incomplete: invalid('The token is not an access token of version 2 for this app; id tokens are refused.'),
  expired: invalid('The token has expired; get a new one.'),
  'not-yet-valid': invalid('The token is not valid yet: two clocks differ.'),
  'wrong-audience': invalid('The token is for another resource; ask Entra for the scope that this challenge names.'),
  'wrong-issuer': OTHER_TENANT,
  'wrong-tenant': OTHER_TENANT,
  'foreign-client': invalid(
    'The token was given to another client than Azure CLI, which alone is admitted for people.',
  ),
  'no-scope': invalid(
    'The token lacks the delegated permission of this app; ask for the scope that this challenge names.',
  ),
  'no-role': {
    status: 403,
    error: 'insufficient_scope',
    description:
      'The app role Administrator is missing: assign it in Entra (Enterprise applications, the app, Users and groups), then az logout and az login, since az keeps a token for an hour.',
  },
}

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3 */
export function refusalOf(refusal: Refusal, scope: string, cause?: unknown): WireError {
  const { status, error, description } = REFUSALS[refusal]
  // Without credentials no error is named (section 3.1).
  const named = refusal === 'no-token' ? [] : [`error="${error}"`, `error_description="${description}"`]
  const challenge = `Bearer ${['realm="manage"', `scope="${scope}"`, ...named].join(', ')}`
  return new WireError(status, error, description, { cause, headers: { 'www-authenticate': challenge } })
}
