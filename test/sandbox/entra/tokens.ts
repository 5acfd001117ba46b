import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { JWTPayload } from 'jose'
import type { Person } from '../people.ts'
import type { EntraContext, Session } from './context.ts'
import { apiPermission } from './scopes.ts'

/** The principal id of the sandbox's managed identity, the subject of its federated credential. */
export const MANAGED_IDENTITY = 'b1d0f3a2-5c4e-4f6a-8b7c-9d8e7f6a5b4c'
export const TOKEN_EXCHANGE_AUDIENCE = 'api://AzureADTokenExchange'
const ID_TOKEN_LIFETIME = 3600

/** Pairwise: another value for each application. */
const subjectOf = (person: Person, audience: string) =>
  createHash('sha256').update(`${person.oid}|${audience}`).digest('base64url')

function common(context: EntraContext, lifetime: number): JWTPayload {
  const now = Math.floor(context.now() / 1000)
  return { iss: context.issuer, iat: now, nbf: now, exp: now + lifetime, tid: context.options.tenantId, ver: '2.0' }
}

const traces = () => ({
  uti: randomBytes(16).toString('base64url'),
  rh: `1.${randomBytes(24).toString('base64url')}.`,
})

const identity = (person: Person, audience: string) => ({
  oid: person.oid,
  sub: subjectOf(person, audience),
  name: person.name,
  upn: person.upn,
  preferred_username: person.upn,
})

/** Above 200 groups Entra sends a pointer to Graph instead of the list. */
function groupClaims(context: EntraContext, person: Person): JWTPayload {
  const overage = context.behaviours.get(person.upn, 'groupsOverage')
  if (overage === 'hasgroups') return { hasgroups: true }
  if (overage === 'claim_names') {
    const endpoint = `${context.url}/${context.options.tenantId}/users/${person.oid}/getMemberObjects`
    return { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } }
  }
  const groups = context.behaviours.get(person.upn, 'groups')
  return groups ? { groups } : {}
}

function rights(context: EntraContext, person: Person): JWTPayload {
  const roles = context.behaviours.get(person.upn, 'roles')
  return { ...(roles && { roles }), ...groupClaims(context, person) }
}

/** The id token of a sign-in: `aud` is the client. */
export function mintIdToken(
  context: EntraContext,
  session: Session,
  scopes: readonly string[],
  nonce?: string,
): Promise<string> {
  const { clientId } = context.options
  const { person } = session
  return context.key.sign({
    aud: clientId,
    ...common(context, ID_TOKEN_LIFETIME),
    ...identity(person, clientId),
    ...traces(),
    ...rights(context, person),
    ...(nonce !== undefined && { nonce }),
    ...(scopes.includes('email') && { email: person.upn }),
    sid: session.sid,
    login_hint: `O.${Buffer.from(person.upn).toString('base64url')}`,
  })
}

/** An access token for our own API (v2: `aud` is the client id as a GUID). */
export function mintApiToken(context: EntraContext, session: Session): Promise<string> {
  const { clientId } = context.options
  return context.key.sign({
    aud: clientId,
    ...common(context, context.accessTokenLifetime),
    ...identity(session.person, clientId),
    ...traces(),
    ...rights(context, session.person),
    azp: clientId,
    scp: apiPermission(context),
    sid: session.sid,
  })
}

/** A bearer for Dataverse, as OBO gives it. */
export function mintDataverseToken(context: EntraContext, person: Person, sid: string = randomUUID()): Promise<string> {
  const { dataverseUrl } = context
  if (dataverseUrl === undefined) throw new RangeError('the sandbox was not told where Dataverse is')
  return context.key.sign({
    aud: dataverseUrl,
    ...common(context, context.accessTokenLifetime),
    ...identity(person, dataverseUrl),
    ...traces(),
    appid: context.options.clientId,
    azp: context.options.clientId,
    scp: 'user_impersonation',
    sid,
  })
}

/** What a managed identity gets for `api://AzureADTokenExchange`: a client assertion of the federated credential. */
export function mintManagedIdentityToken(context: EntraContext, principalId = MANAGED_IDENTITY): Promise<string> {
  return context.key.sign({
    aud: TOKEN_EXCHANGE_AUDIENCE,
    ...common(context, 24 * 3600),
    sub: principalId,
    oid: principalId,
  })
}
