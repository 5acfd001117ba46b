import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { JWTPayload } from 'jose'
import type { Account, EntraContext, Session } from './context.ts'
import { DATAVERSE } from './directory/built-in.ts'
import { applicationOf, principalsOf, resourceNamed, roleValues, servicePrincipalOf } from './directory/queries.ts'
import type { ServicePrincipal } from './directory/types.ts'

/** The principal id of the sandbox's managed identity, the subject of its federated credential. */
export const MANAGED_IDENTITY = 'b1d0f3a2-5c4e-4f6a-8b7c-9d8e7f6a5b4c'
export const TOKEN_EXCHANGE_AUDIENCE = 'api://AzureADTokenExchange'
const ID_TOKEN_LIFETIME = 3600
const IDENTITY_TOKEN_LIFETIME = 24 * 3600

/** Pairwise: another value for each application. */
const subjectOf = (person: Account, audience: string) =>
  createHash('sha256').update(`${person.oid}|${audience}`).digest('base64url')

/** Version 1 tokens have another issuer. @see https://learn.microsoft.com/entra/identity-platform/access-tokens#token-formats */
function common(context: EntraContext, lifetime: number, version: '1.0' | '2.0' = '2.0'): JWTPayload {
  const now = Math.floor(context.now() / 1000)
  const { tenantId } = context.options
  const iss = version === '2.0' ? context.issuer : `https://sts.windows.net/${tenantId}/`
  return { iss, iat: now, nbf: now, exp: now + lifetime, tid: tenantId, ver: version }
}

const traces = () => ({
  uti: randomBytes(16).toString('base64url'),
  rh: `1.${randomBytes(24).toString('base64url')}.`,
})

const identity = (person: Account, audience: string) => ({
  oid: person.oid,
  sub: subjectOf(person, audience),
  name: person.name,
  preferred_username: person.upn,
})

/** Above 200 groups Entra sends a pointer to Graph instead of the list. */
function groupClaims(context: EntraContext, person: Account, resource: ServicePrincipal): JWTPayload {
  if (resource.published) return {}
  const overage = context.behaviours.get(person.upn, 'groupsOverage')
  if (overage === 'hasgroups') return { hasgroups: true }
  if (overage === 'claim_names') {
    const endpoint = `${context.url}/${context.options.tenantId}/users/${person.oid}/getMemberObjects`
    return { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } }
  }
  const asked = applicationOf(context.directory, resource.appId)?.groupMembershipClaims ?? 'None'
  const own = asked === 'None' ? undefined : principalsOf(context.directory, person.oid).slice(1)
  const groups = context.behaviours.get(person.upn, 'groups') ?? own
  return groups ? { groups } : {}
}

function rights(context: EntraContext, person: Account, resource: ServicePrincipal): JWTPayload {
  const assigned = roleValues(context.directory, principalsOf(context.directory, person.oid), resource)
  const behaviour = resource.published ? undefined : context.behaviours.get(person.upn, 'roles')
  const roles = behaviour ?? (assigned.length > 0 ? assigned : undefined)
  return { ...(roles && { roles }), ...groupClaims(context, person, resource) }
}

/** @see https://learn.microsoft.com/entra/identity-platform/optional-claims-reference */
function optionalClaims(context: EntraContext, person: Account, appId: string, token: 'accessToken' | 'idToken') {
  const names = applicationOf(context.directory, appId)?.optionalClaims?.[token].map(({ name }) => name) ?? []
  return {
    ...(names.includes('upn') && { upn: person.upn }),
    ...(names.includes('email') && person.mail !== null && { email: person.mail }),
  }
}

/** The id token of a sign-in: `aud` is the client. */
export function mintIdToken(
  context: EntraContext,
  session: Session,
  scopes: readonly string[],
  nonce?: string,
): Promise<string> {
  const { clientId, person } = session
  const client = servicePrincipalOf(context.directory, clientId)
  return context.key.sign({
    aud: clientId,
    ...common(context, ID_TOKEN_LIFETIME),
    ...identity(person, clientId),
    ...optionalClaims(context, person, clientId, 'idToken'),
    ...traces(),
    ...(client && rights(context, person, client)),
    ...(nonce !== undefined && { nonce }),
    ...(scopes.includes('email') && person.mail !== null && { email: person.mail }),
    sid: session.sid,
    login_hint: `O.${Buffer.from(person.upn).toString('base64url')}`,
  })
}

