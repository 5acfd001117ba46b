import { EntraRefused } from '../../entra/refusals/entra-error.ts'
import type { SignInPurpose, SignInStart } from '../authorize/start-sign-in.ts'
import { type AnyLogin, type Hop, isVisit } from '../login.ts'
import type { ProblemKind } from './problems.ts'

/** The same sign-in once more, for a reason that it has not been sent for before: so no answer can make it go round. */
function again(login: AnyLogin, hop: Hop): SignInPurpose | undefined {
  if (login.hops.includes(hop)) return undefined
  const hops = [...login.hops, hop]
  if (isVisit(login)) return { kind: login.kind, hops }
  const { clientId, redirectUri, clientState, codeChallenge, scope, resource, anew, loginHint, domainHint } = login
  return {
    clientId,
    redirectUri,
    clientState,
    codeChallenge,
    scope,
    resource,
    anew,
    loginHint,
    domainHint,
    hops,
  }
}

/** What Entra itself, and not the browser, asks for before it lets this person in; `undefined` where a page must say it. */
export function nextHop(error: unknown, login: AnyLogin): SignInStart | undefined {
  if (!(error instanceof EntraRefused) || error.step === 'authorize') return undefined
  if (error.kind === 'claims-required') {
    const start = again(login, 'claims')
    return start && { ...start, claims: error.claims }
  }
  if (error.kind !== 'fresh-sign-in') return undefined
  const start = again(login, 'login')
  return start && { ...start, prompt: 'login' }
}

const OF_ACCOUNT: ReadonlySet<ProblemKind> = new Set<ProblemKind>(['wrong-account', 'wrong-tenant'])

/** Another account, for whoever was signed in with one that does not belong here; the person's own click, and once. */
export function anotherAccount(kind: ProblemKind, login: AnyLogin): SignInStart | undefined {
  if (!OF_ACCOUNT.has(kind)) return undefined
  const start = again(isVisit(login) ? login : { ...login, loginHint: undefined, domainHint: undefined }, 'account')
  return start && { ...start, prompt: 'select_account' }
}
