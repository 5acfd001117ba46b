import { networkOf } from '../../http/bounds/client-address.ts'
import { expireCookie } from '../../http/headers/cookies.ts'
import { checkOrigin } from '../../http/headers/own-origin.ts'
import { formParameters, type Parameters } from '../../http/form.ts'
import type { Cookie, Endpoint, Incoming, Outgoing } from '../../http/message.ts'
import { seeOther } from '../../http/replies.ts'
import { asBearerOf } from '../../http/wire-error.ts'
import { constantTimeEqual, sha256 } from '../../tokens/token.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { grantedScope } from '../scope.ts'
import { authorizationResponse } from './authorization-response.ts'
import { type AuthorizeDeps, consentCookie } from './authorize.ts'
import { type ConsentTransaction, openTransaction } from './consent-transaction.ts'
import { parseAsker } from './parse-request.ts'
import { type SignInStart, startSignIn } from './start-sign-in.ts'
import { TICKED, WRITE_BOX } from './write-offer.ts'

const SECOND_CLICK_SECONDS = 10

/** `POST /oauth/authorize`: the person's answer to the consent page. */
export function consentAnswerEndpoint(deps: AuthorizeDeps): Endpoint {
  return async (request) => {
    checkOrigin(request, deps.issuer)
    const form = formParameters(request)
    const transaction = await checkTransaction(deps, request, form)
    return asBearerOf(transaction.flowId, () => answerConsent(deps, request, form, transaction))
  }
}

async function answerConsent(
  deps: AuthorizeDeps,
  request: Incoming,
  form: Parameters,
  transaction: ConsentTransaction,
): Promise<Outgoing> {
  const { clientId, redirectUri, state } = transaction
  await parseAsker(
    new Map(Object.entries({ client_id: clientId, redirect_uri: redirectUri })),
    deps,
    networkOf(request.clientAddress),
  )
  const decision = form.get('decision')
  if (decision !== 'cancel' && decision !== 'continue' && decision !== 'switch')
    throw new OAuthError('invalid_request', 'The form was sent without a decision.')
  boundAnswers(deps, transaction)
  if (decision === 'cancel') {
    request.audit({ name: 'consent.denied', clientId })
    const denied = { error: 'access_denied', description: 'The person cancelled.' } as const
    const answer = authorizationResponse({ redirectUri, state }, deps.issuer, denied)
    return seeOther(answer, [expireCookie(consentCookie(transaction.flowId))])
  }
  request.audit({ name: 'consent.approved', clientId })
  const start = startOf({ ...transaction, scope: approvedScope(deps, form, transaction) }, decision === 'switch')
  return startSignIn(deps, start, [lastALittle(request, transaction)])
}

/** A box that was never shown ticks nothing: what the client asked for is in the transaction, which no form can change. */
function approvedScope({ writes }: AuthorizeDeps, form: Parameters, { scope }: ConsentTransaction): string {
  return grantedScope(scope, writes !== undefined && form.get(WRITE_BOX) === TICKED)
}

/** "Use another account" drops what the client knew of the person, and never the proof anew that it asked for. */
function startOf(transaction: ConsentTransaction, anotherAccount: boolean): SignInStart {
  const { clientId, redirectUri, state, codeChallenge, scope, resource, prompt, loginHint, domainHint } = transaction
  return {
    clientId,
    redirectUri,
    codeChallenge,
    scope,
    resource,
    hops: [],
    clientState: state,
    prompt: prompt ?? (anotherAccount ? 'select_account' : undefined),
    ...(prompt === 'login' ? { anew: true } : {}),
    ...(anotherAccount ? {} : { loginHint, domainHint }),
  }
}

/** Each answer writes a row or a line; whoever keeps the cookie of one page could otherwise write without end. */
function boundAnswers({ starts }: AuthorizeDeps, { flowId }: ConsentTransaction): void {
  if (starts.count([flowId]).retryAfter !== undefined)
    throw new OAuthError('access_denied', 'This page was answered too often. Start again from the app.')
}

/**
 * A second click may send the same form after the first answer was read; it must still find its cookie. Whoever could
 * send the form again is in that same browser and on our own page (cookie and `Origin`).
 */
function lastALittle(request: Incoming, { flowId }: ConsentTransaction): Cookie {
  const name = consentCookie(flowId)
  return { name, value: request.cookies.get(name) ?? '', maxAge: SECOND_CLICK_SECONDS }
}

/** The transaction must be ours and its cookie in this browser, or an attacker could have approved for the victim. */
async function checkTransaction(deps: AuthorizeDeps, request: Incoming, form: Parameters): Promise<ConsentTransaction> {
  const transaction = await openTransaction(deps, form.get('transaction') ?? '')
  if (!transaction)
    throw new OAuthError('invalid_request', 'This page is too old. Start again from the app that you want to connect.')
  const cookie = request.cookies.get(consentCookie(transaction.flowId)) ?? ''
  if (!constantTimeEqual(sha256(cookie), transaction.cookieHash))
    throw new OAuthError(
      'access_denied',
      'This page was opened in another browser, or cookies are switched off.',
    ).blaming({ flow: transaction.flowId })
  return transaction
}