export type Audience = { readonly resource: ServicePrincipal; /** As the request named it. */ readonly name: string }

/** A resource of this tenant says which version it wants; Microsoft's get version 1, but the Dataverse stand-in 2. */
function form(context: EntraContext, { resource, name }: Audience) {
  const application = applicationOf(context.directory, resource.appId)
  const isV2 = application?.api.requestedAccessTokenVersion === 2
  const version: '1.0' | '2.0' = isV2 || resource.appId === DATAVERSE ? '2.0' : '1.0'
  return { aud: isV2 ? resource.appId : name, version }
}

const client = (appId: string, version: '1.0' | '2.0', resource: ServicePrincipal) => ({
  ...(version === '2.0' && { azp: appId }),
  ...((version === '1.0' || resource.published !== undefined) && { appid: appId }),
})

export type Delegation = {
  readonly person: Account
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly sid?: string
}

/** An access token by which a client acts for a person. */
export function mintDelegatedToken(context: EntraContext, audience: Audience, delegation: Delegation): Promise<string> {
  const { person, clientId, scopes, sid } = delegation
  const { resource } = audience
  const { aud, version } = form(context, audience)
  return context.key.sign({
    aud,
    ...common(context, context.accessTokenLifetime, version),
    ...identity(person, aud),
    ...optionalClaims(context, person, resource.appId, 'accessToken'),
    ...(resource.published && { upn: person.upn }),
    ...traces(),
    ...rights(context, person, resource),
    ...client(clientId, version, resource),
    scp: scopes.join(' '),
    sid: sid ?? randomUUID(),
  })
}

/** An access token of an application for itself: roles, no scopes. */
export function mintApplicationToken(
  context: EntraContext,
  audience: Audience,
  own: ServicePrincipal,
): Promise<string> {
  const { resource } = audience
  const { aud, version } = form(context, audience)
  const roles = roleValues(context.directory, [own.id], resource)
  return context.key.sign({
    aud,
    ...common(context, context.accessTokenLifetime, version),
    oid: own.id,
    sub: own.id,
    idtyp: 'app',
    ...traces(),
    ...client(own.appId, version, resource),
    ...(roles.length > 0 && { roles }),
  })
}

/** A bearer for Dataverse, as OBO gives it. */
export function mintDataverseToken(context: EntraContext, person: Account): Promise<string> {
  const [name] = context.directory.dataverseUrls
  const resource = name === undefined ? undefined : resourceNamed(context.directory, name)
  if (name === undefined || !resource) throw new RangeError('the sandbox was not told where Dataverse is')
  const clientId = context.options.clientId ?? ''
  return mintDelegatedToken(context, { resource, name }, { person, clientId, scopes: ['user_impersonation'] })
}

export type IdentityTokenRequest = {
  readonly resource: string
  readonly principalId: string
  readonly clientId?: string
  /** The identity's resource id in Azure. */
  readonly resourceId?: string
}

/** What a managed identity gets: for the token exchange a version 2 token, for Azure's services version 1. */
export function mintIdentityToken(context: EntraContext, request: IdentityTokenRequest): Promise<string> {
  const { resource, principalId, clientId, resourceId } = request
  return context.key.sign({
    aud: resource,
    ...common(context, IDENTITY_TOKEN_LIFETIME, resource === TOKEN_EXCHANGE_AUDIENCE ? '2.0' : '1.0'),
    sub: principalId,
    oid: principalId,
    idtyp: 'app',
    ...(clientId !== undefined && { appid: clientId, azp: clientId }),
    ...(resourceId !== undefined && { xms_mirid: resourceId }),
  })
}

/** A client assertion of the federated credential. */
export const mintManagedIdentityToken = (context: EntraContext, principalId = MANAGED_IDENTITY): Promise<string> =>
  mintIdentityToken(context, { resource: TOKEN_EXCHANGE_AUDIENCE, principalId })
