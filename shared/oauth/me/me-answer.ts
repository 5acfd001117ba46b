import { expireCookie } from '../../http/headers/cookies.ts'
import { checkOrigin } from '../../http/headers/own-origin.ts'
import { formParameters, type Parameters } from '../../http/form.ts'
import type { Endpoint, Incoming, Outgoing } from '../../http/message.ts'
import { seeOther } from '../../http/replies.ts'
import type { Entra } from '../../entra/entra.ts'
import { startSignIn } from '../authorize/start-sign-in.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import type { LoginDeps } from '../login.ts'
import { endConnection, endConnections, type EndDeps } from './end-connections.ts'
import { type MeDeps, signInPage, visitDeps } from './me.ts'
import { type Notice, provesForm, readVisit, VISIT_COOKIE, visitCookie, type Visitor } from './visitor.ts'

export type MeAnswerDeps = MeDeps & EndDeps & LoginDeps & { readonly entra: Pick<Entra, 'signInUrl'> }

/**
 * `POST /me`: what a person pressed. A foreign page can start no sign-in (`Origin`), finish none (the cookie of its
 * flow), and end nothing (`Origin`, `SameSite`, and a proof that only a page of this visit holds).
 */
export function meAnswerEndpoint(deps: MeAnswerDeps): Endpoint {
  return async (request) => {
    checkOrigin(request, deps.issuer)
    const form = formParameters(request)
    const decision = form.get('decision')
    if (decision === 'sign-in') return startSignIn(deps, { kind: 'me', hops: [] })
    const visitor = await readVisit(visitDeps(deps), request.cookies)
    if (visitor === undefined || visitor === 'ended') return signInPage(deps, 403, true)
    if (!(await provesForm(deps.grantDeps, visitor, form.get('proof') ?? '')))
      throw new OAuthError('access_denied', 'This page was made for another sign-in, so nothing was changed.')
    if (decision === 'sign-out') return seeOther(`${deps.issuer}/me`, [expireCookie(VISIT_COOKIE)])
    return tellOnce(deps, visitor, await end(deps, request, visitor, form))
  }
}

async function end(deps: MeAnswerDeps, request: Incoming, visitor: Visitor, form: Parameters): Promise<Notice> {
  const decision = form.get('decision')
  if (decision === 'end-all') {
    await endConnections(deps, request, visitor)
    return 'ended-all'
  }
  if (decision !== 'end') throw new OAuthError('invalid_request', 'The form was sent without a decision.')
  const ended = await endConnection(deps, request, visitor, form.get('grant') ?? '')
  return ended ? 'ended' : 'nothing-ended'
}

/** By the sealed cookie and not by the address: a link of a stranger must not say that a connection has ended. */
async function tellOnce(deps: MeAnswerDeps, visitor: Visitor, notice: Notice): Promise<Outgoing> {
  return seeOther(`${deps.issuer}/me`, [await visitCookie(visitDeps(deps), { ...visitor, notice })])
}
