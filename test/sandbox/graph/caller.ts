import { z } from 'zod'
import { applicationOf } from '../entra/directory/queries.ts'
import type { Application, Directory, DirectoryRole, ServicePrincipal } from '../entra/directory/types.ts'
import { denied } from './wire/errors.ts'

/** Who calls: a person with directory roles through a client with scopes, or an application with app roles. */
export type Caller =
  | {
      readonly kind: 'user'
      readonly id: string
      readonly scopes: readonly string[]
      readonly roles: readonly DirectoryRole[]
    }
  | { readonly kind: 'app'; readonly id: string; readonly roles: readonly string[] }

const claimsSchema = z.object({
  oid: z.string(),
  scp: z.string().optional(),
  roles: z.array(z.string()).default([]),
})

/** @throws GraphError 403 for a principal that the tenant does not have */
export function callerOf(directory: Directory, claims: unknown): Caller {
  const { oid, scp, roles } = claimsSchema.parse(claims)
  if (scp === undefined) return { kind: 'app', id: oid, roles }
  const user = directory.users.get(oid)
  if (!user) throw denied()
  return { kind: 'user', id: oid, scopes: scp.split(' '), roles: user.directoryRoles }
}

const APPLICATION_ADMINS: readonly DirectoryRole[] = [
  'Global Administrator',
  'Cloud Application Administrator',
  'Application Administrator',
]
const CONSENT_ADMINS: readonly DirectoryRole[] = [...APPLICATION_ADMINS, 'Privileged Role Administrator']

const holds = (caller: Caller, roles: readonly DirectoryRole[]) =>
  caller.kind === 'user' && caller.roles.some((role) => roles.includes(role))

/** A delegated call needs the scope as well as the person's own right. */
const hasScope = (caller: Caller, scope: string) =>
  caller.kind === 'user' && (caller.scopes.includes(scope) || caller.scopes.includes('Directory.AccessAsUser.All'))
const hasRole = (caller: Caller, ...roles: string[]) =>
  caller.kind === 'app' && caller.roles.some((role) => roles.includes(role))

const must = (may: boolean): void => {
  if (!may) throw denied()
}

const READERS = [
  'Application.Read.All',
  'Application.ReadWrite.All',
  'Application.ReadWrite.OwnedBy',
  'Directory.Read.All',
  'DelegatedPermissionGrant.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
]

/** Members read the directory by default; an application needs a permission to. */
export const mustRead = (caller: Caller) => must(caller.kind === 'user' || hasRole(caller, ...READERS))

/** @see https://learn.microsoft.com/graph/api/application-post-applications#permissions */
export function mustRegister(directory: Directory, caller: Caller): void {
  const byRole = holds(caller, [...APPLICATION_ADMINS, 'Application Developer'])
  const asUser = hasScope(caller, 'Application.ReadWrite.All') && (byRole || directory.usersMayRegisterApplications)
  must(asUser || hasRole(caller, 'Application.ReadWrite.OwnedBy', 'Application.ReadWrite.All'))
}

function mayChange(caller: Caller, owners: readonly string[]): boolean {
  const owned = owners.includes(caller.id)
  if (caller.kind === 'user')
    return hasScope(caller, 'Application.ReadWrite.All') && (owned || holds(caller, APPLICATION_ADMINS))
  return hasRole(caller, 'Application.ReadWrite.All') || (owned && hasRole(caller, 'Application.ReadWrite.OwnedBy'))
}

/** @see https://learn.microsoft.com/graph/api/application-update#permissions */
export const mustChangeApplication = (caller: Caller, { owners }: Application) => must(mayChange(caller, owners))

const ownersOf = (directory: Directory, sp: ServicePrincipal) => [
  ...sp.owners,
  ...(applicationOf(directory, sp.appId)?.owners ?? []),
]

/** @see https://learn.microsoft.com/graph/api/serviceprincipal-update#permissions */
export const mustChangeServicePrincipal = (directory: Directory, caller: Caller, sp: ServicePrincipal) =>
  must(mayChange(caller, ownersOf(directory, sp)))

/** @see https://learn.microsoft.com/graph/api/oauth2permissiongrant-post#permissions */
export const mustGrant = (caller: Caller) =>
  must(
    (hasScope(caller, 'DelegatedPermissionGrant.ReadWrite.All') && holds(caller, CONSENT_ADMINS)) ||
      hasRole(caller, 'DelegatedPermissionGrant.ReadWrite.All'),
  )

/** @see https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto#permissions */
export function mustAssign(directory: Directory, caller: Caller, resource: ServicePrincipal): void {
  const asUser = holds(caller, CONSENT_ADMINS) || ownersOf(directory, resource).includes(caller.id)
  must(
    (hasScope(caller, 'AppRoleAssignment.ReadWrite.All') && asUser) ||
      hasRole(caller, 'AppRoleAssignment.ReadWrite.All'),
  )
}
