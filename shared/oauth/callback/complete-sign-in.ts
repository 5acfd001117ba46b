import type { DynamicsUser } from '../../dataverse/web-api/who-am-i.ts'
import type { Entra, SignedIn } from '../../entra/entra.ts'
import { createGrant } from '../../grants/create-grant.ts'
import type { Authorization, GrantDeps } from '../../grants/types.ts'
import { networkOf } from '../../http/bounds/client-address.ts'
import type { Cookie, Incoming, Outgoing } from '../../http/message.ts'
import { seeOther } from '../../http/replies.ts'
import { authorizationResponse } from '../authorize/authorization-response.ts'
import { startSignIn } from '../authorize/start-sign-in.ts'
import type { RecordClient } from '../clients/record-client.ts'
import type { Login, LoginDeps } from '../login.ts'
import { type AccessRules, denialOf } from './access-rules.ts'
import { AccessDenied } from './diagnose.ts'
import { nextHop } from './next-hop.ts'

export type SignInDeps = LoginDeps & {
  readonly issuer: string
  readonly entra: Entra
  readonly access: AccessRules
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
  const { codeVerifier, nonce, redirectUri, clientId, clientState } = login
  const signedIn = await deps.entra.redeemCode({ code, codeVerifier, nonce }).catch((error: unknown) => {
    const again = nextHop(error, login)
    if (again) return { again }
    throw error
  })
  if ('again' in signedIn) return startSignIn(deps, signedIn.again, [spent])
  const denial = denialOf(signedIn.identity, deps.access)
  if (denial) throw new AccessDenied(denial)
  const authorization = authorizationOf(signedIn, await deps.whoAmI(signedIn.dataverse.value))
  await deps.recordClient(clientId, redirectUri, networkOf(request.clientAddress))
  const { code: ours, grantId } = await createGrant(deps.grantDeps, login, authorization)
  const { userId, username } = signedIn.identity
  const person = { userId, ...(username !== undefined && { upn: username }) }
  request.audit({ name: 'signin.completed', clientId, grantId, ...person, durationMs: deps.now() - started })
  return seeOther(authorizationResponse({ redirectUri, state: clientState }, deps.issuer, { code: ours }), [spent])
}

function authorizationOf({ identity, session, dataverse }: SignedIn, user: DynamicsUser): Authorization {
  const { userId, tenantId, username, roles } = identity
  return {
    person: { userId, tenantId, ...(username === undefined ? {} : { username }), ...user, roles: [...roles] },
    session,
    dataverse,
  }
}
