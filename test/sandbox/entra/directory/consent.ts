import { AZURE_CLI } from './built-in.ts'
import { applicationOf, principalsOf, assignmentsOf, scopesOf, servicePrincipalOf } from './queries.ts'
import type { Application, Directory, DirectoryRole, PermissionScope, ServicePrincipal, User } from './types.ts'

/** A delegated permission of a resource. */
export type Permission = { readonly resource: ServicePrincipal; readonly scope: PermissionScope }

/** Clients of Microsoft's own have Microsoft's resources without anybody's consent. */
const isFirstParty = (client: ServicePrincipal, resource: ServicePrincipal) =>
  client.appId === AZURE_CLI && resource.published !== undefined

/** Scopes that the resource itself lets this client have. @see https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview "Preauthorization" */
function preauthorised(directory: Directory, client: ServicePrincipal, resource: ServicePrincipal): string[] {
  const scopes = scopesOf(directory, resource)
  if (isFirstParty(client, resource)) return scopes.map(({ value }) => value)
  const entries = applicationOf(directory, resource.appId)?.api.preAuthorizedApplications ?? []
  const ids = entries.filter(({ appId }) => appId === client.appId).flatMap((one) => one.delegatedPermissionIds)
  return scopes.filter(({ id }) => ids.includes(id)).map(({ value }) => value)
}

/** Scope values that the client has at the resource for this person. */
export function grantedScopes(
  directory: Directory,
  client: ServicePrincipal,
  resource: ServicePrincipal,
  userId: string,
): string[] {
  const consented = [...directory.grants.values()]
    .filter(({ clientId, resourceId }) => clientId === client.id && resourceId === resource.id)
    .filter(({ principalId }) => principalId === null || principalId === userId)
    .flatMap(({ scope }) => scope.split(' ').filter(Boolean))
  return [...new Set([...consented, ...preauthorised(directory, client, resource)])]
}

export type Required = {
  readonly permissions: readonly Permission[]
  /** App roles, for the application itself. */
  readonly roles: readonly { readonly resource: ServicePrincipal; readonly roleId: string }[]
  /** Resources that the tenant lacks, and ids that their resource does not publish. */
  readonly missingResources: readonly string[]
  readonly unknownIds: readonly string[]
}

/** What the registration lists at this moment (`requiredResourceAccess`). */
export function requiredAccess(directory: Directory, application: Application): Required {
  const listed = application.requiredResourceAccess.map((one) => ({
    ...one,
    resource: servicePrincipalOf(directory, one.resourceAppId),
  }))
  const entries = listed.flatMap(({ resource, resourceAccess }) =>
    resource ? resourceAccess.map(({ id, type }) => ({ resource, id, type })) : [],
  )
  const scopes = entries
    .filter(({ type }) => type === 'Scope')
    .map(({ resource, id }) => ({ resource, id, scope: scopesOf(directory, resource).find((one) => one.id === id) }))
  return {
    permissions: scopes.flatMap(({ resource, scope }) => (scope ? [{ resource, scope }] : [])),
    roles: entries.filter(({ type }) => type === 'Role').map(({ resource, id }) => ({ resource, roleId: id })),
    missingResources: listed.filter(({ resource }) => !resource).map(({ resourceAppId }) => resourceAppId),
    unknownIds: scopes.filter(({ scope }) => !scope).map(({ id }) => id),
  }
}

const CONSENT_ADMINS: readonly DirectoryRole[] = [
  'Global Administrator',
  'Privileged Role Administrator',
  'Cloud Application Administrator',
  'Application Administrator',
]

/** Whether the person may consent for everyone. @see https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent */
export const isConsentAdmin = (user: User) => user.directoryRoles.some((role) => CONSENT_ADMINS.includes(role))

/** The permissions that Microsoft proposes as of low impact. @see https://learn.microsoft.com/entra/identity/enterprise-apps/configure-permission-classifications */
const LOW_IMPACT = ['User.Read', 'openid', 'profile', 'email', 'offline_access']

/** @see https://learn.microsoft.com/entra/identity/enterprise-apps/configure-user-consent */
export function mayConsent(directory: Directory, user: User, client: ServicePrincipal, missing: readonly Permission[]) {
  if (isConsentAdmin(user)) return true
  if (client.appRoleAssignmentRequired || directory.userConsent === 'none') return false
  return missing.every(({ scope, resource }) => {
    const low = resource.published !== undefined && LOW_IMPACT.includes(scope.value)
    return scope.type === 'User' && (directory.userConsent === 'all' || low)
  })
}

/** Where an application lets only those in who are assigned, directly or by a group. */
export function isAssigned(directory: Directory, userId: string, resource: ServicePrincipal): boolean {
  if (!resource.appRoleAssignmentRequired) return true
  return assignmentsOf(directory, principalsOf(directory, userId), resource).length > 0
}

/** Adds scopes to the consent of one person, or of everyone (`principalId` null). */
export function addConsent(
  directory: Directory,
  client: ServicePrincipal,
  permissions: readonly Permission[],
  principalId: string | null,
): void {
  for (const { resource, scope } of permissions) {
    const existing = [...directory.grants.values()].find(
      (one) => one.clientId === client.id && one.resourceId === resource.id && one.principalId === principalId,
    )
    if (existing) {
      existing.scope = [...new Set([...existing.scope.split(' '), scope.value])].join(' ')
      continue
    }
    const id = directory.newId()
    const consentType = principalId === null ? 'AllPrincipals' : 'Principal'
    const grant = {
      id,
      clientId: client.id,
      resourceId: resource.id,
      consentType,
      principalId,
      scope: scope.value,
    } as const
    directory.grants.set(id, grant)
  }
}

/** Makes what everyone has agreed to exactly this. @see https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent "may revoke" */
export function replaceConsent(
  directory: Directory,
  client: ServicePrincipal,
  permissions: readonly Permission[],
): void {
  for (const { id, clientId, principalId } of directory.grants.values()) {
    if (clientId === client.id && principalId === null) directory.grants.delete(id)
  }
  addConsent(directory, client, permissions, null)
}
