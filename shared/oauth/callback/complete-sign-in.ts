import type { DynamicsUser } from '../../dataverse/web-api/who-am-i.ts'
import type { Entra, SignedIn } from '../../entra/entra.ts'
import { createGrant } from '../../grants/create-grant.ts'
import { isPersonOff } from '../../grants/switches/require-on.ts'
import type { Authorization, GrantDeps } from '../../grants/types.ts'
import { revokeGrant } from '../../grants/revoking/revoke-grant.ts'
import { networkOf } from '../../http/bounds/client-address.ts'
import { askedBy } from '../../http/failed-for.ts'
import type { Cookie, Incoming, Outgoing } from '../../http/message.ts'
import { seeOther } from '../../http/replies.ts'
import { authorizationResponse } from '../authorize/authorization-response.ts'
import { startSignIn } from '../authorize/start-sign-in.ts'
import type { RecordClient } from '../clients/record-client.ts'
import type { Login, LoginDeps } from '../login.ts'
import { grantedScope } from '../scope.ts'
import { type AccessRules, denialOf, hasWriteAccess } from './access-rules.ts'
import { AccessDenied } from './diagnose.ts'
import { nextHop } from './next-hop.ts'

export type SignInDeps = LoginDeps & {
  readonly issuer: string
  readonly entra: Entra
  readonly access: AccessRules
  /** Who may write; absent where nobody may. */
  readonly writeAccess: AccessRules | undefined
  /** One `WhoAmI` at Dataverse with the person's own token. */
  readonly whoAmI: (dataverseToken: string) => Promise<DynamicsUser>
  readonly recordClient: RecordClient
  readonly grantDeps: GrantDeps
}

/**
 * Everything that can fail for this person is tried now, before ChatGPT believes that it is connected: Entra's code, the
 * access rules, the token for Dataverse, the Dynamics user. Then the grant is written and our code sent.
 */
export async function completeSignIn(
  deps: SignInDeps,
  request: Incoming,
  login: Login,
  code: string,
  spent: Cookie,
): Promise<Outgoing> {
  const started = deps.now()
  const { codeVerifier, nonce } = login
  const signedIn = await deps.entra.redeemCode({ code, codeVerifier, nonce }).catch((error: unknown) => {
    const again = nextHop(error, login)
    if (again) return { again }
    throw error
  })
  if ('again' in signedIn) return startSignIn(deps, signedIn.again, [spent])
  const { userId, username } = signedIn.identity
  const { clientId, redirectUri, clientState } = login
  return askedBy(
    () => ({ userId, clientId }),
    async () => {
      const { code: ours, grantId, scope } = await connect(deps, request, login, signedIn)
      const ids = { clientId, grantId, userId, ...(username !== undefined && { upn: username }) }
      request.audit({ name: 'signin.completed', ...ids, scope, durationMs: deps.now() - started })
      const answer = authorizationResponse({ redirectUri, state: clientState }, deps.issuer, { code: ours })
      return { ...seeOther(answer, [spent]), undo: () => takeBack(deps, request, ids) }
    },
  )
}

/** What follows once Entra has said who it is. */
async function connect(
  deps: SignInDeps,
  request: Incoming,
  login: Login,
  signedIn: SignedIn,
): Promise<{ readonly code: string; readonly grantId: string; readonly scope: string }> {
  const denial = denialOf(signedIn.identity, deps.access)
  if (denial) throw new AccessDenied(denial)
  if (await isPersonOff(deps.grantDeps, signedIn.identity)) throw new AccessDenied('switched-off')
  const mayWrite = hasWriteAccess(signedIn.identity, deps.writeAccess)
  const authorization = authorizationOf(signedIn, await deps.whoAmI(signedIn.dataverse.value), mayWrite)
  await deps.recordClient(login.clientId, login.redirectUri, networkOf(request.clientAddress))
  const { clientId, redirectUri, resource, codeChallenge } = login
  const scope = grantedScope(login.scope, mayWrite)
  const approval = { clientId, redirectUri, scope, resource, codeChallenge }
  return { ...(await createGrant(deps.grantDeps, approval, authorization)), scope }
}

type Connected = { readonly grantId: string; readonly clientId: string; readonly userId: string }

/**
 * Nobody was given its code, so nobody can use the grant; but a connection that the person was told to have failed must
 * not stand in their list, nor keep their session at Entra.
 */
async function takeBack({ grantDeps }: SignInDeps, request: Incoming, ids: Connected): Promise<void> {
  await revokeGrant(grantDeps, ids.grantId)
  request.audit({ name: 'grant.revoked', step: 'grant', ...ids, reason: 'the audit trail did not take the sign-in' })
}

function authorizationOf(
  { identity, session, dataverse }: SignedIn,
  user: DynamicsUser,
  mayWrite: boolean,
): Authorization {
  const { userId, tenantId, username, roles } = identity
  const who = { userId, tenantId, ...(username === undefined ? {} : { username }) }
  return {
    person: { ...who, ...user, roles: [...roles], ...(mayWrite && { mayWrite }) },
    session,
    dataverse,
  }
}
