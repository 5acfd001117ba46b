import type { Cookie, Incoming, Outgoing } from '../../http/message.ts'
import { seeOther } from '../../http/replies.ts'
import { startSignIn } from '../authorize/start-sign-in.ts'
import type { Visit } from '../login.ts'
import { visitCookie } from '../me/visitor.ts'
import type { SignInDeps } from './complete-sign-in.ts'
import { nextHop } from './next-hop.ts'

const ID_BYTES = 16

/**
 * Who it is, and nothing else: no grant, no code, no token for Dataverse, and no session of Entra is kept. The one way on
 * is our own page. Its cookie is always made anew, so that nobody can have set it beforehand.
 */
export async function completeVisit(
  deps: SignInDeps,
  request: Incoming,
  login: Visit,
  code: string,
  spent: Cookie,
): Promise<Outgoing> {
  const { codeVerifier, nonce } = login
  const found = await deps.entra.identify({ code, codeVerifier, nonce }).catch((error: unknown) => {
    const again = nextHop(error, login)
    if (again) return { again }
    throw error
  })
  if ('again' in found) return startSignIn(deps, found.again, [spent])
  const { userId, tenantId, username } = found
  const person = { userId, tenantId, ...(username !== undefined && { username }) }
  const visitor = { id: deps.random(ID_BYTES).toString('base64url'), ...person, since: deps.now() }
  const cookie = await visitCookie(deps, visitor)
  request.audit({ name: 'me.opened', userId, ...(username !== undefined && { upn: username }) })
  return seeOther(`${deps.issuer}/me`, [spent, cookie])
}
