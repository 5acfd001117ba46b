import { randomBytes } from 'node:crypto'
import type { Account, Client, EntraContext, Session } from '../context.ts'
import { grantedScopes, isAssigned } from '../directory/consent.ts'
import { EntraError } from '../errors.ts'
import type { Parameters, Reply } from '../http.ts'
import { json } from '../http.ts'
import { answeredScope, missingConsent } from '../scopes.ts'
import type { AskedScope, ScopeRequest } from '../scopes.ts'
import { mintDelegatedToken, mintIdToken } from '../tokens.ts'

/** What a token endpoint hands out for a person at a client. */
export type Grant = {
  readonly client: Client
  readonly session: Session
  readonly scopes: ScopeRequest
  readonly resource: AskedScope
  readonly nonce?: string | undefined
}

/** Rights are looked at anew for every token. @throws EntraError AADSTS50057, AADSTS50105, AADSTS65001 */
export function checkAccess(context: EntraContext, client: Client, person: Account, scopes: ScopeRequest): void {
  const { directory } = context
  if (directory.users.get(person.oid)?.accountEnabled !== true) throw new EntraError('AADSTS50057')
  const resources = [client.servicePrincipal, ...scopes.asked.map(({ resource }) => resource)]
  if (!resources.every((resource) => isAssigned(directory, person.oid, resource))) {
    throw new EntraError('AADSTS50105')
  }
  const missing = missingConsent(context, client, scopes, person.oid)
  if (missing.length === 0) return
  const { appId, displayName } = client.application
  throw new EntraError('AADSTS65001', `The application has the ID '${appId}' and is named '${displayName}'.`)
}

function newRefreshToken(context: EntraContext, session: Session): string {
  const token = `1.${randomBytes(48).toString('base64url')}`
  context.refreshTokens.set(token, { session, issuedAt: context.now(), revoked: false })
  return token
}

const clientInfo = (context: EntraContext, session: Session) =>
  Buffer.from(JSON.stringify({ uid: session.person.oid, utid: context.options.tenantId })).toString('base64url')

/** The JSON of a grant. */
export async function tokenResponse(context: EntraContext, body: Parameters, grant: Grant): Promise<Reply> {
  const { client, session, scopes, resource } = grant
  const has = (scope: string) => scopes.openid.includes(scope)
  const { sid, person, clientId } = session
  const granted = grantedScopes(context.directory, client.servicePrincipal, resource.resource, person.oid)
  return json({
    token_type: 'Bearer',
    scope: answeredScope(scopes, granted),
    expires_in: context.accessTokenLifetime,
    ext_expires_in: context.accessTokenLifetime,
    access_token: await mintDelegatedToken(context, resource, { person, clientId, scopes: granted, sid }),
    ...(has('offline_access') &&
      context.behaviours.get(person.upn, 'refreshTokens') !== false && {
        refresh_token: newRefreshToken(context, session),
      }),
    ...(has('openid') && { id_token: await mintIdToken(context, session, scopes.openid, grant.nonce) }),
    ...(body.get('client_info') === '1' && { client_info: clientInfo(context, session) }),
  })
}
