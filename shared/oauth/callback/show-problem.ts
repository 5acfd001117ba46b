import { type Asker, failureOf } from '../../http/failed-for.ts'
import type { Cookie, Incoming, Outgoing } from '../../http/message.ts'
import type { RenderPage } from '../../http/pages/page.ts'
import { reasonOf } from '../../http/reason-of.ts'
import { receiverOf } from '../clients/redirect-receiver.ts'
import { authorizationResponse } from '../authorize/authorization-response.ts'
import { prepareSignIn } from '../authorize/start-sign-in.ts'
import { type AnyLogin, isVisit } from '../login.ts'
import { reportEntraFault } from './report-entra-fault.ts'
import type { SignInDeps } from './complete-sign-in.ts'
import { type Diagnosis, diagnose } from './diagnose.ts'
import { anotherAccount } from './next-hop.ts'
import { problemContent } from './problem-page.ts'
import { NEEDS_CONSENT, type Problem } from './problems.ts'

export type ProblemDeps = SignInDeps & { readonly page: RenderPage; readonly adminConsentUrl: string }

/** The page of a sign-in that failed, with a link back to the client. @throws what no page of ours is about */
export async function showProblem(
  deps: ProblemDeps,
  request: Incoming,
  login: AnyLogin,
  thrown: unknown,
  spent: Cookie,
): Promise<Outgoing> {
  const { error, asker } = failureOf(thrown)
  const found = diagnose(error)
  if (!found) throw thrown
  report(request, { ...clientOf(login), ...asker }, error, found)
  const { problem, kind, code, says, entraCorrelationId } = found
  const { correlationId } = request
  const start = anotherAccount(kind, login)
  const choice = start && (await prepareSignIn(deps, start).catch(withoutChoice))
  return deps.page({
    status: problem.status,
    title: problem.title,
    cookies: [spent, ...(choice ? [choice.cookie] : [])],
    content: problemContent({
      problem,
      code,
      says,
      correlationId,
      entraCorrelationId,
      adminConsentUrl: NEEDS_CONSENT.has(kind) ? deps.adminConsentUrl : undefined,
      anotherAccountUrl: choice?.url,
      ...wayBack(deps.issuer, login, problem),
    }),
    correlationId: entraCorrelationId ?? correlationId,
  })
}

function wayBack(issuer: string, login: AnyLogin, { error, title: description }: Problem) {
  if (isVisit(login)) return { backUrl: `${issuer}/me`, backTo: 'your connections' }
  const { redirectUri, clientState: state } = login
  return {
    backUrl: authorizationResponse({ redirectUri, state }, issuer, { error, description }),
    backTo: receiverOf(redirectUri).name,
  }
}

/** What is away now, such as storage, must not take the page itself away. */
function withoutChoice(error: unknown): undefined {
  if (!diagnose(error)) throw error
}

const clientOf = (login: AnyLogin): Who => (isVisit(login) ? {} : { clientId: login.clientId })

/** Without a client it is a visit to /me. */
type Who = Asker & { readonly clientId?: string }

/** Both ids that the page may show stand in the one line that has the reason. */
function report(request: Incoming, who: Who, thrown: unknown, found: Diagnosis): void {
  const { kind, code, entraCorrelationId } = found
  const isVisitor = who.clientId === undefined
  const step = isVisitor ? `me.${found.step}` : found.step
  request.audit({
    name: isVisitor ? 'me.failed' : 'signin.failed',
    outcome: 'refused',
    ...who,
    step,
    correlationId: request.correlationId,
    reason: `${kind}: ${reasonOf(thrown)}`,
    ...(code === undefined ? {} : { code }),
    ...(entraCorrelationId === undefined ? {} : { entraCorrelationId }),
  })
  reportEntraFault(request, thrown, { step, ...who })
}
