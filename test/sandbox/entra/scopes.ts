import type { Client, EntraContext } from './context.ts'
import { DATAVERSE, MICROSOFT_GRAPH } from './directory/built-in.ts'
import { grantedScopes, requiredAccess } from './directory/consent.ts'
import type { Permission } from './directory/consent.ts'
import { resourceNamed, scopesOf, servicePrincipalOf } from './directory/queries.ts'
import type { ServicePrincipal } from './directory/types.ts'
import type { Code } from './errors.ts'
import { EntraError } from './errors.ts'

const OPENID = ['openid', 'profile', 'email', 'offline_access']
const DEFAULT = '.default'

export type AskedScope = {
  readonly resource: ServicePrincipal
  /** The resource as the request names it; it stands in `aud` and in the answer's `scope`. */
  readonly name: string
  readonly permission: string
}

export type ScopeRequest = { readonly openid: readonly string[]; readonly asked: readonly AskedScope[] }

function graph({ directory }: EntraContext): ServicePrincipal {
  const sp = servicePrincipalOf(directory, MICROSOFT_GRAPH)
  if (!sp) throw new EntraError('AADSTS500011', 'Microsoft Graph')
  return sp
}

function parseOne(context: EntraContext, text: string): AskedScope {
  const { directory, strict } = context
  const split = text.lastIndexOf('/')
  const permission = text.slice(split + 1)
  const name = split === -1 ? 'https://graph.microsoft.com' : text.slice(0, split)
  const resource = split === -1 ? graph(context) : resourceNamed(directory, name)
  if (!resource) {
    throw new EntraError(strict ? 'AADSTS500011' : 'AADSTS70011', `The resource principal is named ${name}.`)
  }
  const published = scopesOf(directory, resource).some(({ value, isEnabled }) => isEnabled && value === permission)
  if (!published && permission !== DEFAULT) {
    throw new EntraError(strict ? 'AADSTS650053' : 'AADSTS70011', `The scope ${text} is not known.`)
  }
  return { resource, name, permission }
}

/** @throws EntraError for a resource that the tenant lacks, or a scope that its resource does not publish */
export function parseScopes(context: EntraContext, scope: string): ScopeRequest {
  const names = [...new Set(scope.split(' ').filter(Boolean))]
  const asked = names.filter((one) => !OPENID.includes(one)).map((one) => parseOne(context, one))
  const defaults = asked.filter(({ permission }) => permission === DEFAULT)
  if (defaults.length > 0 && defaults.length < asked.length) {
    throw new EntraError('AADSTS70011', '.default scope can’t be combined with resource-specific scopes.')
  }
  return { openid: names.filter((one) => OPENID.includes(one)), asked }
}

/** The tenant that grants everything knows one API and one Dataverse, so that a wrong name shows at once. */
function only(context: EntraContext, request: ScopeRequest, appId: string | undefined): ScopeRequest {
  const foreign = request.asked.find(({ resource }) => resource.appId !== appId)
  if (!context.strict && foreign) throw new EntraError('AADSTS70011', `The scope of ${foreign.name} is not known.`)
  return request
}

/** What a sign-in or a refresh may ask for. @throws EntraError AADSTS90009 for oneself by another name than the GUID */
export function parseApiScopes(context: EntraContext, client: Client, scope: string): ScopeRequest {
  const request = only(context, parseScopes(context, scope), context.options.clientId)
  const { appId } = client.application
  const isMisnamed = ({ resource, name, permission }: AskedScope) =>
    resource.appId === appId && permission === DEFAULT && name.toLowerCase() !== appId.toLowerCase()
  if (context.strict && request.asked.some(isMisnamed)) throw new EntraError('AADSTS90009')
  return request
}

/** What On-Behalf-Of may ask for. @throws EntraError AADSTS70011 unless a resource is named */
export function parseDownstreamScopes(context: EntraContext, scope: string): ScopeRequest {
  const request = only(context, parseScopes(context, scope), DATAVERSE)
  if (request.asked.length === 0) throw new EntraError('AADSTS70011', 'No resource is named.')
  return request
}

/** The one resource that a token is for. @throws EntraError AADSTS28000 for several */
export function theResource(request: ScopeRequest, code: Code = 'AADSTS70011'): AskedScope {
  const [first] = request.asked
  if (!first) throw new EntraError(code)
  if (request.asked.some(({ resource }) => resource !== first.resource)) throw new EntraError('AADSTS28000')
  return first
}

/**
 * What a code brings a token for. One of a sign-in alone brings one for UserInfo, which Microsoft Graph hosts.
 * @see https://learn.microsoft.com/entra/identity-platform/userinfo
 */
export function resourceOfCode(context: EntraContext, request: ScopeRequest): AskedScope {
  if (request.asked.length > 0 || !request.openid.includes('openid')) return theResource(request)
  return { resource: graph(context), name: 'https://graph.microsoft.com', permission: 'openid' }
}

/** What the answer's `scope` names: `.default` stands beside the permissions that it brought, as at Entra. */
export function answeredScope(request: ScopeRequest, granted: readonly string[]): string {
  if (request.asked.length === 0) return request.openid.filter((one) => one !== 'offline_access').join(' ')
  const texts = request.asked.flatMap(({ name, permission }) =>
    permission === DEFAULT ? [...granted, DEFAULT].map((one) => `${name}/${one}`) : [`${name}/${permission}`],
  )
  return [...new Set(texts)].join(' ')
}

function permission(context: EntraContext, resource: ServicePrincipal, value: string): Permission[] {
  const scope = scopesOf(context.directory, resource).find((one) => one.value === value)
  return scope ? [{ resource, scope }] : []
}

/**
 * `.default` brings what is granted already; where nothing is, the person is asked for all that the registration lists.
 * @see https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope
 * @throws EntraError AADSTS650056, AADSTS650057 where the registration lists nothing for the resource
 */
function defaultPermissions(context: EntraContext, client: Client, resource: ServicePrincipal, userId: string) {
  const { directory } = context
  const { application, servicePrincipal } = client
  const granted = grantedScopes(directory, servicePrincipal, resource, userId)
  if (granted.length > 0) return granted.flatMap((value) => permission(context, resource, value))
  const { permissions } = requiredAccess(directory, application)
  if (application.requiredResourceAccess.length === 0) throw new EntraError('AADSTS650056')
  if (!permissions.some((one) => one.resource === resource)) throw new EntraError('AADSTS650057')
  return permissions
}

/** Permissions that were asked for and that nobody has consented to. */
export function missingConsent(context: EntraContext, client: Client, request: ScopeRequest, userId: string) {
  const needed = [
    ...request.openid.flatMap((value) => permission(context, graph(context), value)),
    ...request.asked.flatMap((one) =>
      one.permission === DEFAULT
        ? defaultPermissions(context, client, one.resource, userId)
        : permission(context, one.resource, one.permission),
    ),
  ]
  return needed.filter(
    ({ resource, scope }) =>
      !grantedScopes(context.directory, client.servicePrincipal, resource, userId).includes(scope.value),
  )
}

/** Whether a token for itself lacks the permission to sign people in at Graph. */
export function lacksSignInPermission(context: EntraContext, client: Client, request: ScopeRequest, userId: string) {
  const forItself = request.asked.some(({ resource }) => resource === client.servicePrincipal)
  const granted = grantedScopes(context.directory, client.servicePrincipal, graph(context), userId)
  return forItself && !granted.includes('User.Read')
}
