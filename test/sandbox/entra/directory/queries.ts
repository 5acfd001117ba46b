import { DATAVERSE } from './built-in.ts'
import type { Application, AppRole, Directory, PermissionScope, ServicePrincipal, User } from './types.ts'

const first = <T>(objects: Iterable<T>, holds: (one: T) => boolean): T | undefined => [...objects].find(holds)
const same = (left: string, right: string) => left.toLowerCase() === right.toLowerCase()

export const applicationOf = (directory: Directory, appId: string): Application | undefined =>
  first(directory.applications.values(), (one) => same(one.appId, appId))

export const servicePrincipalOf = (directory: Directory, appId: string): ServicePrincipal | undefined =>
  first(directory.servicePrincipals.values(), (one) => same(one.appId, appId))

export const userNamed = (directory: Directory, upn: string): User | undefined =>
  first(directory.users.values(), ({ userPrincipalName }) => same(userPrincipalName, upn))

export const scopesOf = (directory: Directory, sp: ServicePrincipal): readonly PermissionScope[] =>
  sp.published?.scopes ?? applicationOf(directory, sp.appId)?.api.oauth2PermissionScopes ?? []

export const appRolesOf = (directory: Directory, sp: ServicePrincipal): readonly AppRole[] =>
  sp.published?.appRoles ?? applicationOf(directory, sp.appId)?.appRoles ?? []

/** Every name by which a token for it can be asked. */
export function namesOf(directory: Directory, sp: ServicePrincipal): readonly string[] {
  const uris = applicationOf(directory, sp.appId)?.identifierUris ?? []
  const environments = sp.appId === DATAVERSE ? directory.dataverseUrls : []
  return [...new Set([...sp.servicePrincipalNames, ...uris, ...environments])]
}

/** The resource of a scope or of `resource`; a trailing slash is not part of the name. */
export function resourceNamed(directory: Directory, name: string): ServicePrincipal | undefined {
  const wanted = name.replace(/\/$/, '')
  const isNamed = (sp: ServicePrincipal) => namesOf(directory, sp).some((one) => same(one.replace(/\/$/, ''), wanted))
  return first(directory.servicePrincipals.values(), isNamed)
}

/** Object ids of a person and of the groups that the person is in. */
export const principalsOf = (directory: Directory, userId: string): readonly string[] => [
  userId,
  ...[...directory.groups.values()].filter(({ members }) => members.includes(userId)).map(({ id }) => id),
]

/** Assignments of one of these principals to a resource. */
export const assignmentsOf = (directory: Directory, principals: readonly string[], resource: ServicePrincipal) =>
  [...directory.appRoleAssignments.values()].filter(
    ({ principalId, resourceId }) => resourceId === resource.id && principals.includes(principalId),
  )

/** Values for the claim `roles`: those of enabled roles that have a value. */
export function roleValues(directory: Directory, principals: readonly string[], resource: ServicePrincipal): string[] {
  const assigned = assignmentsOf(directory, principals, resource).map(({ appRoleId }) => appRoleId)
  return appRolesOf(directory, resource)
    .filter(({ id, isEnabled }) => isEnabled && assigned.includes(id))
    .flatMap(({ value }) => (value === null ? [] : [value]))
}
