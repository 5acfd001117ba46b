import { type Asker, failureOf } from '../../http/failed-for.ts'
import type { Cookie, Incoming, Outgoing } from '../../http/message.ts'
import type { RenderPage } from '../../http/pages/page.ts'
import { reasonOf } from '../../http/reason-of.ts'
import { receiverOf } from '../clients/redirect-receiver.ts'
import { authorizationResponse } from '../authorize/authorization-response.ts'
import { prepareSignIn } from '../authorize/start-sign-in.ts'
import type { Login } from '../login.ts'
import { reportEntraFault } from './report-entra-fault.ts'
import type { SignInDeps } from './complete-sign-in.ts'
import { type Diagnosis, diagnose } from './diagnose.ts'
import { anotherAccount } from './next-hop.ts'
import { problemContent } from './problem-page.ts'
import { NEEDS_CONSENT } from './problems.ts'

export type ProblemDeps = SignInDeps & { readonly page: RenderPage; readonly adminConsentUrl: string }

/** The page of a sign-in that failed, with a link back to the client. @throws what no page of ours is about */
export async function showProblem(
  deps: ProblemDeps,
  request: Incoming,
  login: Login,
  thrown: unknown,
  spent: Cookie,
): Promise<Outgoing> {
  const { error, asker } = failureOf(thrown)
  const found = diagnose(error)
  if (!found) throw thrown
  report(request, { clientId: login.clientId, ...asker }, error, found)
  const { problem, kind, code, says, entraCorrelationId } = found
  const { redirectUri, clientState } = login
  const { correlationId } = request
  const answer = { error: problem.error, description: problem.title }
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
      backUrl: authorizationResponse({ redirectUri, state: clientState }, deps.issuer, answer),
      clientHost: receiverOf(redirectUri).name,
    }),
    correlationId: entraCorrelationId ?? correlationId,
  })
}

/** What is away now, such as storage, must not take the page itself away. */
function withoutChoice(error: unknown): undefined {
  if (!diagnose(error)) throw error
}

type Who = Asker & Pick<Login, 'clientId'>

/** Both ids that the page may show stand in the one line that has the reason. */
function report(request: Incoming, who: Who, thrown: unknown, found: Diagnosis): void {
  const { kind, step, code, entraCorrelationId } = found
  request.audit({
    name: 'signin.failed',
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
