import { readRedirect } from '../../entra/refusals/entra-answer.ts'
import { entraError } from '../../entra/refusals/entra-error.ts'
import { expireCookie } from '../../http/headers/cookies.ts'
import { singleParameters } from '../../http/form.ts'
import type { Endpoint, Incoming } from '../../http/message.ts'
import { constantTimeEqual, sha256 } from '../../tokens/token.ts'
import { flowOf, signInCookie } from '../authorize/start-sign-in.ts'
import { type AnyLogin, findLogin, isVisit } from '../login.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { adminConsentAnswer } from './admin-consent.ts'
import { completeSignIn } from './complete-sign-in.ts'
import { completeVisit } from './complete-visit.ts'
import { type ProblemDeps, showProblem } from './show-problem.ts'

export type CallbackDeps = ProblemDeps

/**
 * `GET /oauth/callback`: Entra returns here. Cookie, state and login row must agree, and the row is used up before
 * anything else happens. The row alone, which we wrote, says what the sign-in was for: no request can make a visit of a
 * connection, or a connection of a visit.
 */
export function callbackEndpoint(deps: CallbackDeps): Endpoint {
  return async (request) => {
    const parameters = singleParameters(request.query)
    const consented = adminConsentAnswer(deps.page, parameters)
    if (consented) return consented
    const state = parameters.get('state') ?? ''
    const login = await takeLogin(deps, request, state)
    const spent = expireCookie(signInCookie(flowOf(state)))
    try {
      const error = parameters.get('error')
      if (error !== undefined)
        throw entraError('authorize', readRedirect(error, parameters.get('error_description') ?? ''))
      const code = parameters.get('code')
      if (code === undefined) throw new OAuthError('invalid_request', 'Microsoft’s answer holds no code.')
      if (isVisit(login)) return await completeVisit(deps, request, login, code, spent)
      return await completeSignIn(deps, request, login, code, spent)
    } catch (thrown) {
      return await showProblem(deps, request, login, thrown, spent)
    }
  }
}

const ENDED = 'This sign-in has ended or was used already. Start again from the app that you want to connect.'

/** A state without its cookie is somebody else's sign-in: it is refused and left to its owner. */
async function takeLogin(deps: CallbackDeps, request: Incoming, state: string): Promise<AnyLogin> {
  const flowId = flowOf(state)
  const found = flowId === '' ? undefined : await findLogin(deps, state)
  if (!found) throw new OAuthError('invalid_request', ENDED)
  const cookie = request.cookies.get(signInCookie(flowId)) ?? ''
  if (!constantTimeEqual(sha256(cookie), found.login.cookieHash))
    throw new OAuthError(
      'access_denied',
      'This sign-in was started in another browser, or cookies are switched off.',
    ).blaming({ flow: flowId })
  const first = await found.consume()
  if (!first || found.expired) throw new OAuthError('invalid_request', ENDED)
  return found.login
}
