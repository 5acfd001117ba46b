import { type EntraAnswer, numberOf } from './entra-answer.ts'
import { isAssertionNumber, isSetUpNumber, meaningOf, type EntraKind } from './entra-codes.ts'

/** Where in the flow Entra was asked. */
export type EntraStep =
  | 'authorize'
  | 'redeem-code'
  | 'renew'
  | 'on-behalf-of'
  | 'id-token'
  | 'access-token'
  | 'client-credentials'

/**
 * Whose matter a refusal is: the person's, who must sign in anew; the deployment's, which somebody must mend while
 * nobody's session is touched; or nobody's, since it passes.
 */
export type Verdict = 'person' | 'deployment' | 'passing'

/**
 * `access_denied` and `account_selection_required` are the authorize endpoint's words for the same.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 * @see https://openid.net/specs/openid-connect-core-1_0.html#AuthError
 */
const OF_PERSON: ReadonlySet<string> = new Set([
  ...['invalid_grant', 'interaction_required', 'login_required', 'consent_required'],
  ...['access_denied', 'account_selection_required'],
])
const OF_DEPLOYMENT: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client', 'invalid_resource'])

/**
 * Entra's `error` decides, as Microsoft says it must, and never MSAL's class: 65001 arrives as an
 * InteractionRequiredAuthError, 500133 as a ServerError. A known number can only keep a session alive: what is no matter
 * of the person's stays so whatever word it comes with, and so does a refusal of the token that Entra gave a moment ago.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application
 */
export function verdictOn(step: EntraStep, answer: EntraAnswer | undefined): Verdict {
  if (answer === undefined || answer.status < 400 || answer.status >= 500 || answer.status === 429) return 'passing'
  const number = numberOf(answer)
  if (isSetUpNumber(number)) return 'deployment'
  if (step === 'on-behalf-of' && isAssertionNumber(number)) return 'deployment'
  if (meaningOf(number)?.kind === 'throttled') return 'passing'
  if (OF_PERSON.has(answer.error ?? '')) return 'person'
  return OF_DEPLOYMENT.has(answer.error ?? '') ? 'deployment' : 'passing'
}

/** What the page is about: the number says it best, then the `error`. */
export function kindOf(step: EntraStep, answer: EntraAnswer | undefined): EntraKind {
  const verdict = verdictOn(step, answer)
  if (answer === undefined || answer.status >= 500 || answer.status < 400) return 'unavailable'
  if (answer.status === 429) return 'throttled'
  const known = meaningOf(numberOf(answer))?.kind
  const healable = known === undefined || known === 'sign-in-again' || known === 'fresh-sign-in'
  if (verdict === 'person' && answer.claims && healable) return 'claims-required'
  if (known !== undefined && !(verdict === 'person' && isAssertionNumber(numberOf(answer)))) return known
  return ofError(answer) ?? (verdict === 'deployment' ? 'set-up-fault' : 'unavailable')
}

/** For numbers that nobody listed. A Map, since the browser may bring `__proto__` for an `error`. */
const KIND_OF_ERROR: ReadonlyMap<string, EntraKind> = new Map<string, EntraKind>([
  ['invalid_grant', 'not-let-in'],
  ['access_denied', 'not-let-in'],
  ['interaction_required', 'sign-in-again'],
  ['login_required', 'sign-in-again'],
  ['account_selection_required', 'wrong-account'],
  ['consent_required', 'consent-missing'],
  ['invalid_resource', 'resource-missing'],
  ['invalid_request', 'request-not-accepted'],
  ['invalid_scope', 'request-not-accepted'],
  ['invalid_target', 'request-not-accepted'],
])

/** Without any number `access_denied` is the "Cancel" of Microsoft's own pages. */
function ofError(answer: EntraAnswer): EntraKind | undefined {
  if (answer.error === 'access_denied' && numberOf(answer) === undefined) return 'cancelled'
  return KIND_OF_ERROR.get(answer.error ?? '')
}
